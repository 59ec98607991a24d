import { expect } from 'chai';
import type { AccumulatorSnapshots } from '../../../../src/api/accumulators/accumulator-snapshots.js';
import { resultOf, snapshotOf } from '../../../../src/api/accumulators/accumulator-snapshots.js';
import { FlinkError } from '../../../../src/core/errors.js';
import type { JobGraph } from '../../../../src/graph/job-graph.js';
import { IntCounter } from '../../../../src/index.js';
import { operatorIdOf, sourceToSink } from '../../../helpers/job-graphs.js';
import { JobManagerHarness } from '../../../helpers/job-manager-harness.js';

const RESTARTS = {
  'restart-strategy.type': 'fixed-delay',
  'restart-strategy.fixed-delay.attempts': '2',
  'restart-strategy.fixed-delay.delay': '1 s',
};

function seen(n: number): AccumulatorSnapshots {
  const counter = new IntCounter();
  counter.add(n);
  return { seen: snapshotOf(counter as never) };
}

describe('Accumulators at the JobMaster', () => {
  let harness: JobManagerHarness;
  let job: JobGraph;

  beforeEach(async () => {
    harness = await JobManagerHarness.start([2]);
    job = sourceToSink(RESTARTS);
    await harness.submit(job);
  });

  afterEach(() => harness.stop());

  async function report(vertex: string, subtask: number, accumulators: AccumulatorSnapshots): Promise<void> {
    const { tm, attemptId } = harness.taskOf(vertex, subtask);
    const metrics = {
      attemptId,
      numRecordsIn: 0,
      numRecordsOut: 0,
      currentOutputWatermark: 0,
      busyMs: 0,
      backPressuredMs: 0,
      idleMs: 0,
      longestStepGapMs: 0,
      metrics: {},
      accumulators,
    };
    await harness.settle(tm.master().reportMetrics([metrics]));
  }

  async function end(
    vertex: string,
    subtask: number,
    state: 'FINISHED' | 'FAILED' | 'CANCELED',
    accumulators: AccumulatorSnapshots,
  ): Promise<void> {
    const { tm, attemptId } = harness.taskOf(vertex, subtask);
    tm.tasks.get(attemptId)!.state = state;
    await harness.settle(tm.master().updateTaskExecutionState({ attemptId, state, accumulators }));
    await harness.clock.flush();
  }

  async function readyToCommit(subtask: number, accumulators: AccumulatorSnapshots): Promise<void> {
    const { tm, attemptId } = harness.taskOf('Sink', subtask);
    const committables = { [operatorIdOf('Sink')]: ['file'] };
    await harness.settle(tm.master().notifyReadyToCommit(attemptId, committables, accumulators));
    await harness.clock.flush();
  }

  async function current(): Promise<unknown> {
    const snapshots = await harness.settle(harness.dispatcher.requestAccumulators(job.jobId));
    return snapshots['seen'] === undefined ? undefined : resultOf(snapshots['seen']);
  }

  it('sums up the last reports of a running job', async () => {
    expect(await current()).to.equal(undefined);
    await report('Source', 0, seen(1));
    await report('Source', 1, seen(2));
    await report('Source', 0, seen(5));
    expect(await current()).to.equal(7);
  });

  it('has the final values in the result, also when an older report comes late', async () => {
    await report('Source', 0, seen(1));
    const { tm, attemptId } = harness.taskOf('Source', 0);
    await end('Source', 0, 'FINISHED', seen(10));
    const late = { attemptId, numRecordsIn: 0, numRecordsOut: 0, currentOutputWatermark: 0, metrics: {} };
    await harness.settle(
      tm
        .master()
        .reportMetrics([
          { ...late, busyMs: 0, backPressuredMs: 0, idleMs: 0, longestStepGapMs: 0, accumulators: seen(2) },
        ]),
    );
    await end('Source', 1, 'FINISHED', seen(20));
    await end('Sink', 0, 'FINISHED', seen(100));
    await end('Sink', 1, 'FINISHED', {});
    const result = await harness.result(job);
    expect(result?.status).to.equal('FINISHED');
    expect(resultOf(result!.accumulators['seen']!)).to.equal(130);
    expect(await current()).to.equal(130);
  });

  it('does not count what a failed attempt had seen', async () => {
    await report('Source', 0, seen(1_000));
    await end('Sink', 0, 'FINISHED', seen(1_000));
    await end('Source', 1, 'FAILED', seen(1_000));
    await harness.advance(1_500);
    expect(await harness.status(job)).to.equal('RUNNING');
    expect(await current()).to.equal(undefined);
    await report('Source', 0, seen(3));
    expect(await current()).to.equal(3);
  });

  it('counts once what only has to be committed again', async () => {
    await end('Source', 0, 'FINISHED', seen(1));
    await end('Source', 1, 'FINISHED', seen(2));
    harness.tm(1).obeysCommit = false;
    await readyToCommit(0, seen(10));
    await readyToCommit(1, seen(20));
    await report('Sink', 1, seen(19));
    await end('Sink', 0, 'FINISHED', seen(11));
    await harness.fail('Sink', 1, new FlinkError('DISK_FULL', 'no room', { domain: 'external' }));
    harness.tm(1).obeysCommit = true;
    await harness.advance(1_500);
    await harness.finish('Sink', 1);
    const result = await harness.result(job);
    expect(result?.status).to.equal('FINISHED');
    expect(resultOf(result!.accumulators['seen']!)).to.equal(1 + 2 + 11 + 20);
  });
});
