/**
 * The functions that users write. Each is a plain function, or an object with that method and, where resources or
 * state are needed, `open` and `close`. They run on one thread per subtask; a promise as a result is refused.
 */
import type { OutputTag } from './output-tag.js';
import type { Key } from './key.js';
import type { RichFunction } from './runtime-context.js';
import type { BroadcastState, KeyedStateStore, MapStateDescriptor, ReadOnlyBroadcastState } from './state.js';
import type { Window } from './windows/window.js';

/** Rules out promises as results; the text is what the compiler prints. */
export type Sync<T> =
  T extends PromiseLike<unknown>
    ? 'a function of a stream must not return a promise: asynchronous work belongs in AsyncDataStream'
    : T;

/** What a function returns that emits through its collector. Unlike `void` it does not admit a promise. */
export type Nothing = void | undefined;

/** What the arrow form of an emitting function returns: its results, or nothing when it used the collector. */
export type Emitted<OUT> = Iterable<OUT> | Nothing;

/** Takes records that a function emits; valid only during the call that received it. */
export interface Collector<T> {
  collect(value: T): void;
}

export type MapFunction<IN, OUT> = ((value: IN) => OUT) | (RichFunction & { map(value: IN): OUT });
export type FilterFunction<T> = ((value: T) => boolean) | (RichFunction & { filter(value: T): boolean });
export type FlatMapFunction<IN, OUT> =
  | ((value: IN, out: Collector<OUT>) => Nothing)
  | (RichFunction & { flatMap(value: IN, out: Collector<OUT>): Nothing });
/** The arrow form of FlatMapFunction; may return the results instead of collecting them. */
export type FlatMapLambda<IN, OUT> = (value: IN, out: Collector<OUT>) => Emitted<OUT>;
/**
 * Combines two values of one type; associative, and free of side effects. Its arrow form has the type of a method, so
 * that a stream of a narrower type can stand where one of a wider type is asked for.
 */
export type ReduceFunction<T> = Reducing<T>['reduce'] | (RichFunction & Reducing<T>);
interface Reducing<T> {
  reduce(a: T, b: T): T;
}

/** Incremental aggregation. `add` may change and return the accumulator it was given. */
export interface AggregateFunction<IN, ACC, OUT> extends RichFunction {
  createAccumulator(): ACC;
  add(value: IN, accumulator: ACC): ACC;
  getResult(accumulator: ACC): OUT;
  /** Needed by session windows, and where `mergesExactly`. */
  merge?(a: ACC, b: ACC): ACC;
  /**
   * True says: parts that are merged, however the records were divided among them, give exactly what adding all records
   * gives, and `merge` changes at most its first argument. So for counts, for sums of integers, minima, maxima and sketches;
   * not for sums of fractions. Sliding windows then aggregate a record once, not once for each window that it is in.
   */
  readonly mergesExactly?: boolean;
}

export interface TimerService {
  /** Wall-clock time in milliseconds. */
  currentProcessingTime(): number;
  /** The current input watermark; `-Infinity` before the first. */
  currentWatermark(): number;
  /** At most one timer per key and time; fires once the watermark reaches `time`. Keyed streams only. */
  registerEventTimeTimer(time: number): void;
  registerProcessingTimeTimer(time: number): void;
  deleteEventTimeTimer(time: number): void;
  deleteProcessingTimeTimer(time: number): void;
}

export interface ProcessContext {
  /** Event time of the record at hand, in ms; undefined when it has none. */
  readonly timestamp: number | undefined;
  readonly timerService: TimerService;
  output<X>(tag: OutputTag<X>, value: X): void;
}
export interface KeyedProcessContext<K extends Key> extends ProcessContext {
  readonly currentKey: K;
}
export interface OnTimerContext<K extends Key> extends Omit<KeyedProcessContext<K>, 'timestamp'> {
  readonly timestamp: number;
  readonly timeDomain: 'EVENT_TIME' | 'PROCESSING_TIME';
}

export interface ProcessFunction<IN, OUT> extends RichFunction {
  processElement(value: IN, context: ProcessContext, out: Collector<OUT>): Nothing;
}
export interface KeyedProcessFunction<K extends Key, IN, OUT> extends RichFunction {
  processElement(value: IN, context: KeyedProcessContext<K>, out: Collector<OUT>): Nothing;
  onTimer?(timestamp: number, context: OnTimerContext<K>, out: Collector<OUT>): Nothing;
}

/** The arrow forms of the process functions; they may return the results instead of collecting them. */
export type ProcessLambda<IN, OUT> = (value: IN, context: ProcessContext, out: Collector<OUT>) => Emitted<OUT>;
export type KeyedProcessLambda<K extends Key, IN, OUT> = (
  value: IN,
  context: KeyedProcessContext<K>,
  out: Collector<OUT>,
) => Emitted<OUT>;

export interface CoMapFunction<IN1, IN2, OUT> extends RichFunction {
  map1(value: IN1): OUT;
  map2(value: IN2): OUT;
}
export interface CoFlatMapFunction<IN1, IN2, OUT> extends RichFunction {
  flatMap1(value: IN1, out: Collector<OUT>): Nothing;
  flatMap2(value: IN2, out: Collector<OUT>): Nothing;
}
export interface CoProcessFunction<IN1, IN2, OUT> extends RichFunction {
  processElement1(value: IN1, context: ProcessContext, out: Collector<OUT>): Nothing;
  processElement2(value: IN2, context: ProcessContext, out: Collector<OUT>): Nothing;
}
export interface KeyedCoProcessFunction<K extends Key, IN1, IN2, OUT> extends RichFunction {
  processElement1(value: IN1, context: KeyedProcessContext<K>, out: Collector<OUT>): Nothing;
  processElement2(value: IN2, context: KeyedProcessContext<K>, out: Collector<OUT>): Nothing;
  onTimer?(timestamp: number, context: OnTimerContext<K>, out: Collector<OUT>): Nothing;
}

