/**
 * The public API: what a program imports from 'flink-yarn'. Loading it also says what runs a program that was started
 * plainly: an embedded cluster, loaded when the first job is submitted.
 */
/// <reference lib="esnext.disposable" preserve="true" />
import { setDefaultExecutionContext } from './api/execution-context.js';
import type { PipelineExecutor } from './api/pipeline-executor.js';
import type { Configuration } from './config/configuration.js';
import { loadConfiguration } from './config/load-configuration.js';
import { createLogger } from './core/logger.js';

let localExecutor: Promise<PipelineExecutor> | undefined;

async function loadLocalExecutor(configuration: Configuration): Promise<PipelineExecutor> {
  const { LocalExecutor } = await import('./deployment/local/local-executor.js');
  return new LocalExecutor({ configuration });
}

setDefaultExecutionContext(() => {
  const log = createLogger((level, message) => process.stderr.write(`${level.toUpperCase()} ${message}\n`), 'warn');
  const configuration = loadConfiguration({ variables: process.env, log });
  return {
    configuration,
    executor: {
      execute: async (pipeline) => (await (localExecutor ??= loadLocalExecutor(configuration))).execute(pipeline),
    },
  };
});

// Programs and what they run on
export type { CloseableIterator, CollectOptions } from './api/closeable-iterator.js';
export { ExecutionConfig } from './api/execution-config.js';
export type {
  CollectedRecords,
  JobClient,
  JobStatus,
  VertexMetrics,
} from './api/job-client.js';
export type { JobExecutionResult } from './api/job-execution-result.js';
export { RestartStrategies, type RestartStrategy } from './api/restart-strategies.js';
export { type ConfigurationLike, StreamExecutionEnvironment } from './api/stream-execution-environment.js';
export { Configuration } from './config/configuration.js';
export { FlinkError, type FlinkErrorOptions, isFlinkError } from './core/errors.js';

// Streams
export { AllWindowedStream } from './api/all-windowed-stream.js';
export { AsyncDataStream } from './api/async/async-data-stream.js';
export { BroadcastConnectedStream, BroadcastStream, KeyedBroadcastConnectedStream } from './api/broadcast-stream.js';
export {
  CoGroupedStreams,
  type CoGroupedStreamsEqualTo,
  type CoGroupedStreamsWhere,
  CoGroupedStreamsWithWindow,
} from './api/co-grouped-streams.js';
export { ConnectedStreams, KeyedConnectedStreams } from './api/connected-streams.js';
export { DataStream } from './api/data-stream.js';
export { DataStreamSink } from './api/data-stream-sink.js';
export type { TimeKind } from './api/event-time.js';
export { IntervalJoin, IntervalJoined } from './api/interval-join.js';
export {
  JoinedStreams,
  type JoinedStreamsEqualTo,
  type JoinedStreamsWhere,
  JoinedStreamsWithWindow,
} from './api/joined-streams.js';
export type { Key, KeyPart, KeySelector } from './api/key.js';
export { KeyedStream } from './api/keyed-stream.js';
export { OutputTag } from './api/output-tag.js';
export type { CustomPartitioner } from './api/partitioner.js';
export { SingleOutputStreamOperator } from './api/single-output-stream-operator.js';
export { WindowedStream } from './api/windowed-stream.js';

// Functions and what they may use
export type { AsyncFunction, AsyncLambda, ResultFuture } from './api/async/async-function.js';
export {
  type AsyncRetryPredicate,
  AsyncRetryStrategies,
  type AsyncRetryStrategy,
  RetryPredicates,
} from './api/async/async-retry-strategies.js';
export type {
  AggregateFunction,
  BroadcastProcessFunction,
  BroadcastReadContext,
  BroadcastWriteContext,
  CoFlatMapFunction,
  CoGroupFunction,
  Collector,
  CoMapFunction,
  CoProcessFunction,
  FilterFunction,
  FlatJoinFunction,
  FlatMapFunction,
  JoinFunction,
  KeyedBroadcastProcessFunction,
  KeyedCoProcessFunction,
  KeyedProcessContext,
  KeyedProcessFunction,
  MapFunction,
  OnTimerContext,
  ProcessAllWindowFunction,
  ProcessContext,
  ProcessFunction,
  ProcessJoinContext,
  ProcessJoinFunction,
  ProcessWindowContext,
  ProcessWindowFunction,
  ReduceFunction,
  TimerService,
} from './api/functions.js';
export type { Counter, MetricGroup, RichFunction, RuntimeContext, TaskInfo } from './api/runtime-context.js';
export {
  type AggregatingState,
  type AggregatingStateDescriptor,
  aggregatingState,
  type BroadcastState,
  type KeyedStateStore,
  type ListState,
  type ListStateDescriptor,
  listState,
  type MapState,
  type MapStateDescriptor,
  mapState,
  type ReadOnlyBroadcastState,
  type ReducingState,
  type ReducingStateDescriptor,
  reducingState,
  type ValueState,
  type ValueStateDescriptor,
  valueState,
  type WithTimeToLive,
} from './api/state.js';
export {
  type IncrementalCleanup,
  StateTtlConfig,
  type StateTtlConfigBuilder,
  type StateTtlUpdateType,
  type StateTtlVisibility,
} from './api/state-ttl-config.js';

