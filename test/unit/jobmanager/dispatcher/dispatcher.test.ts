import { expect } from 'chai';
import type { FlinkError } from '../../../../src/core/errors.js';
import type { JobId } from '../../../../src/core/ids.js';
import type { CollectedRecords } from '../../../../src/protocol/job-messages.js';
import { jobGraphOf, sourceToSink } from '../../../helpers/job-graphs.js';
import { JobManagerHarness } from '../../../helpers/job-manager-harness.js';

const UNKNOWN_JOB = 'ffffffffffffffffffffffffffffffff' as JobId;

describe('Dispatcher', () => {
  let harness: JobManagerHarness;

  beforeEach(async () => {
    harness = await JobManagerHarness.start([4], {
      'restart-strategy.type': 'fixed-delay',
      'restart-strategy.fixed-delay.delay': '100 ms',
      'jobstore.expiration-time': '60',
    });
  });

  afterEach(async () => {
    await harness.stop();
    expect(harness.clock.pending, 'timers left behind').to.equal(0);
  });

  async function errorOf(promise: Promise<unknown>): Promise<FlinkError> {
    return (await harness.settle(promise.catch((error: unknown) => error))) as FlinkError;
  }

  async function finishAll(): Promise<void> {
    for (const vertex of ['Source', 'Sink']) for (const index of [0, 1]) await harness.finish(vertex, index);
  }

  function secondJob() {
    return jobGraphOf([{ name: 'Other', parallelism: 1 }], {}, 'abcdefabcdefabcdefabcdefabcdefab' as JobId);
  }

  it('runs several jobs, each with a JobMaster of its own', async () => {
    const [one, two] = [sourceToSink(), secondJob()];
    await harness.submit(one);
    await harness.submit(two);
    await harness.settle(harness.dispatcher.cancelJob(one.jobId));
    await harness.clock.flush();
    const jobs = await harness.settle(harness.dispatcher.listJobs());
    expect(jobs.map(({ jobId, status }) => [jobId, status])).to.deep.equal([
      [one.jobId, 'CANCELED'],
      [two.jobId, 'RUNNING'],
    ]);
  });

  it('refuses a job id that is taken, also by a job that has ended', async () => {
    const job = sourceToSink();
    await harness.submit(job);
    expect(await errorOf(harness.submit(job))).to.include({ code: 'DUPLICATE_JOB' });
    await finishAll();
    expect(await errorOf(harness.submit(job))).to.include({ code: 'DUPLICATE_JOB' });
  });

  it('refuses a job without operators and a job with a restart strategy it does not have', async () => {
    expect(await errorOf(harness.submit(jobGraphOf([])))).to.include({ code: 'EMPTY_JOB_GRAPH' });
    const job = sourceToSink({ 'restart-strategy.type': 'failure-rate' });
    expect(await errorOf(harness.submit(job))).to.include({ code: 'RESTART_STRATEGY_UNSUPPORTED' });
    await harness.submit(sourceToSink());
  });

  it('knows no other jobs', async () => {
    const { dispatcher } = harness;
    for (const answer of [
      () => dispatcher.requestJobDetails(UNKNOWN_JOB),
      () => dispatcher.requestJobStatus(UNKNOWN_JOB),
      () => dispatcher.requestJobResult(UNKNOWN_JOB, 0),
      () => dispatcher.cancelJob(UNKNOWN_JOB),
      () => dispatcher.requestVertexMetrics(UNKNOWN_JOB),
      () => dispatcher.requestCollectedRecords(UNKNOWN_JOB, 'sink', 0, 0, 0),
    ]) {
      expect(await errorOf(answer())).to.include({ code: 'JOB_NOT_FOUND' });
    }
  });

  it('answers a question for the result when the job ends', async () => {
    const job = sourceToSink();
    await harness.submit(job);
    await harness.advance(500);
    const answer = harness.dispatcher.requestJobResult(job.jobId, 5_000);
    await finishAll();
    const result = await harness.settle(answer);
    expect(result).to.deep.include({ jobId: job.jobId, jobName: 'test job', status: 'FINISHED', netRuntimeMs: 500 });
  });

  it('answers it without result before the caller loses patience', async () => {
    const job = sourceToSink();
    await harness.submit(job);
    const answer = harness.dispatcher.requestJobResult(job.jobId, 60_000);
    await harness.advance(9_000);
    expect(await harness.settle(answer)).to.equal(undefined);
  });

  it('keeps details, metrics and result of a job that ended, for a while', async () => {
    const job = sourceToSink();
    await harness.submit(job);
    await finishAll();
    await harness.advance(1_000);
    const details = await harness.details(job);
    expect(details).to.include({ status: 'FINISHED', startTime: 1_000, endTime: 1_000 });
    expect(details.vertices[1]?.subtasks.map(({ state }) => state)).to.deep.equal(['FINISHED', 'FINISHED']);
    expect(await harness.settle(harness.dispatcher.requestVertexMetrics(job.jobId))).to.have.length(2);
    expect((await harness.result(job))?.status).to.equal('FINISHED');
    await harness.advance(60_000);
    expect(await errorOf(harness.dispatcher.requestJobDetails(job.jobId))).to.include({ code: 'JOB_NOT_FOUND' });
  });

  it('cancels once, and says that it is too late for a job that ended otherwise', async () => {
    const [one, two] = [sourceToSink(), secondJob()];
    await harness.submit(one);
    await harness.settle(harness.dispatcher.cancelJob(one.jobId));
    await harness.clock.flush();
    await harness.settle(harness.dispatcher.cancelJob(one.jobId));
    await harness.submit(two);
    await harness.finish('Other', 0);
    const error = await errorOf(harness.dispatcher.cancelJob(two.jobId));
    expect(error).to.include({ code: 'JOB_ALREADY_TERMINATED' });
    expect(error.message).to.contain('FINISHED');
  });

  it('sums up the metrics that tasks report', async () => {
    const job = sourceToSink();
    await harness.submit(job);
    const { tm, attemptId } = harness.taskOf('Source', 0);
    const zero = {
      numRecordsIn: 0,
      currentOutputWatermark: 7,
      busyMs: 10,
      backPressuredMs: 0,
      idleMs: 30,
      longestStepGapMs: 4,
    };
    await harness.settle(tm.master().reportMetrics([{ attemptId, numRecordsOut: 5, ...zero, metrics: {} }]));
    const [source] = await harness.settle(harness.dispatcher.requestVertexMetrics(job.jobId));
    expect(source).to.include({ name: 'Source', numRecordsOut: 5, busyTimeMsPerSecond: 250 });
  });

  it('drops jobs that run when it stops, and their TaskManagers hear of it', async () => {
    await harness.submit(sourceToSink());
    await harness.stop();
    expect(harness.tm(1).disconnects).to.include('The JobMaster stops');
    expect(harness.tm(1).slots.map(({ allocationId }) => allocationId)).to.deep.equal(new Array(4).fill(undefined));
  });

  describe('collected records', () => {
    function fetch(attempt: number, offset: number, timeoutMs = 5_000): Promise<CollectedRecords> {
      return harness.dispatcher.requestCollectedRecords(sourceToSink().jobId, 'sink', attempt, offset, timeoutMs);
    }

    function report(records: readonly unknown[], sequence: number): Promise<unknown> {
      const { tm, attemptId } = harness.taskOf('Sink', 0);
      return harness.settle(tm.master().reportCollectedRecords(attemptId, 'sink', records, sequence));
    }

    beforeEach(() => harness.submit(sourceToSink()));

    it('are waited for', async () => {
      const answer = fetch(0, 0);
      await harness.advance(1_000);
      await report(['a'], 0);
      expect(await harness.settle(answer)).to.deep.equal({ attempt: 0, records: ['a'], done: false });
    });

    it('are not waited for longer than the client wants', async () => {
      const answer = fetch(0, 0, 2_000);
      await harness.advance(2_000);
      expect(await harness.settle(answer)).to.deep.equal({ attempt: 0, records: [], done: false });
    });

    it('of a failed attempt are replaced by those of the next', async () => {
      await report(['a'], 0);
      const answer = fetch(0, 1);
      await harness.fail('Source', 0, new Error('boom'));
      await harness.advance(200);
      expect(await harness.settle(answer)).to.deep.equal({ attempt: 1, records: [], done: false });
      await report(['b'], 0);
      expect(await harness.settle(fetch(1, 0))).to.deep.equal({ attempt: 1, records: ['b'], done: false });
    });

    it('can be fetched after the job has ended', async () => {
      await report(['a', 'b'], 0);
      const answer = fetch(0, 1);
      await finishAll();
      expect(await harness.settle(answer)).to.deep.equal({ attempt: 0, records: ['b'], done: false });
      expect(await harness.settle(fetch(0, 1))).to.deep.equal({ attempt: 0, records: ['b'], done: true });
      expect(await errorOf(fetch(0, 0))).to.include({ code: 'COLLECTED_RECORDS_GONE' });
    });
  });
});
