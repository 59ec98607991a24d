/**
 * Takes jobs in, starts one JobMaster for each, and answers questions about them, also for a while after their end.
 * Mirrors: Dispatcher, StandaloneDispatcher.
 */
import type { AccumulatorSnapshots } from '../../api/accumulators/accumulator-snapshots.js';
import { JobManagerOptions } from '../../config/options.js';
import { FlinkError } from '../../core/errors.js';
import type { FencingToken, JobId } from '../../core/ids.js';
import { ACKNOWLEDGE, type Acknowledge, type DispatcherGateway } from '../../protocol/gateways.js';
import type {
  CollectedRecords,
  JobDetails,
  JobResult,
  JobStatus,
  JobSubmission,
  VertexMetrics,
} from '../../protocol/job-messages.js';
import { FencedRpcEndpoint } from '../../rpc/fenced-rpc-endpoint.js';
import { gatewayMethods } from '../../rpc/rpc-endpoint.js';
import type { RpcService } from '../../rpc/rpc-service.js';
import { JobManagerRunner } from './job-manager-runner.js';

export const DISPATCHER_ENDPOINT = 'dispatcher';

/** A long poll is answered before the caller's patience ends, whatever it asked for. */
const LONGEST_POLL_SHARE = 0.8;

export class Dispatcher extends FencedRpcEndpoint implements DispatcherGateway {
  readonly remoteMethods = gatewayMethods<DispatcherGateway>({
    submitJob: true,
    listJobs: true,
    requestJobDetails: true,
    requestJobStatus: true,
    requestJobResult: true,
    cancelJob: true,
    requestVertexMetrics: true,
    requestAccumulators: true,
    requestCollectedRecords: true,
  });
  private readonly resourceManagerAddress: string;
  private readonly longestPollMs: number;
  private readonly expirationMs: number;
  private readonly runners = new Map<JobId, JobManagerRunner>();

  constructor(rpcService: RpcService, fencingToken: FencingToken, resourceManagerAddress: string) {
    super(rpcService, DISPATCHER_ENDPOINT, fencingToken);
    this.resourceManagerAddress = resourceManagerAddress;
    const { configuration } = rpcService;
    this.longestPollMs = configuration.get(JobManagerOptions.rpcTimeout) * LONGEST_POLL_SHARE;
    this.expirationMs = configuration.get(JobManagerOptions.jobStoreExpirationTime) * 1000;
  }

  async submitJob(submission: JobSubmission): Promise<Acknowledge> {
    const { jobId, name, vertices } = submission.jobGraph;
    if (this.runners.has(jobId)) {
      throw new FlinkError('DUPLICATE_JOB', `Job ${jobId} has been submitted before`, {
        domain: 'user',
        details: { jobId },
        remedy: 'Submit the job under another job id.',
      });
    }
    if (vertices.length === 0) {
      throw new FlinkError('EMPTY_JOB_GRAPH', `Job '${name}' has no operators`, {
        domain: 'user',
        remedy: 'Add a source and a sink before execute().',
      });
    }
    const runner = new JobManagerRunner(this.rpcService, submission, this.resourceManagerAddress);
    this.runners.set(jobId, runner);
    this.log.info('Job submitted', { jobId, name });
    this.mainThread.handle(
      runner.result,
      (result) => this.onJobEnded(result),
      (error) => this.log.error('Job ended without a result', { jobId, error }),
    );
    try {
      await runner.start();
    } catch (error) {
      this.runners.delete(jobId);
      throw error;
    }
    return ACKNOWLEDGE;
  }

  listJobs(): Promise<readonly JobDetails[]> {
    return Promise.all([...this.runners.values()].map((runner) => runner.details()));
  }

  async requestJobDetails(jobId: JobId): Promise<JobDetails> {
    return this.runnerOf(jobId).details();
  }

  async requestJobStatus(jobId: JobId): Promise<JobStatus> {
    const { status } = await this.runnerOf(jobId).details();
    return status;
  }

  async requestJobResult(jobId: JobId, timeoutMs: number): Promise<JobResult | undefined> {
    return this.waitFor(this.runnerOf(jobId).result, timeoutMs);
  }

  async cancelJob(jobId: JobId): Promise<Acknowledge> {
    const runner = this.runnerOf(jobId);
    const { terminalStatus } = runner;
    if (terminalStatus === undefined) {
      this.log.info('Cancelling job', { jobId });
      await runner.cancel();
    } else if (terminalStatus !== 'CANCELED') {
      throw new FlinkError('JOB_ALREADY_TERMINATED', `Job ${jobId} is ${terminalStatus} already`, {
        domain: 'user',
        details: { jobId, status: terminalStatus },
      });
    }
    return ACKNOWLEDGE;
  }

  async requestVertexMetrics(jobId: JobId): Promise<readonly VertexMetrics[]> {
    return this.runnerOf(jobId).vertexMetrics();
  }

  async requestAccumulators(jobId: JobId): Promise<AccumulatorSnapshots> {
    return this.runnerOf(jobId).accumulators();
  }

  async requestCollectedRecords(
    jobId: JobId,
    operatorUid: string,
    attempt: number,
    offset: number,
    timeoutMs: number,
  ): Promise<CollectedRecords> {
    const runner = this.runnerOf(jobId);
    const { clock } = this.rpcService.environment;
    const deadline = clock.monotonic() + Math.min(timeoutMs, this.longestPollMs);
    for (;;) {
      const collected = runner.fetchCollectedRecords(operatorUid, attempt, offset);
      const remainingMs = deadline - clock.monotonic();
      const hasNews = collected.records.length > 0 || collected.done || collected.attempt !== attempt;
      if (hasNews || remainingMs <= 0) return collected;
      await this.waitFor(runner.whenCollectedRecordsChange(), remainingMs);
    }
  }

  /** Jobs that still run are dropped: they are neither cancelled nor finished. */
  protected override async onStop(): Promise<void> {
    await Promise.all([...this.runners.values()].map((runner) => runner.stop()));
  }

  private onJobEnded({ jobId, jobName, status, netRuntimeMs, failure }: JobResult): void {
    this.log.info('Job ended', { jobId, name: jobName, status, netRuntimeMs, failure: failure?.message });
    this.mainThread.schedule(this.expirationMs, () => this.runners.delete(jobId));
  }

  private runnerOf(jobId: JobId): JobManagerRunner {
    const runner = this.runners.get(jobId);
    if (runner === undefined) {
      throw new FlinkError('JOB_NOT_FOUND', `There is no job ${jobId}`, {
        domain: 'user',
        details: { jobId },
        remedy: 'List the jobs to see which there are; ended jobs are forgotten after jobstore.expiration-time.',
      });
    }
    return runner;
  }

  /** The value of `promise`, or undefined when the time is over first. */
  private waitFor<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const delayMs = Math.min(timeoutMs, this.longestPollMs);
      const cancel = this.mainThread.schedule(delayMs, () => resolve(undefined));
      void promise.then(resolve, reject).finally(cancel);
    });
  }
}
