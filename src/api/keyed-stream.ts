/** A stream grouped by key: operators on it have state per key. Mirrors: KeyedStream. */
import { BroadcastStream, KeyedBroadcastConnectedStream } from './broadcast-stream.js';
import { type ConnectedInput, ConnectedStreams, KeyedConnectedStreams } from './connected-streams.js';
import { DataStream } from './data-stream.js';
import type { AnyAssigner, AssignerFor, TimeKind, WindowOf, WithEventTime } from './event-time.js';
import {
  type ComparableField,
  maxByOf,
  maxOf,
  minByOf,
  minOf,
  type NumericField,
  sumOf,
} from './field-aggregations.js';
import { toKeyedProcessFunction } from './function-adapters.js';
import type { KeyedProcessFunction, KeyedProcessLambda, ReduceFunction } from './functions.js';
import { IntervalJoin } from './interval-join.js';
import type { Key, KeySelector } from './key.js';
import type { SingleOutputStreamOperator } from './single-output-stream-operator.js';
import type { StreamContext } from './stream-context.js';
import type { Erased, Transformation } from './transformation.js';
import { WindowedStream } from './windowed-stream.js';
import { CountEvictor } from './windows/count-evictor.js';
import { CountTrigger } from './windows/count-trigger.js';
import { GlobalWindows } from './windows/global-windows.js';
import { PurgingTrigger } from './windows/purging-trigger.js';
import type { GlobalWindow } from './windows/window.js';

/** What the compiler prints where the keys of connected streams have different types. */
type KeysDiffer = 'keyed streams can be connected only if their keys have the same type';

export class KeyedStream<T, K extends Key, TIME extends TimeKind = TimeKind> extends DataStream<T, TIME> {
  readonly keySelector: KeySelector<Erased, K>;

  constructor(context: StreamContext, input: Transformation, keySelector: KeySelector<T, K>) {
    super(context, context.recorder.partition(input, { kind: 'hash', keySelector }));
    this.keySelector = keySelector;
  }

  /** Any number of results for each record, with state and timers of the record's key. */
  override process<OUT>(
    fn: KeyedProcessLambda<K, T, OUT> | KeyedProcessFunction<K, T, OUT>,
  ): SingleOutputStreamOperator<OUT, TIME> {
    return this.transform('KeyedProcess', { kind: 'keyedProcess', fn: toKeyedProcessFunction(fn) as Erased });
  }

  /** Folds the records of each key and emits the result so far for every record. */
  reduce(fn: ReduceFunction<T>): SingleOutputStreamOperator<T, TIME> {
    return this.transform('Keyed Reduce', { kind: 'reduce', fn });
  }

  /** The running sum of a field; other fields are those of the key's first record. */
  sum<F extends keyof T>(field: NumericField<T, F>): SingleOutputStreamOperator<T, TIME> {
    return this.aggregateField(sumOf<T>(field));
  }

  /** The running minimum of a field; other fields are those of the key's first record. */
  min<F extends keyof T>(field: ComparableField<T, F>): SingleOutputStreamOperator<T, TIME> {
    return this.aggregateField(minOf<T>(field));
  }

  /** The running maximum of a field; other fields are those of the key's first record. */
  max<F extends keyof T>(field: ComparableField<T, F>): SingleOutputStreamOperator<T, TIME> {
    return this.aggregateField(maxOf<T>(field));
  }

  /** The record with the smallest value so far; among equals the first, or the last when `first` is false. */
  minBy<F extends keyof T>(field: ComparableField<T, F>, first = true): SingleOutputStreamOperator<T, TIME> {
    return this.aggregateField(minByOf<T>(field, first));
  }

  /** The record with the greatest value so far; among equals the first, or the last when `first` is false. */
  maxBy<F extends keyof T>(field: ComparableField<T, F>, first = true): SingleOutputStreamOperator<T, TIME> {
    return this.aggregateField(maxByOf<T>(field, first));
  }

  /** Windows per key. Windows in event time are refused by the compiler on a stream without it. */
  window<A extends AnyAssigner<T>>(assigner: A & AssignerFor<A, TIME>): WindowedStream<T, K, WindowOf<A>, TIME> {
    return new WindowedStream(this, assigner as unknown as Erased);
  }

  /**
   * A window over each `size` records of a key; with `slide`, over the last `size` records after every `slide` of them.
   * Throws ILLEGAL_ARGUMENT unless both are positive integers.
   */
  countWindow(size: number, slide?: number): WindowedStream<T, K, GlobalWindow, TIME> {
    const windows = new WindowedStream<T, K, GlobalWindow, TIME>(this, GlobalWindows.create());
    if (slide === undefined) return windows.trigger(PurgingTrigger.of(CountTrigger.of(size)));
    return windows.evictor(CountEvictor.of(size)).trigger(CountTrigger.of(slide));
  }

  /** Two streams with the same type of key, whose operator shares state and timers per key. */
  override connect<U, O extends TimeKind>(other: KeyedStream<U, K, O>): KeyedConnectedStreams<T, U, K, TIME | O>;
  /** This stream beside broadcast state: event time is that of this stream. */
  override connect<U>(other: BroadcastStream<U>): KeyedBroadcastConnectedStream<T, U, K, TIME>;
  /** This stream beside one without keys. */
  override connect<U, O extends TimeKind>(
    other: DataStream<U, O> & { readonly keySelector?: KeysDiffer },
  ): ConnectedStreams<T, U, TIME | O>;
  override connect<U>(
    other: DataStream<U> | BroadcastStream<U>,
  ): ConnectedStreams<T, U, TimeKind> | KeyedBroadcastConnectedStream<T, U, K, TIME> {
    const input: ConnectedInput<K> = { transformation: this.transformation, keySelector: this.keySelector };
    if (other instanceof BroadcastStream) return new KeyedBroadcastConnectedStream(this.context, input, other);
    if (other instanceof KeyedStream) {
      const second: ConnectedInput<K> = { transformation: other.transformation, keySelector: other.keySelector };
      return new KeyedConnectedStreams<T, U, K, TimeKind>(this.context, input, second);
    }
    return new ConnectedStreams(this.context, input, { transformation: other.transformation, keySelector: undefined });
  }

  /**
   * Meets records of another keyed stream whose event time is within an interval of that of this stream's records. The
   * compiler refuses it unless the keys have one type and both streams event time.
   */
  intervalJoin<U, O extends TimeKind>(other: KeyedStream<U, K, O> & WithEventTime<TIME | O>): IntervalJoin<T, U> {
    const { transformation, keySelector }: KeyedStream<U, K, O> = other;
    const left = { transformation: this.transformation, keySelector: this.keySelector };
    return new IntervalJoin(this.context, left, { transformation, keySelector });
  }

  protected override selectorOfKeys(): KeySelector<Erased, Key> {
    return this.keySelector;
  }

  private aggregateField(fn: ReduceFunction<T>): SingleOutputStreamOperator<T, TIME> {
    return this.transform('Keyed Aggregation', { kind: 'reduce', fn });
  }
}
