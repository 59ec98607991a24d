/** A handle on a submitted job. Mirrors: JobClient, JobStatus. */
import type { JobExecutionResult } from './job-execution-result.js';

export type JobStatus =
  | 'INITIALIZING'
  | 'CREATED'
  | 'RUNNING'
  | 'FAILING'
  | 'FAILED'
  | 'CANCELLING'
  | 'CANCELED'
  | 'FINISHED'
  | 'RESTARTING'
  | 'SUSPENDED'
  | 'RECONCILING';

export const TERMINAL_JOB_STATES: ReadonlySet<JobStatus> = new Set(['FAILED', 'CANCELED', 'FINISHED']);

/** Sums over the subtasks of one job vertex, as of the last report (at most a second old). */
export interface VertexMetrics {
  readonly vertexId: string;
  readonly name: string;
  readonly parallelism: number;
  readonly numRecordsIn: number;
  readonly numRecordsOut: number;
  /** Minimum over the subtasks; -Infinity before the first watermark. */
  readonly currentOutputWatermark: number;
  /** Averages over the subtasks, each 0…1000. */
  readonly busyTimeMsPerSecond: number;
  readonly backPressuredTimeMsPerSecond: number;
  readonly idleTimeMsPerSecond: number;
  /**
   * The longest time, over the subtasks, from the beginning of one step to the next while there was more to do: how long a
   * timer or message may have waited. Garbage collection and long calls of user functions show here.
   */
  readonly longestStepGapMs: number;
  /** User-defined and operator metrics such as `numLateRecordsDropped`: sums, keyed `operator name.metric`. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** A batch of records that sinks sent to the client. `attempt` rises when the job restarted in between. */
export interface CollectedRecords {
  readonly attempt: number;
  readonly records: readonly unknown[];
  /** True when the job ended and nothing follows. */
  readonly done: boolean;
}

export interface JobClient {
  readonly jobId: string;
  getJobStatus(): Promise<JobStatus>;
  /** Asks the job to stop; resolves when the request is accepted, not when it ended. */
  cancel(): Promise<void>;
  /** Settles when the job ended: rejects with the job's failure, or JOB_CANCELED. */
  getJobExecutionResult(): Promise<JobExecutionResult>;
  getVertexMetrics(): Promise<readonly VertexMetrics[]>;
  /**
   * The accumulators by name, merged over the subtasks: of a running job as of their last reports (about half a second
   * old; a list of more than 1 MiB a subtask comes at the end). Rejects as `getAccumulatorResult` throws.
   */
  getAccumulators(): Promise<Readonly<Record<string, unknown>>>;
  /** Records that the sink with this operator uid sent to the client: resolves when there are some or the job ended. */
  collect(sinkUid: string): Promise<CollectedRecords>;
  /** Completed restarts of the job so far. */
  getNumRestarts(): Promise<number>;
}
