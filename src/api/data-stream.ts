/**
 * A stream of records of one type: calls on it record operators, nothing runs before `execute()`.
 * Mirrors: DataStream.
 */
import { checkArgument } from '../core/assert.js';
import { FlinkError } from '../core/errors.js';
import { AllWindowedStream } from './all-windowed-stream.js';
import { BroadcastConnectedStream, BroadcastStream } from './broadcast-stream.js';
import type { CloseableIterator, CollectOptions } from './closeable-iterator.js';
import { CoGroupedStreams } from './co-grouped-streams.js';
import { CollectIterator } from './collect-iterator.js';
import { ConnectedStreams } from './connected-streams.js';
import { DataStreamSink } from './data-stream-sink.js';
import type { AnyAssigner, AssignerFor, TimeKind, WindowOf } from './event-time.js';
import { toFlatMapFunction, toProcessFunction } from './function-adapters.js';
import type {
  FilterFunction,
  FlatMapFunction,
  FlatMapLambda,
  MapFunction,
  ProcessFunction,
  ProcessLambda,
  Sync,
} from './functions.js';
import { JoinedStreams } from './joined-streams.js';
import type { Key, KeySelector } from './key.js';
import type { KeyedStream } from './keyed-stream.js';
import type { CustomPartitioner, Partitioner } from './partitioner.js';
import type { SingleOutputStreamOperator } from './single-output-stream-operator.js';
import type { Sink } from './sink.js';
import { CollectSink } from './sinks/collect-sink.js';
import { PrintSink } from './sinks/print-sink.js';
import type { MapStateDescriptor } from './state.js';
import type { StreamContext } from './stream-context.js';
import type { Erased, OperatorDefinition, OperatorSettings, Transformation } from './transformation.js';
import type { EventTimeStrategy, NoWatermarksStrategy, WatermarkStrategy } from './watermark-strategy.js';
import { CountEvictor } from './windows/count-evictor.js';
import { CountTrigger } from './windows/count-trigger.js';
import { GlobalWindows } from './windows/global-windows.js';
import { PurgingTrigger } from './windows/purging-trigger.js';
import type { GlobalWindow } from './windows/window.js';

declare const time: unique symbol;

/** `TIME` tells the compiler whether the records carry event time, which windows in event time demand. */
export class DataStream<out T, out TIME extends TimeKind = TimeKind> {
  declare readonly [time]: TIME;
  /** @internal What was recorded; graph/ reads it. */
  readonly transformation: Transformation;
  protected readonly context: StreamContext;

  constructor(context: StreamContext, transformation: Transformation) {
    this.context = context;
    this.transformation = transformation;
  }

  /** One result for each record. */
  map<OUT>(fn: MapFunction<T, Sync<OUT>>): SingleOutputStreamOperator<OUT, TIME> {
    return this.transform('Map', { kind: 'map', fn });
  }

  /** Keeps the records for which the function says true. */
  filter<S extends T>(fn: (value: T) => value is S): SingleOutputStreamOperator<S, TIME>;
  filter(fn: FilterFunction<T>): SingleOutputStreamOperator<T, TIME>;
  filter(fn: FilterFunction<T>): SingleOutputStreamOperator<T, TIME> {
    return this.transform('Filter', { kind: 'filter', fn });
  }

  /** Any number of results for each record: collected through `out`, or returned as an iterable. */
  flatMap<OUT>(fn: FlatMapLambda<T, OUT> | FlatMapFunction<T, OUT>): SingleOutputStreamOperator<OUT, TIME> {
    return this.transform('Flat Map', { kind: 'flatMap', fn: toFlatMapFunction(fn) });
  }

  /** Like `flatMap`, with access to timestamps, watermarks and side outputs. */
  process<OUT>(fn: ProcessLambda<T, OUT> | ProcessFunction<T, OUT>): SingleOutputStreamOperator<OUT, TIME> {
    return this.transform('Process', { kind: 'process', fn: toProcessFunction(fn) });
  }

  /** Groups records by key: all records of one key meet in one subtask, in order per producer. */
  keyBy<const K extends Key>(selector: KeySelector<T, K>): KeyedStream<T, K, TIME> {
    return this.context.newKeyedStream(this.transformation, selector);
  }

