/** A JobClient over the Dispatcher's gateway. Mirrors: PerJobMiniClusterJobClient, ClusterClientJobClientAdapter. */
import type { CollectedRecords, JobClient, JobStatus, VertexMetrics } from '../api/job-client.js';
import { accumulatorResults, JobExecutionResult } from '../api/job-execution-result.js';
import { describeError } from '../api/describe-error.js';
import { deserializeError, FlinkError } from '../core/errors.js';
import type { JobId } from '../core/ids.js';
import type { DispatcherGateway } from '../protocol/gateways.js';
import type { EarlierJob, JobResult } from '../protocol/job-messages.js';

/** A long poll: shorter than the timeout of a remote call. */
const POLL_MS = 5_000;
/** Beyond this many records a job's results are not kept for later `execute()` calls of the program. */
const MAX_RECORDED = 100_000;

export class GatewayJobClient implements JobClient {
  readonly jobId: JobId;
  protected readonly dispatcher: DispatcherGateway;
  private readonly collected = new Map<string, unknown[]>();
  private readonly positions = new Map<string, { attempt: number; offset: number }>();
  private result: Promise<JobExecutionResult> | undefined;
  private finished: EarlierJob['result'] | undefined;

  constructor(jobId: JobId, dispatcher: DispatcherGateway) {
    this.jobId = jobId;
    this.dispatcher = dispatcher;
  }

  getJobStatus(): Promise<JobStatus> {
    return this.dispatcher.requestJobStatus(this.jobId);
  }

  async cancel(): Promise<void> {
    await this.dispatcher.cancelJob(this.jobId);
  }

  getJobExecutionResult(): Promise<JobExecutionResult> {
    this.result ??= this.awaitResult();
    return this.result;
  }

  getVertexMetrics(): Promise<readonly VertexMetrics[]> {
    return this.dispatcher.requestVertexMetrics(this.jobId);
  }

  async getAccumulators(): Promise<Readonly<Record<string, unknown>>> {
    return accumulatorResults(await this.dispatcher.requestAccumulators(this.jobId));
  }

  async getNumRestarts(): Promise<number> {
    return (await this.dispatcher.requestJobDetails(this.jobId)).numRestarts;
  }

  async collect(sinkUid: string): Promise<CollectedRecords> {
    const position = this.positions.get(sinkUid) ?? { attempt: 0, offset: 0 };
    for (;;) {
      const batch = await this.dispatcher.requestCollectedRecords(
        this.jobId,
        sinkUid,
        position.attempt,
        position.offset,
        POLL_MS,
      );
      const restarted = batch.attempt !== position.attempt;
      if (batch.records.length === 0 && !batch.done && !restarted) continue;
      this.positions.set(sinkUid, {
        attempt: batch.attempt,
        offset: (restarted ? 0 : position.offset) + batch.records.length,
      });
      this.record(sinkUid, batch, restarted);
      return batch;
    }
  }

  /** What a bind run of a later job of the program needs of this one; undefined while it runs. */
  earlierJob(): EarlierJob | undefined {
    const complete = [...this.collected].filter(([, records]) => records.length <= MAX_RECORDED);
    return this.finished && { result: this.finished, collected: Object.fromEntries(complete) };
  }

  private record(sinkUid: string, batch: CollectedRecords, restarted: boolean): void {
    let kept = this.collected.get(sinkUid);
    if (kept === undefined || restarted) this.collected.set(sinkUid, (kept = []));
    if (kept.length <= MAX_RECORDED) for (const each of batch.records) kept.push(each);
  }

  private async awaitResult(): Promise<JobExecutionResult> {
    let result: JobResult | undefined;
    while (result === undefined) result = await this.dispatcher.requestJobResult(this.jobId, POLL_MS);
    if (result.status === 'FINISHED') {
      const { jobId, jobName, netRuntimeMs, accumulators } = result;
      this.finished = { jobId, jobName, netRuntimeMs, accumulators };
      return new JobExecutionResult(jobId, jobName, netRuntimeMs, accumulators);
    }
    throw result.status === 'CANCELED' ? canceled(result) : failed(result);
  }
}

function canceled(result: JobResult): FlinkError {
  return new FlinkError('JOB_CANCELED', `job '${result.jobName}' (${result.jobId}) was cancelled`, {
    domain: 'user',
    details: { jobId: result.jobId },
  });
}

function failed(result: JobResult): FlinkError {
  const cause = result.failure === undefined ? undefined : deserializeError(result.failure);
  const message = `job '${result.jobName}' (${result.jobId}) failed: ${cause?.message ?? 'the cause is unknown'}`;
  const error = new FlinkError('JOB_FAILED', message, {
    domain: result.failure?.domain ?? 'internal',
    details: { jobId: result.jobId },
    ...(cause === undefined ? {} : { cause }),
  });
  // Uncaught, Node prints the stack: where this client polled says nothing, where the user's code failed says all.
  error.stack = describeError(error).join('\n');
  return error;
}
