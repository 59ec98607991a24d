/**
 * The recorded program: an immutable tree of what the user called, in order of creation. It holds the user's functions;
 * graph/ turns it into a plan without them. Mirrors: Transformation and its subclasses.
 */
import type {
  AggregateFunction,
  BroadcastProcessFunction,
  CoFlatMapFunction,
  CoGroupFunction,
  CoMapFunction,
  CoProcessFunction,
  FilterFunction,
  FlatJoinFunction,
  FlatMapFunction,
  JoinFunction,
  KeyedBroadcastProcessFunction,
  KeyedCoProcessFunction,
  KeyedProcessFunction,
  MapFunction,
  ProcessFunction,
  ProcessJoinFunction,
  ProcessWindowFunction,
  ReduceFunction,
} from './functions.js';
import type { AsyncFunction, AsyncLambda } from './async/async-function.js';
import type { AsyncRetryStrategy } from './async/async-retry-strategies.js';
import type { Key, KeySelector } from './key.js';
import type { OutputTag } from './output-tag.js';
import type { Partitioner } from './partitioner.js';
import type { Sink } from './sink.js';
import type { Source, SourceSplit } from './source.js';
import type { MapStateDescriptor } from './state.js';
import type { WatermarkStrategy } from './watermark-strategy.js';
import type { Evictor } from './windows/evictor.js';
import type { Trigger } from './windows/trigger.js';
import type { Window } from './windows/window.js';
import type { WindowAssigner } from './windows/window-assigner.js';

/** The type parameters are erased here: the typed surface is data-stream.ts. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Erased = any;

/** What a window keeps per key: the folded value, the accumulator, or every element. */
export type WindowContents =
  | { readonly kind: 'reduce'; readonly fn: ReduceFunction<Erased> }
  | { readonly kind: 'aggregate'; readonly fn: AggregateFunction<Erased, Erased, Erased> }
  | { readonly kind: 'list' };

/** How records are put in windows and when these fire, over one input or two. */
export interface Windowing {
  readonly assigner: WindowAssigner<Erased, Window>;
  readonly trigger: Trigger<Erased, Window>;
  /** With one, a window keeps all its records until it goes. */
  readonly evictor?: Evictor<Erased, Window> | undefined;
  /** Milliseconds that a window stays after its end for late records. Default 0. */
  readonly allowedLatenessMs: number;
}

export interface WindowDefinition extends Windowing {
  readonly kind: 'window';
  readonly lateTag: OutputTag<Erased> | undefined;
  readonly contents: WindowContents;
  /** Receives the contents on firing; without it the folded result itself is emitted. */
  readonly fn: ProcessWindowFunction<Erased, Erased, Key, Window> | undefined;
}

/** A function of what two inputs have in a window, and how it is called: with each pair, or with both lists. */
export type PairFunction =
  | { readonly form: 'join'; readonly fn: JoinFunction<Erased, Erased, Erased> }
  | { readonly form: 'flatJoin'; readonly fn: FlatJoinFunction<Erased, Erased, Erased> }
  | { readonly form: 'coGroup'; readonly fn: CoGroupFunction<Erased, Erased, Erased> };

/** Windows over two inputs. */
export type WindowCoGroupDefinition = Windowing & PairFunction & { readonly kind: 'windowCoGroup' };

export interface IntervalJoinDefinition {
  readonly kind: 'intervalJoin';
  /** Milliseconds from a left record to the right records that it meets, both bounds included. */
  readonly lowerMs: number;
  readonly upperMs: number;
  readonly leftLateTag: OutputTag<Erased> | undefined;
  readonly rightLateTag: OutputTag<Erased> | undefined;
  readonly fn: ProcessJoinFunction<Erased, Erased, Erased>;
}

/** Requests to something outside, and how their results come back. */
export interface AsyncWaitDefinition {
  readonly kind: 'asyncWait';
  readonly fn: AsyncFunction<Erased, Erased> | AsyncLambda<Erased, Erased>;
  readonly outputMode: 'ORDERED' | 'UNORDERED';
  /** 0: requests may take for ever. */
  readonly timeoutMs: number;
  readonly capacity: number;
  readonly retryStrategy: AsyncRetryStrategy<Erased>;
}