  /**
   * All records of this stream and the others, in no particular order; of several types, the union of the types. It has
   * event time if all of them have.
   */
  union<U = T, O extends TimeKind = TIME>(...others: readonly DataStream<U, O>[]): DataStream<T | U, TIME | O> {
    const inputs = [this.transformation, ...others.map((other) => other.transformation)];
    return new DataStream(this.context, this.context.recorder.union(inputs));
  }

  /** Two streams as the two inputs of one operator, which can share state between them. */
  connect<U, O extends TimeKind>(other: DataStream<U, O>): ConnectedStreams<T, U, TIME | O>;
  /** This stream beside broadcast state: event time is that of this stream. */
  connect<U>(other: BroadcastStream<U>): BroadcastConnectedStream<T, U, TIME>;
  connect<U>(
    other: DataStream<U> | BroadcastStream<U>,
  ): ConnectedStreams<T, U, TimeKind> | BroadcastConnectedStream<T, U, TIME> {
    const input = { transformation: this.transformation, keySelector: undefined };
    if (other instanceof BroadcastStream) return new BroadcastConnectedStream(this.context, input, other);
    return new ConnectedStreams(this.context, input, { transformation: other.transformation, keySelector: undefined });
  }

  /** An inner join with another stream: pairs of records that have a key and a window in common. */
  join<U, O extends TimeKind>(other: DataStream<U, O>): JoinedStreams<T, U, TIME | O> {
    return new JoinedStreams(this.context, this.transformation, other.transformation);
  }

  /** Groups this stream and another one by key and window: a function sees the records of both. */
  coGroup<U, O extends TimeKind>(other: DataStream<U, O>): CoGroupedStreams<T, U, TIME | O> {
    return new CoGroupedStreams(this.context, this.transformation, other.transformation);
  }

  /** Sends every record to every subtask of the next operator. */
  broadcast(): DataStream<T, TIME>;
  /** A stream to be connected with another one, whose functions read it as the named broadcast states. */
  broadcast(
    ...states: readonly [MapStateDescriptor<Erased, Erased>, ...MapStateDescriptor<Erased, Erased>[]]
  ): BroadcastStream<T>;
  broadcast(...states: readonly MapStateDescriptor<Erased, Erased>[]): DataStream<T, TIME> | BroadcastStream<T> {
    const stream = this.partition({ kind: 'broadcast' });
    return states.length === 0 ? stream : new BroadcastStream<T>(stream.transformation, states);
  }

  /** Distributes records round-robin over all subtasks of the next operator. */
  rebalance(): DataStream<T, TIME> {
    return this.partition({ kind: 'rebalance' });
  }

  /** Distributes records round-robin over a share of the next operator's subtasks. */
  rescale(): DataStream<T, TIME> {
    return this.partition({ kind: 'rescale' });
  }

  /** Distributes records at random. */
  shuffle(): DataStream<T, TIME> {
    return this.partition({ kind: 'shuffle' });
  }

  /** Keeps records in their subtask; the next operator must have the same parallelism. */
  forward(): DataStream<T, TIME> {
    return this.partition({ kind: 'forward' });
  }

  /** Sends all records to the first subtask of the next operator. */
  global(): DataStream<T, TIME> {
    return this.partition({ kind: 'global' });
  }

  /** Sends each record to the subtask that the partitioner answers: 0 to `numPartitions - 1`. */
  partitionCustom<P>(partitioner: CustomPartitioner<P>, keySelector: (value: T) => P): DataStream<T, TIME> {
    return this.partition({ kind: 'custom', partition: partitioner, keySelector });
  }

  /** Gives records event time and the stream watermarks, replacing what the source may have given. */
  assignTimestampsAndWatermarks(strategy: EventTimeStrategy<T>): SingleOutputStreamOperator<T, 'event-time'>;
  assignTimestampsAndWatermarks(strategy: NoWatermarksStrategy<T>): SingleOutputStreamOperator<T, 'no-time'>;
  assignTimestampsAndWatermarks(strategy: WatermarkStrategy<T>): SingleOutputStreamOperator<T, TimeKind> {
    if (strategy.alignment !== undefined) throw alignmentWithoutSource(strategy.alignment.group);
    return this.transform<T, TimeKind>('Timestamps/Watermarks', { kind: 'timestampsAndWatermarks', strategy });
  }

  /** Windows over the whole stream, in a single subtask. */
  windowAll<A extends AnyAssigner<T>>(assigner: A & AssignerFor<A, TIME>): AllWindowedStream<T, WindowOf<A>, TIME> {
    return new AllWindowedStream(this, assigner as unknown as Erased);
  }

