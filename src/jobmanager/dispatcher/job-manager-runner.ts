/**
 * One job at the Dispatcher: runs its JobMaster and, when the job has ended, keeps what can still be asked about it.
 * Mirrors: JobManagerRunner, ExecutionGraphInfoStore.
 */
import type { AccumulatorSnapshots } from '../../api/accumulators/accumulator-snapshots.js';
import type { CollectedRecords, JobStatus, VertexMetrics } from '../../api/job-client.js';
import { Deferred } from '../../core/deferred.js';
import { type FencingToken, type JobId, newId } from '../../core/ids.js';
import type { JobDetails, JobResult, JobSubmission } from '../../protocol/job-messages.js';
import type { RpcService } from '../../rpc/rpc-service.js';
import { JobMaster } from '../jobmaster/job-master.js';

/** What is kept of a job that has ended. */
interface ArchivedJob {
  readonly details: JobDetails;
  readonly metrics: readonly VertexMetrics[];
  readonly accumulators: AccumulatorSnapshots;
}

export class JobManagerRunner {
  readonly jobId: JobId;
  private readonly jobMaster: JobMaster;
  private readonly ended = new Deferred<JobResult>();
  private archived: ArchivedJob | undefined;

  /** Throws when the job is refused. */
  constructor(rpcService: RpcService, submission: JobSubmission, resourceManagerAddress: string) {
    this.jobId = submission.jobGraph.jobId;
    const jobMasterId = newId<FencingToken>(rpcService.environment.random);
    this.jobMaster = new JobMaster(rpcService, jobMasterId, submission, resourceManagerAddress, (result) =>
      this.onTerminated(result),
    );
  }

  /** Settles when the job is FINISHED, FAILED or CANCELED; stays open when the JobMaster is stopped before. */
  get result(): Promise<JobResult> {
    return this.ended.promise;
  }

  /** Undefined while the job runs. */
  get terminalStatus(): JobStatus | undefined {
    return this.archived?.details.status;
  }

  /** Settles when the job is taken care of. */
  start(): Promise<void> {
    return this.jobMaster.start();
  }

  details(): Promise<JobDetails> {
    return this.ask(
      () => this.jobMaster.details(),
      (job) => job.details,
    );
  }

  vertexMetrics(): Promise<readonly VertexMetrics[]> {
    return this.ask(
      () => this.jobMaster.vertexMetrics(),
      (job) => job.metrics,
    );
  }

  accumulators(): Promise<AccumulatorSnapshots> {
    return this.ask(
      () => this.jobMaster.accumulators(),
      (job) => job.accumulators,
    );
  }

  cancel(): Promise<void> {
    return this.jobMaster.mainThread.call(() => this.jobMaster.cancel());
  }

  /** What is there now; see CollectedRecordsStore.fetch. */
  fetchCollectedRecords(operatorUid: string, attempt: number, offset: number): CollectedRecords {
    return this.jobMaster.collectedRecords.fetch(operatorUid, attempt, offset);
  }

  /** Settles when fetching again can give something else. */
  whenCollectedRecordsChange(): Promise<void> {
    return this.jobMaster.collectedRecords.whenChanged();
  }

  /** Settles when slots and connections are given back. Idempotent. */
  stop(): Promise<void> {
    return this.jobMaster.stop();
  }

  private async ask<T>(live: () => T, fromArchive: (job: ArchivedJob) => T): Promise<T> {
    if (this.archived !== undefined) return fromArchive(this.archived);
    try {
      return await this.jobMaster.mainThread.call(live);
    } catch (error) {
      // It ended between the question and the answer.
      if (this.archived !== undefined) return fromArchive(this.archived);
      throw error;
    }
  }

  private onTerminated(result: JobResult): void {
    const { accumulators } = result;
    this.archived = { details: this.jobMaster.details(), metrics: this.jobMaster.vertexMetrics(), accumulators };
    this.ended.resolve(result);
    void this.jobMaster.stop();
  }
}
