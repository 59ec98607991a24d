/**
 * The client of a job whose cluster ends with it: fetches what is left to know before the cluster goes, so that results,
 * status and metrics can still be asked for afterwards.
 */
import type { AccumulatorSnapshots } from '../../api/accumulators/accumulator-snapshots.js';
import type { CollectedRecords, JobStatus, VertexMetrics } from '../../api/job-client.js';
import { accumulatorResults, type JobExecutionResult } from '../../api/job-execution-result.js';
import { GatewayJobClient } from '../../client/gateway-job-client.js';
import type { JobGraph } from '../../graph/job-graph.js';
import type { DispatcherGateway } from '../../protocol/gateways.js';

interface FinalReport {
  readonly status: JobStatus;
  readonly numRestarts: number;
  readonly vertexMetrics: readonly VertexMetrics[];
  readonly accumulators: AccumulatorSnapshots;
}

export class LocalJobClient extends GatewayJobClient {
  private readonly sinkUids: readonly string[];
  private readonly ended: Promise<JobExecutionResult>;
  private readonly leftovers = new Map<string, CollectedRecords[]>();
  /** Per sink: the last fetch, after which the next one may start. */
  private readonly fetches = new Map<string, Promise<unknown>>();
  private finalReport: FinalReport | undefined;

  constructor(jobGraph: JobGraph, dispatcher: DispatcherGateway, close: () => Promise<void>) {
    super(jobGraph.jobId, dispatcher);
    this.sinkUids = jobGraph.vertices.flatMap((vertex) =>
      vertex.operators.filter(({ kind }) => kind === 'sink').map(({ uid }) => uid),
    );
    this.ended = this.untilClosed(close);
    // Whoever asks for the result hears of a failure; a detached program need not.
    this.ended.catch(() => undefined);
  }

  override getJobExecutionResult(): Promise<JobExecutionResult> {
    return this.ended;
  }

  override async getJobStatus(): Promise<JobStatus> {
    return this.finalReport?.status ?? super.getJobStatus();
  }

  override async getNumRestarts(): Promise<number> {
    return this.finalReport?.numRestarts ?? super.getNumRestarts();
  }

  override async getVertexMetrics(): Promise<readonly VertexMetrics[]> {
    return this.finalReport?.vertexMetrics ?? super.getVertexMetrics();
  }

  override async getAccumulators(): Promise<Readonly<Record<string, unknown>>> {
    return this.finalReport === undefined ? super.getAccumulators() : accumulatorResults(this.finalReport.accumulators);
  }

  override async cancel(): Promise<void> {
    if (this.finalReport === undefined) await super.cancel();
  }

  override collect(sinkUid: string): Promise<CollectedRecords> {
    return this.inTurn(sinkUid, () => {
      const kept = this.leftovers.get(sinkUid);
      if (kept === undefined) return super.collect(sinkUid);
      const batch = kept.length > 1 ? kept.shift() : kept[0];
      // The last batch is the one that says done: kept empty for whoever asks again.
      if (kept.length === 1 && batch === kept[0] && batch !== undefined)
        this.leftovers.set(sinkUid, [{ ...batch, records: [] }]);
      return Promise.resolve(batch ?? { attempt: 0, records: [], done: true });
    });
  }

  private async untilClosed(close: () => Promise<void>): Promise<JobExecutionResult> {
    try {
      return await super.getJobExecutionResult();
    } finally {
      try {
        await this.fetchFinalReport();
      } finally {
        await close();
      }
    }
  }

  private async fetchFinalReport(): Promise<void> {
    for (const sinkUid of this.sinkUids) await this.inTurn(sinkUid, () => this.fetchRest(sinkUid));
    const [status, numRestarts, vertexMetrics, accumulators] = await Promise.all([
      super.getJobStatus(),
      super.getNumRestarts(),
      super.getVertexMetrics(),
      this.dispatcher.requestAccumulators(this.jobId),
    ]);
    this.finalReport = { status, numRestarts, vertexMetrics, accumulators };
  }

  private async fetchRest(sinkUid: string): Promise<void> {
    const batches: CollectedRecords[] = [];
    do batches.push(await super.collect(sinkUid));
    while (batches.at(-1)?.done !== true);
    this.leftovers.set(sinkUid, batches);
  }

  /** Fetches of one sink follow each other: each moves its position on. */
  private inTurn<T>(sinkUid: string, fetch: () => Promise<T>): Promise<T> {
    const before = this.fetches.get(sinkUid) ?? Promise.resolve();
    const result = before.then(fetch, fetch);
    this.fetches.set(
      sinkUid,
      result.catch(() => undefined),
    );
    return result;
  }
}