  /**
   * A window over each `size` records of the whole stream, in a single subtask; with `slide`, over the last `size` records
   * after every `slide` of them. Throws ILLEGAL_ARGUMENT unless both are positive integers.
   */
  countWindowAll(size: number, slide?: number): AllWindowedStream<T, GlobalWindow, TIME> {
    const windows = new AllWindowedStream<T, GlobalWindow, TIME>(this, GlobalWindows.create());
    if (slide === undefined) return windows.trigger(PurgingTrigger.of(CountTrigger.of(size)));
    return windows.evictor(CountEvictor.of(size)).trigger(CountTrigger.of(slide));
  }

  /** Writes the stream to a sink. */
  sinkTo(sink: Sink<T, Erased>): DataStreamSink<T> {
    return this.addSink(sink, sink.description.replace(/\(.*$/s, ''), {});
  }

  /** Prints each record to standard output, as `identifier:subtask> record`. */
  print(identifier = ''): DataStreamSink<T> {
    return this.addSink(new PrintSink(identifier), 'Print to Std. Out', {});
  }

  /** Results for the client, to be read once the job is submitted by `executeAsync()`. */
  collectAsync(options: CollectOptions = {}): CloseableIterator<T> {
    const sink = this.addSink(new CollectSink<T>(), 'Data stream collect sink', {
      parallelism: 1,
      isNonParallel: true,
    });
    const uid = `collect-${sink.transformation.id}`;
    sink.uid(uid);
    const iterator = new CollectIterator<T>(uid, options);
    this.context.onNextSubmission(iterator);
    return iterator;
  }

  /** Runs the program and reads this stream's records while it runs. */
  executeAndCollect(jobName?: string): Promise<CloseableIterator<T>>;
  /** Runs the program until this stream has given `limit` records, or has ended. */
  executeAndCollect(limit: number): Promise<T[]>;
  executeAndCollect(jobName: string, limit: number): Promise<T[]>;
  async executeAndCollect(nameOrLimit?: string | number, limit?: number): Promise<CloseableIterator<T> | T[]> {
    const jobName = typeof nameOrLimit === 'string' ? nameOrLimit : 'DataStream Collect';
    const count = typeof nameOrLimit === 'number' ? nameOrLimit : limit;
    checkArgument(count === undefined || count > 0, `executeAndCollect: the limit must be positive, but is ${count}`);
    let collected: T[] = [];
    const discard = { onRestart: () => (collected = []) };
    const iterator = this.collectAsync(count === undefined ? {} : discard);
    await this.context.executeAsync(jobName);
    if (count === undefined) return iterator;
    for await (const record of iterator) if (collected.push(record) >= count) break;
    return collected;
  }

  /** @internal Records an operator that reads this stream. */
  transform<OUT, OUT_TIME extends TimeKind = TIME>(
    defaultName: string,
    definition: OperatorDefinition,
    settings: OperatorSettings = {},
  ): SingleOutputStreamOperator<OUT, OUT_TIME> {
    const inputs = [this.transformation];
    const keySelectors = [this.selectorOfKeys()];
    return this.context.newOperator(
      this.context.recorder.operator({ definition, defaultName, inputs, keySelectors, settings }),
    );
  }

  /** How keyed state of the next operator finds its key: undefined for streams without keys. */
  protected selectorOfKeys(): KeySelector<Erased, Key> | undefined {
    return undefined;
  }

  private partition(partitioner: Partitioner): DataStream<T, TIME> {
    return new DataStream(this.context, this.context.recorder.partition(this.transformation, partitioner));
  }

  private addSink(sink: Sink<T, Erased>, defaultName: string, settings: OperatorSettings): DataStreamSink<T> {
    const definition: OperatorDefinition = { kind: 'sink', sink };
    const inputs = [this.transformation];
    return new DataStreamSink(this.context.recorder.operator({ definition, defaultName, inputs, settings }));
  }
}

function alignmentWithoutSource(group: string): FlinkError {
  return new FlinkError(
    'WATERMARK_ALIGNMENT_NOT_SUPPORTED',
    `watermark alignment in group '${group}' was asked for where no source can be paused`,
    {
      domain: 'user',
      details: { group },
      remedy: 'Give the strategy to the source: env.fromSource(source, strategy, name).',
    },
  );
}
