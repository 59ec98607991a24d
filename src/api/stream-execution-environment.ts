/**
 * Where a program begins and where it is executed: sources hang off it, `execute()` hands everything recorded to
 * whatever runs programs here. Mirrors: StreamExecutionEnvironment.
 */
import { FlinkError } from '../core/errors.js';
import type { Configuration } from '../config/configuration.js';
import { ALL_OPTIONS, CoreOptions } from '../config/options.js';
import { callerFile } from './call-site.js';
import { type Duration, toMillis } from './duration.js';
import type { TimeKind } from './event-time.js';
import { currentExecutionContext, type ExecutionContext, nextExecutionIndex } from './execution-context.js';
import { type ConfigurationHolder, ExecutionConfig } from './execution-config.js';
import type { JobClient } from './job-client.js';
import type { JobExecutionResult } from './job-execution-result.js';
import { KeyedStream } from './keyed-stream.js';
import { checkMaxParallelism, checkParallelism } from './operator-settings.js';
import type { Pipeline } from './pipeline-executor.js';
import type { RestartStrategy } from './restart-strategies.js';
import { SingleOutputStreamOperator } from './single-output-stream-operator.js';
import type { Source, SourceSplit } from './source.js';
import { CollectionSource } from './sources/collection-source.js';
import { NumberSequenceSource } from './sources/number-sequence-source.js';
import type { StreamContext, SubmissionListener } from './stream-context.js';
import type { OperatorTransformation } from './transformation.js';
import { TransformationRecorder } from './transformation-recorder.js';
import { type EventTimeStrategy, type NoWatermarksStrategy, WatermarkStrategy } from './watermark-strategy.js';

const DEFAULT_JOB_NAME = 'Flink Streaming Job';

/** Options of a program: a Configuration, or plain key-value pairs with Flink's keys. */
export type ConfigurationLike = Configuration | Readonly<Record<string, string>>;

export class StreamExecutionEnvironment {
  private readonly executionContext: ExecutionContext;
  private readonly settings: ConfigurationHolder;
  private readonly executionConfig: ExecutionConfig;
  private readonly recorder = new TransformationRecorder();
  private readonly streams: StreamContext;
  private submissionListeners: SubmissionListener[] = [];

  private constructor(executionContext: ExecutionContext, configuration: Configuration) {
    this.executionContext = executionContext;
    this.settings = { configuration };
    this.executionConfig = new ExecutionConfig(this.settings);
    this.streams = this.createStreamContext();
  }

  /**
   * The environment of this program: a plain run executes in this process, `flink run` where its options say. Options
   * given here win over those from outside.
   */
  static getExecutionEnvironment(configuration: ConfigurationLike = {}): StreamExecutionEnvironment {
    return StreamExecutionEnvironment.forContext(currentExecutionContext(), configuration);
  }

  /** @internal An environment that executes where `context` says, whatever the surroundings. */
  static forContext(context: ExecutionContext, configuration: ConfigurationLike = {}): StreamExecutionEnvironment {
    return new StreamExecutionEnvironment(context, context.configuration).configure(configuration);
  }

  /** Like `getExecutionEnvironment`, with a parallelism of its own: default that of the embedded cluster. */
  static createLocalEnvironment(
    parallelism?: number,
    configuration: ConfigurationLike = {},
  ): StreamExecutionEnvironment {
    const environment = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    return parallelism === undefined ? environment : environment.setParallelism(parallelism);
  }

  /** Sets options by Flink's keys, e.g. `{ 'pipeline.max-parallelism': '64' }`. Throws CONFIG_INVALID_VALUE. */
  configure(configuration: ConfigurationLike): this {
    const merged = this.settings.configuration.with(configuration);
    for (const option of ALL_OPTIONS) if (merged.has(option)) merged.get(option);
    this.settings.configuration = merged;
    return this;
  }

  /** The options set so far, by the program and from outside. */
  getConfiguration(): Configuration {
    return this.settings.configuration;
  }

  getConfig(): ExecutionConfig {
    return this.executionConfig;
  }

  /** Parallelism of operators that do not set their own. Throws INVALID_PARALLELISM. */
  setParallelism(parallelism: number): this {
    checkParallelism('environment', parallelism);
    return this.configure({ [CoreOptions.defaultParallelism.key]: String(parallelism) });
  }

  getParallelism(): number {
    return this.settings.configuration.get(CoreOptions.defaultParallelism);
  }

  /** Max parallelism of operators that do not set their own: 1 to 32768. Throws INVALID_MAX_PARALLELISM. */
  setMaxParallelism(maxParallelism: number): this {
    checkMaxParallelism('environment', maxParallelism);
    return this.configure({ [CoreOptions.maxParallelism.key]: String(maxParallelism) });
  }

  /** Runs every operator as a task of its own. */
  disableOperatorChaining(): this {
    return this.configure({ [CoreOptions.operatorChaining.key]: 'false' });
  }

  /** The longest that a record waits in a partly filled buffer; 0 sends each record at once. Default 100 ms. */
  setBufferTimeout(timeout: Duration): this {
    return this.configure({ [CoreOptions.bufferTimeout.key]: `${toMillis(timeout, 'buffer timeout')} ms` });
  }

  /** What happens after a failure, e.g. `RestartStrategies.fixedDelayRestart(3, '10 s')`. Default: the job fails. */
  setRestartStrategy(strategy: RestartStrategy): this {
    return this.configure(strategy);
  }

