/** The client that submitted the job: asks again when an answer is missing, as a patient program does. */
import type { JobResult } from '../../protocol/job-messages.js';
import { delay } from '../../core/clock.js';
import { isFlinkError } from '../../core/errors.js';
import type { JobGraph } from '../../graph/job-graph.js';
import type { DispatcherGateway, ResourceManagerGateway } from '../../protocol/gateways.js';
import type { RpcService } from '../../rpc/rpc-service.js';
import { COLLECT_UID } from './simulated-job.js';

const POLL_MS = 1_000;
const RETRY_MS = 100;

export class SimulatedClient {
  /** Set when the job has ended and all that it collected is here. */
  result: JobResult | undefined;
  /** Set when the client could not go on: always a defect. */
  error: unknown;
  collected: unknown[] = [];
  numRestarts = 0;
  isCancelRequested = false;
  private readonly rpcService: RpcService;
  private readonly dispatcherAddress: string;
  private readonly jobGraph: JobGraph;

  constructor(rpcService: RpcService, dispatcherAddress: string, jobGraph: JobGraph) {
    this.rpcService = rpcService;
    this.dispatcherAddress = dispatcherAddress;
    this.jobGraph = jobGraph;
  }

  /** Submits the job and follows it to its end. */
  async run(): Promise<void> {
    try {
      const dispatcher = await this.untilAnswered(() =>
        this.rpcService.connect<DispatcherGateway>(this.dispatcherAddress),
      );
      await this.submit(dispatcher);
      const [result] = await Promise.all([this.awaitResult(dispatcher), this.collect(dispatcher)]);
      const details = await this.untilAnswered(() => dispatcher.requestJobDetails(this.jobGraph.jobId));
      this.numRestarts = details.numRestarts;
      this.result = result;
    } catch (error) {
      this.error = error;
    }
  }

  async cancel(): Promise<void> {
    this.isCancelRequested = true;
    try {
      const dispatcher = await this.untilAnswered(() =>
        this.rpcService.connect<DispatcherGateway>(this.dispatcherAddress),
      );
      await this.untilAnswered(() => dispatcher.cancelJob(this.jobGraph.jobId));
    } catch (error) {
      // Not submitted yet, or ended before.
      if (codeOf(error) !== 'JOB_NOT_FOUND' && codeOf(error) !== 'JOB_ALREADY_TERMINATED') this.error = error;
    }
  }

  requestClusterOverview(address: string): ReturnType<ResourceManagerGateway['requestClusterOverview']> {
    return this.rpcService.connect<ResourceManagerGateway>(address).then((gateway) => gateway.requestClusterOverview());
  }

  private async submit(dispatcher: DispatcherGateway): Promise<void> {
    const program = { kind: 'in-process', key: 'simulation' } as const;
    try {
      await this.untilAnswered(() => dispatcher.submitJob({ jobGraph: this.jobGraph, program }));
    } catch (error) {
      // The answer to an earlier try was lost.
      if (codeOf(error) !== 'DUPLICATE_JOB') throw error;
    }
  }

  private async awaitResult(dispatcher: DispatcherGateway): Promise<JobResult> {
    for (;;) {
      const result = await this.untilAnswered(() => dispatcher.requestJobResult(this.jobGraph.jobId, POLL_MS));
      if (result !== undefined) return result;
    }
  }

  private async collect(dispatcher: DispatcherGateway): Promise<void> {
    let attempt = 0;
    for (;;) {
      const { jobId } = this.jobGraph;
      const offset = this.collected.length;
      const batch = await this.untilAnswered(() =>
        dispatcher.requestCollectedRecords(jobId, COLLECT_UID, attempt, offset, POLL_MS),
      );
      if (batch.attempt !== attempt) this.collected = [];
      attempt = batch.attempt;
      this.collected.push(...batch.records);
      if (batch.done) return;
    }
  }

  private async untilAnswered<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (codeOf(error) !== 'TIMEOUT' && codeOf(error) !== 'RECIPIENT_UNREACHABLE') throw error;
        await delay(this.rpcService.environment.clock, RETRY_MS);
      }
    }
  }
}

function codeOf(error: unknown): string | undefined {
  return isFlinkError(error) ? error.code : undefined;
}