// Accumulators: what subtasks count for the result of the job
export type { Accumulator, AccumulatorType } from './api/accumulators/accumulator.js';
export { AverageAccumulator } from './api/accumulators/average-accumulator.js';
export { DoubleCounter, IntCounter, LongCounter } from './api/accumulators/counters.js';
export {
  DoubleMaximum,
  DoubleMinimum,
  IntMaximum,
  IntMinimum,
  LongMaximum,
  LongMinimum,
} from './api/accumulators/extremes.js';
export { ListAccumulator } from './api/accumulators/list-accumulator.js';

// Time and windows
export { Duration } from './api/duration.js';
export {
  type TimestampAssigner,
  type WatermarkGenerator,
  type WatermarkAlignmentParams,
  type WatermarkOutput,
  WatermarkStrategy,
} from './api/watermark-strategy.js';
export { ContinuousEventTimeTrigger } from './api/windows/continuous-event-time-trigger.js';
export { ContinuousProcessingTimeTrigger } from './api/windows/continuous-processing-time-trigger.js';
export { CountEvictor } from './api/windows/count-evictor.js';
export { CountTrigger } from './api/windows/count-trigger.js';
export { DeltaEvictor } from './api/windows/delta-evictor.js';
export type { DeltaFunction } from './api/windows/delta-function.js';
export { DeltaTrigger } from './api/windows/delta-trigger.js';
export { EventTimeTrigger } from './api/windows/event-time-trigger.js';
export type { Evictor, EvictorContext, TimestampedValue } from './api/windows/evictor.js';
export { GlobalWindows } from './api/windows/global-windows.js';
export { NeverTrigger } from './api/windows/never-trigger.js';
export { ProcessingTimeTrigger } from './api/windows/processing-time-trigger.js';
export { PurgingTrigger } from './api/windows/purging-trigger.js';
export {
  EventTimeSessionWindows,
  ProcessingTimeSessionWindows,
  type SessionWindowTimeGapExtractor,
} from './api/windows/session-windows.js';
export { SlidingEventTimeWindows, SlidingProcessingTimeWindows } from './api/windows/sliding-windows.js';
export { TimeEvictor } from './api/windows/time-evictor.js';
export type { OnMergeContext, Trigger, TriggerContext, TriggerResult } from './api/windows/trigger.js';
export { TumblingEventTimeWindows, TumblingProcessingTimeWindows } from './api/windows/tumbling-windows.js';
export { GlobalWindow, TimeWindow, type Window } from './api/windows/window.js';
export type { WindowAssigner, WindowAssignerContext } from './api/windows/window-assigner.js';

// Sources and sinks
export type { Committer, Sink, SinkElementContext, SinkWriter, SinkWriterContext } from './api/sink.js';
export type {
  Boundedness,
  InputStatus,
  ReaderOutput,
  Source,
  SourceReader,
  SourceReaderContext,
  SourceSplit,
  SplitEnumerator,
  SplitEnumeratorContext,
} from './api/source.js';
export {
  type AsyncIterableSourceOptions,
  type Batches,
  BatchSplitSource,
  type BatchSplitSourceOptions,
  type DataGeneratorOptions,
  DataGeneratorSource,
  DiscardingSink,
  type FileCommittable,
  FileSink,
  type FileSinkOptions,
  FileSource,
  type FileSourceSplit,
  fromAsyncIterable,
  type IndexRange,
  InputFile,
  inputFileMalformed,
  listInputFiles,
  openInputFile,
  type RowEncoder,
  type SplitProgress,
  type TextFilesOptions,
  textFilesSource,
} from './connectors/index.js';