  /** `STREAMING` is the only mode: `BATCH` is refused with RUNTIME_MODE_NOT_SUPPORTED. */
  setRuntimeMode(mode: 'STREAMING' | 'BATCH' | 'AUTOMATIC'): this {
    this.configure({ [CoreOptions.runtimeMode.key]: mode });
    this.checkRuntimeMode();
    return this;
  }

  /** The given values, read by one subtask in their order; a single array counts as the collection of values. */
  fromData<T>(values: readonly T[]): SingleOutputStreamOperator<T, 'no-time'>;
  fromData<T>(...values: readonly T[]): SingleOutputStreamOperator<T, 'no-time'>;
  fromData<T>(...values: readonly (T | readonly T[])[]): SingleOutputStreamOperator<T, 'no-time'> {
    const only = values.length === 1 ? values[0] : undefined;
    return this.fromCollection<T>(Array.isArray(only) ? (only as T[]) : (values as readonly T[]));
  }

  /** The values of an iterable, which is read to its end at once; one subtask emits them in their order. */
  fromCollection<T>(values: Iterable<T>): SingleOutputStreamOperator<T, 'no-time'> {
    return this.fromSource(new CollectionSource([...values]), WatermarkStrategy.noWatermarks(), 'Collection Source');
  }

  /** The whole numbers from `from` to `to`, both included; in parallel, so in order only within a subtask. */
  fromSequence(from: number, to: number): SingleOutputStreamOperator<number, 'no-time'> {
    return this.fromSource(new NumberSequenceSource(from, to), WatermarkStrategy.noWatermarks(), 'Sequence Source');
  }

  /**
   * The records of a source. The strategy says where event time comes from; with `WatermarkStrategy.noWatermarks()` the
   * stream has none.
   */
  fromSource<T, SplitT extends SourceSplit, CheckpointT>(
    source: Source<T, SplitT, CheckpointT>,
    strategy: EventTimeStrategy<T>,
    name: string,
  ): SingleOutputStreamOperator<T, 'event-time'>;
  fromSource<T, SplitT extends SourceSplit, CheckpointT>(
    source: Source<T, SplitT, CheckpointT>,
    strategy: NoWatermarksStrategy<T>,
    name: string,
  ): SingleOutputStreamOperator<T, 'no-time'>;
  fromSource<T, SplitT extends SourceSplit, CheckpointT>(
    source: Source<T, SplitT, CheckpointT>,
    strategy: WatermarkStrategy<T>,
    name: string,
  ): SingleOutputStreamOperator<T, TimeKind> {
    const operator = this.recorder.operator({
      definition: { kind: 'source', source: source as Source<T, SourceSplit, unknown>, strategy },
      defaultName: name,
      inputs: [],
    });
    return new SingleOutputStreamOperator(this.streams, operator);
  }

  /**
   * Runs what was recorded since the last call. Resolves when the job has finished; rejects with its failure, with
   * EMPTY_PIPELINE when there is nothing to run, and with JOB_CANCELED when it was cancelled.
   */
  async execute(jobName?: string): Promise<JobExecutionResult> {
    const client = await this.executeAsync(jobName);
    return client.getJobExecutionResult();
  }

  /** Submits what was recorded since the last call. Resolves once the job is accepted, not when it has finished. */
  async executeAsync(jobName?: string): Promise<JobClient> {
    const listeners = this.submissionListeners;
    this.submissionListeners = [];
    const submission = this.submit(jobName, callerFile());
    for (const listener of listeners) listener.onSubmission(submission);
    return submission;
  }

  private async submit(jobName: string | undefined, callerFile: string | undefined): Promise<JobClient> {
    this.checkRuntimeMode();
    const transformations = this.recorder.take();
    if (transformations.length === 0) throw emptyPipeline();
    const configuration = this.settings.configuration;
    const configuredName = configuration.get(CoreOptions.jobName);
    const pipeline: Pipeline = {
      jobName: jobName ?? (configuredName === '' ? DEFAULT_JOB_NAME : configuredName),
      transformations,
      configuration,
      executionIndex: nextExecutionIndex(this.executionContext),
      callerFile,
    };
    return this.executionContext.executor.execute(pipeline);
  }

  private checkRuntimeMode(): void {
    if (this.settings.configuration.get(CoreOptions.runtimeMode) !== 'BATCH') return;
    throw new FlinkError('RUNTIME_MODE_NOT_SUPPORTED', `${CoreOptions.runtimeMode.key}: BATCH is not supported`, {
      domain: 'user',
      remedy: `Set ${CoreOptions.runtimeMode.key} to STREAMING: bounded sources end the job there as well.`,
    });
  }

  private createStreamContext(): StreamContext {
    const streams: StreamContext = {
      recorder: this.recorder,
      newOperator: (operator: OperatorTransformation) => new SingleOutputStreamOperator(streams, operator),
      newKeyedStream: (input, selector) => new KeyedStream(streams, input, selector),
      executeAsync: (jobName) => this.executeAsync(jobName),
      onNextSubmission: (listener) => this.submissionListeners.push(listener),
    };
    return streams;
  }
}

function emptyPipeline(): FlinkError {
  return new FlinkError('EMPTY_PIPELINE', 'No operators defined in streaming topology. Cannot execute.', {
    domain: 'user',
    remedy: 'Build a stream that ends in a sink, e.g. env.fromData(1, 2).print(), before execute().',
  });
}