/** One result for each pair of records that have a key and a window in common. */
export type JoinFunction<IN1, IN2, OUT> =
  | ((first: IN1, second: IN2) => OUT)
  | (RichFunction & { join(first: IN1, second: IN2): OUT });
/** Any number of results for each such pair. What makes it one is the third parameter: declare it. */
export type FlatJoinFunction<IN1, IN2, OUT> =
  | ((first: IN1, second: IN2, out: Collector<OUT>) => Nothing)
  | (RichFunction & { join(first: IN1, second: IN2, out: Collector<OUT>): Nothing });
/** Gets all records of a key and window, one list per input, of which one may be empty. */
export type CoGroupFunction<IN1, IN2, OUT> =
  | ((first: readonly IN1[], second: readonly IN2[], out: Collector<OUT>) => Nothing)
  | (RichFunction & { coGroup(first: readonly IN1[], second: readonly IN2[], out: Collector<OUT>): Nothing });
/** The arrow form of CoGroupFunction; may return the results instead of collecting them. */
export type CoGroupLambda<IN1, IN2, OUT> = (
  first: readonly IN1[],
  second: readonly IN2[],
  out: Collector<OUT>,
) => Emitted<OUT>;

/** What a function of an interval join knows of the pair at hand; times are event time in ms. */
export interface ProcessJoinContext {
  readonly leftTimestamp: number;
  readonly rightTimestamp: number;
  /** That of the results: the later of the two. */
  readonly timestamp: number;
  output<X>(tag: OutputTag<X>, value: X): void;
}
/** Any number of results for each pair of records whose times meet. */
export interface ProcessJoinFunction<IN1, IN2, OUT> extends RichFunction {
  processElement(left: IN1, right: IN2, context: ProcessJoinContext, out: Collector<OUT>): Nothing;
}
/** The arrow form of ProcessJoinFunction; may return the results instead of collecting them. */
export type ProcessJoinLambda<IN1, IN2, OUT> = (
  left: IN1,
  right: IN2,
  context: ProcessJoinContext,
  out: Collector<OUT>,
) => Emitted<OUT>;

export interface BroadcastReadContext {
  getBroadcastState<K, V>(descriptor: MapStateDescriptor<K, V>): ReadOnlyBroadcastState<K, V>;
}
export interface BroadcastWriteContext {
  getBroadcastState<K, V>(descriptor: MapStateDescriptor<K, V>): BroadcastState<K, V>;
}
export interface BroadcastProcessFunction<IN, B, OUT> extends RichFunction {
  processElement(value: IN, context: ProcessContext & BroadcastReadContext, out: Collector<OUT>): Nothing;
  processBroadcastElement(value: B, context: ProcessContext & BroadcastWriteContext, out: Collector<OUT>): Nothing;
}
export interface KeyedBroadcastProcessFunction<K extends Key, IN, B, OUT> extends RichFunction {
  processElement(value: IN, context: KeyedProcessContext<K> & BroadcastReadContext, out: Collector<OUT>): Nothing;
  processBroadcastElement(value: B, context: ProcessContext & BroadcastWriteContext, out: Collector<OUT>): Nothing;
  onTimer?(timestamp: number, context: OnTimerContext<K> & BroadcastReadContext, out: Collector<OUT>): Nothing;
}

export interface ProcessWindowContext<W extends Window> {
  readonly window: W;
  readonly currentWatermark: number;
  readonly currentProcessingTime: number;
  /** State that lives and is cleared with this window and key. */
  readonly windowState: KeyedStateStore;
  /** State of the key, over all its windows. */
  readonly globalState: KeyedStateStore;
  output<X>(tag: OutputTag<X>, value: X): void;
}
export interface ProcessWindowFunction<IN, OUT, K extends Key, W extends Window> extends RichFunction {
  process(key: K, context: ProcessWindowContext<W>, elements: readonly IN[], out: Collector<OUT>): Nothing;
  /** Called when the window is purged for good. */
  clear?(context: ProcessWindowContext<W>): void;
}

/** The arrow form of ProcessWindowFunction; may return the results instead of collecting them. */
export type ProcessWindowLambda<IN, OUT, K extends Key, W extends Window> = (
  key: K,
  context: ProcessWindowContext<W>,
  elements: readonly IN[],
  out: Collector<OUT>,
) => Emitted<OUT>;

/** Like ProcessWindowFunction, for windows over a whole stream. */
export interface ProcessAllWindowFunction<IN, OUT, W extends Window> extends RichFunction {
  process(context: ProcessWindowContext<W>, elements: readonly IN[], out: Collector<OUT>): Nothing;
  clear?(context: ProcessWindowContext<W>): void;
}
export type ProcessAllWindowLambda<IN, OUT, W extends Window> = (
  context: ProcessWindowContext<W>,
  elements: readonly IN[],
  out: Collector<OUT>,
) => Emitted<OUT>;
