/** Sums up what the subtasks report about themselves. Mirrors: JobVertexMetrics handlers of the REST API. */
import type { VertexMetrics } from '../../api/job-client.js';
import { MIN_WATERMARK } from '../../core/time-constants.js';
import type { ExecutionAttemptId } from '../../core/ids.js';
import type { JobVertex } from '../../graph/job-graph.js';
import type { TaskMetrics } from '../../protocol/task-execution-state.js';
import type { ExecutionGraph } from './execution-graph/execution-graph.js';

/** The last report of an attempt and the one before: rates come from the difference. */
interface Reports {
  readonly last: TaskMetrics;
  readonly previous: TaskMetrics | undefined;
}

type TimeField = 'busyMs' | 'backPressuredMs' | 'idleMs';

export class VertexMetricsAggregator {
  private readonly graph: ExecutionGraph;
  private readonly reports = new Map<ExecutionAttemptId, Reports>();

  constructor(graph: ExecutionGraph) {
    this.graph = graph;
  }

  /** Reports of attempts that were replaced are ignored. */
  add(metrics: readonly TaskMetrics[]): void {
    for (const last of metrics) {
      if (this.graph.vertexOfAttempt(last.attemptId) === undefined) continue;
      this.reports.set(last.attemptId, { last, previous: this.reports.get(last.attemptId)?.last });
    }
  }

  /** Forgets attempts that were replaced. */
  prune(): void {
    for (const attemptId of [...this.reports.keys()]) {
      if (this.graph.vertexOfAttempt(attemptId) === undefined) this.reports.delete(attemptId);
    }
  }

  aggregate(): readonly VertexMetrics[] {
    return this.graph.jobGraph.vertices.map((vertex) => this.aggregateVertex(vertex));
  }

  private aggregateVertex(vertex: JobVertex): VertexMetrics {
    const reports: Reports[] = [];
    for (const { currentExecution } of this.graph.subtasksOf(vertex.id)) {
      const report = this.reports.get(currentExecution.attemptId);
      if (report !== undefined) reports.push(report);
    }
    const latest = reports.map(({ last }) => last);
    const hasAll = latest.length === vertex.parallelism;
    return {
      vertexId: vertex.id,
      name: vertex.name,
      parallelism: vertex.parallelism,
      numRecordsIn: sum(latest.map((metrics) => metrics.numRecordsIn)),
      numRecordsOut: sum(latest.map((metrics) => metrics.numRecordsOut)),
      currentOutputWatermark: hasAll ? Math.min(...latest.map((m) => m.currentOutputWatermark)) : MIN_WATERMARK,
      busyTimeMsPerSecond: averageRate(reports, 'busyMs'),
      backPressuredTimeMsPerSecond: averageRate(reports, 'backPressuredMs'),
      idleTimeMsPerSecond: averageRate(reports, 'idleMs'),
      longestStepGapMs: Math.max(0, ...latest.map((metrics) => metrics.longestStepGapMs)),
      metrics: sumByName(latest),
    };
  }
}

/** Milliseconds a second between the last two reports, averaged over the subtasks; 0…1000. */
function averageRate(reports: readonly Reports[], field: TimeField): number {
  if (reports.length === 0) return 0;
  return sum(reports.map((report) => rate(report, field))) / reports.length;
}

function rate({ last, previous }: Reports, field: TimeField): number {
  const elapsedMs = totalMs(last) - (previous === undefined ? 0 : totalMs(previous));
  // A report that overtook another one makes time run backwards.
  if (elapsedMs <= 0) return 0;
  const spentMs = last[field] - (previous?.[field] ?? 0);
  return Math.min(1000, Math.max(0, (spentMs * 1000) / elapsedMs));
}

function totalMs({ busyMs, backPressuredMs, idleMs }: TaskMetrics): number {
  return busyMs + backPressuredMs + idleMs;
}

function sumByName(reports: readonly TaskMetrics[]): Readonly<Record<string, number>> {
  const sums = new Map<string, number>();
  for (const { metrics } of reports) {
    for (const [name, value] of Object.entries(metrics)) sums.set(name, (sums.get(name) ?? 0) + value);
  }
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