/** What an operator does, with the user's functions. One variant per operator; the registry in operators/ makes each. */
export type OperatorDefinition =
  | { readonly kind: 'map'; readonly fn: MapFunction<Erased, Erased> }
  | { readonly kind: 'filter'; readonly fn: FilterFunction<Erased> }
  | { readonly kind: 'flatMap'; readonly fn: FlatMapFunction<Erased, Erased> }
  | { readonly kind: 'process'; readonly fn: ProcessFunction<Erased, Erased> }
  | { readonly kind: 'keyedProcess'; readonly fn: KeyedProcessFunction<Key, Erased, Erased> }
  | AsyncWaitDefinition
  | { readonly kind: 'reduce'; readonly fn: ReduceFunction<Erased> }
  | { readonly kind: 'timestampsAndWatermarks'; readonly strategy: WatermarkStrategy<Erased> }
  | WindowDefinition
  | WindowCoGroupDefinition
  | IntervalJoinDefinition
  | { readonly kind: 'coMap'; readonly fn: CoMapFunction<Erased, Erased, Erased> }
  | { readonly kind: 'coFlatMap'; readonly fn: CoFlatMapFunction<Erased, Erased, Erased> }
  | { readonly kind: 'coProcess'; readonly fn: CoProcessFunction<Erased, Erased, Erased> }
  | { readonly kind: 'keyedCoProcess'; readonly fn: KeyedCoProcessFunction<Key, Erased, Erased, Erased> }
  | {
      readonly kind: 'broadcastProcess';
      readonly fn: BroadcastProcessFunction<Erased, Erased, Erased>;
      readonly states: readonly MapStateDescriptor<unknown, unknown>[];
    }
  | {
      readonly kind: 'keyedBroadcastProcess';
      readonly fn: KeyedBroadcastProcessFunction<Key, Erased, Erased, Erased>;
      readonly states: readonly MapStateDescriptor<unknown, unknown>[];
    }
  | {
      readonly kind: 'source';
      readonly source: Source<Erased, SourceSplit, unknown>;
      readonly strategy: WatermarkStrategy<Erased>;
    }
  | { readonly kind: 'sink'; readonly sink: Sink<Erased, Erased> };

export type OperatorKind = OperatorDefinition['kind'];

export type ChainingStrategy = 'ALWAYS' | 'HEAD' | 'NEVER';

/** What the user set on an operator; each undefined falls back to the environment or to the input. */
export interface OperatorSettings {
  name?: string;
  uid?: string;
  /** Uids that the operator had before: its state is found under them as well. */
  formerUids?: readonly string[];
  description?: string;
  parallelism?: number;
  /** Set on operators that can only run with parallelism 1. */
  isNonParallel?: boolean;
  maxParallelism?: number;
  slotSharingGroup?: string;
  chaining?: ChainingStrategy;
}

/** An operator: sources have no input, two-input operators have two, all others one. */
export interface OperatorTransformation {
  readonly type: 'operator';
  readonly id: number;
  readonly definition: OperatorDefinition;
  readonly defaultName: string;
  readonly inputs: readonly Transformation[];
  /** Per input: how its keys are found, for operators with keyed state. */
  readonly keySelectors: readonly (KeySelector<Erased, Key> | undefined)[];
  readonly settings: OperatorSettings;
  /** The `.ts` line that created it, for error messages. */
  readonly createdAt: string | undefined;
}
export interface PartitionTransformation {
  readonly type: 'partition';
  readonly id: number;
  readonly input: Transformation;
  readonly partitioner: Partitioner;
}
export interface UnionTransformation {
  readonly type: 'union';
  readonly id: number;
  readonly inputs: readonly Transformation[];
}
export interface SideOutputTransformation {
  readonly type: 'sideOutput';
  readonly id: number;
  readonly input: Transformation;
  readonly tag: OutputTag<Erased>;
}

export type Transformation =
  | OperatorTransformation
  | PartitionTransformation
  | UnionTransformation
  | SideOutputTransformation;
