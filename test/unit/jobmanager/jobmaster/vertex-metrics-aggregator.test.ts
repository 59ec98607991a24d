import { expect } from 'chai';
import type { ExecutionAttemptId } from '../../../../src/core/ids.js';
import { ExecutionGraph } from '../../../../src/jobmanager/jobmaster/execution-graph/execution-graph.js';
import { VertexMetricsAggregator } from '../../../../src/jobmanager/jobmaster/vertex-metrics-aggregator.js';
import type { TaskMetrics } from '../../../../src/protocol/task-execution-state.js';
import { jobGraphOf } from '../../../helpers/job-graphs.js';

describe('VertexMetricsAggregator', () => {
  let graph: ExecutionGraph;
  let aggregator: VertexMetricsAggregator;

  beforeEach(() => {
    graph = new ExecutionGraph('graph', jobGraphOf([{ name: 'Map', parallelism: 2 }]));
    aggregator = new VertexMetricsAggregator(graph);
  });

  function report(subtask: number, metrics: Partial<TaskMetrics>): void {
    const { attemptId } = graph.allVertices[subtask]!.currentExecution;
    const zero = {
      numRecordsIn: 0,
      numRecordsOut: 0,
      currentOutputWatermark: 0,
      busyMs: 0,
      backPressuredMs: 0,
      idleMs: 0,
      longestStepGapMs: 0,
    };
    aggregator.add([{ attemptId, ...zero, metrics: {}, ...metrics }]);
  }

  it('sums counters over the subtasks', () => {
    report(0, { numRecordsIn: 3, numRecordsOut: 1, metrics: { 'Map.late': 1, 'Map.other': 5 } });
    report(1, { numRecordsIn: 4, numRecordsOut: 2, metrics: { 'Map.late': 2 } });
    expect(aggregator.aggregate()[0]).to.deep.include({
      vertexId: 'vertex-Map',
      name: 'Map',
      parallelism: 2,
      numRecordsIn: 7,
      numRecordsOut: 3,
      metrics: { 'Map.late': 3, 'Map.other': 5 },
    });
  });

  it('has the longest time between two steps of any subtask', () => {
    report(0, { longestStepGapMs: 4 });
    report(1, { longestStepGapMs: 9 });
    expect(aggregator.aggregate()[0]?.longestStepGapMs).to.equal(9);
  });

  it('has the lowest watermark, and none before every subtask has reported', () => {
    report(0, { currentOutputWatermark: 20 });
    expect(aggregator.aggregate()[0]?.currentOutputWatermark).to.equal(Number.NEGATIVE_INFINITY);
    report(1, { currentOutputWatermark: 10 });
    expect(aggregator.aggregate()[0]?.currentOutputWatermark).to.equal(10);
  });

  it('computes rates from the last two reports and averages them', () => {
    report(0, { busyMs: 100, idleMs: 900 });
    report(0, { busyMs: 600, idleMs: 900 });
    report(1, { busyMs: 250, backPressuredMs: 250, idleMs: 500 });
    expect(aggregator.aggregate()[0]).to.include({
      busyTimeMsPerSecond: (1000 + 250) / 2,
      backPressuredTimeMsPerSecond: 125,
      idleTimeMsPerSecond: 250,
    });
  });

  it('is zero without reports and with reports in the wrong order', () => {
    expect(aggregator.aggregate()[0]).to.include({ busyTimeMsPerSecond: 0, numRecordsIn: 0 });
    report(0, { busyMs: 500 });
    report(0, { busyMs: 400 });
    expect(aggregator.aggregate()[0]?.busyTimeMsPerSecond).to.equal(0);
  });

  it('ignores and forgets attempts that were replaced', () => {
    report(0, { numRecordsIn: 3 });
    const vertex = graph.allVertices[0]!;
    const old = vertex.currentExecution.attemptId;
    graph.resetForNewExecution(vertex, 1, false);
    aggregator.prune();
    expect(aggregator.aggregate()[0]?.numRecordsIn).to.equal(0);
    report(0, { numRecordsIn: 1 });
    aggregator.add([{ ...emptyMetrics(old), numRecordsIn: 100 }]);
    expect(aggregator.aggregate()[0]?.numRecordsIn).to.equal(1);
  });
});

function emptyMetrics(attemptId: ExecutionAttemptId): TaskMetrics {
  return {
    attemptId,
    numRecordsIn: 0,
    numRecordsOut: 0,
    currentOutputWatermark: 0,
    busyMs: 0,
    backPressuredMs: 0,
    idleMs: 0,
    longestStepGapMs: 0,
    metrics: {},
  };
}
