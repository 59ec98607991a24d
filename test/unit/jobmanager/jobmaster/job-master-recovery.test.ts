import { expect } from 'chai';
import { FlinkError } from '../../../../src/core/errors.js';
import { operatorIdOf, sourceToSink } from '../../../helpers/job-graphs.js';
import { JobManagerHarness } from '../../../helpers/job-manager-harness.js';

const FIXED_DELAY = {
  'restart-strategy.type': 'fixed-delay',
  'restart-strategy.fixed-delay.attempts': '2',
  'restart-strategy.fixed-delay.delay': '10 s',
};

describe('JobMaster: recovery', () => {
  let harness: JobManagerHarness;

  afterEach(async () => {
    await harness.stop();
    expect(harness.clock.pending, 'timers left behind').to.equal(0);
  });

  describe('failure', () => {
    it('fails at once without a restart strategy, naming the task and keeping the cause', async () => {
      harness = await JobManagerHarness.start([2]);
      const job = sourceToSink();
      await harness.submit(job);
      await harness.fail('Sink', 1, new TypeError('x is not a function'));
      const result = await harness.result(job);
      expect(result).to.include({ status: 'FAILED' });
      expect(result?.failure).to.include({ code: 'TASK_FAILED', message: 'Sink (2/2) failed: x is not a function' });
      expect(result?.failure?.cause).to.include({ name: 'TypeError' });
      expect(harness.runningTasks()).to.equal(0);
      expect((await harness.details(job)).numRestarts).to.equal(0);
    });

    it('restarts all tasks with new attempts after the delay', async () => {
      harness = await JobManagerHarness.start([2], FIXED_DELAY);
      const job = sourceToSink();
      await harness.submit(job);
      const before = harness.taskOf('Source', 0).attemptId;
      await harness.fail('Sink', 1, new Error('boom'));
      expect(await harness.status(job)).to.equal('RESTARTING');
      expect(harness.runningTasks()).to.equal(0);
      await harness.advance(9_000);
      expect(harness.runningTasks()).to.equal(0);
      await harness.advance(1_100);
      expect(await harness.status(job)).to.equal('RUNNING');
      expect(harness.taskOf('Source', 0).attemptId).not.to.equal(before);
      expect(harness.taskOf('Source', 0).attemptId).to.match(/_1$/);
      expect(harness.tm(1).hosts).to.have.length(2);
      expect(harness.tm(1).stoppedHosts).to.deep.equal([harness.tm(1).hosts[0]]);
      const details = await harness.details(job);
      expect(details).to.include({ numRestarts: 1, failure: undefined });
      expect(details.vertices[0]?.subtasks[0]).to.deep.equal({ state: 'RUNNING', attempt: 1, taskManager: 'tm-1' });
    });

    it('fails when the attempts are used up', async () => {
      harness = await JobManagerHarness.start([2], FIXED_DELAY);
      const job = sourceToSink();
      await harness.submit(job);
      for (const restarts of [1, 2]) {
        await harness.fail('Source', 0, new Error('boom'));
        await harness.advance(10_100);
        expect(await harness.details(job)).to.include({ status: 'RUNNING', numRestarts: restarts });
      }
      await harness.fail('Source', 0, new Error('boom'));
      expect((await harness.result(job))?.status).to.equal('FAILED');
    });

    it('does not restart after an error that would come back', async () => {
      harness = await JobManagerHarness.start([2], FIXED_DELAY);
      const job = sourceToSink();
      await harness.submit(job);
      await harness.fail('Sink', 0, new FlinkError('BAD_KEY', 'null key', { domain: 'user', retry: 'never' }));
      expect((await harness.result(job))?.status).to.equal('FAILED');
    });

    it('waits with the restart until every old task has ended', async () => {
      harness = await JobManagerHarness.start([2], FIXED_DELAY);
      harness.tm(1).obeysCancel = false;
      const job = sourceToSink();
      await harness.submit(job);
      await harness.fail('Sink', 0, new Error('boom'));
      await harness.advance(60_000);
      expect(await harness.status(job)).to.equal('RESTARTING');
      expect(harness.runningTasks()).to.equal(3);
      harness.tm(1).obeysCancel = true;
      await harness.advance(30_000);
      expect(await harness.details(job)).to.include({ status: 'RUNNING', numRestarts: 1 });
    });

    it('counts two tasks that fail together as one failure', async () => {
      harness = await JobManagerHarness.start([2], FIXED_DELAY);
      const job = sourceToSink();
      await harness.submit(job);
      const one = harness.taskOf('Sink', 0).attemptId;
      const two = harness.taskOf('Sink', 1).attemptId;
      const tm = harness.tm(1);
      await harness.settle(
        Promise.all([tm.report(one, 'FAILED', new Error('a')), tm.report(two, 'FAILED', new Error('b'))]),
      );
      await harness.advance(10_100);
      expect(await harness.details(job)).to.include({ status: 'RUNNING', numRestarts: 1 });
    });

    it('ignores what old attempts say after a restart', async () => {
      harness = await JobManagerHarness.start([2], FIXED_DELAY);
      const job = sourceToSink();
      await harness.submit(job);
      const { tm, attemptId } = harness.taskOf('Source', 0);
      await harness.fail('Sink', 0, new Error('boom'));
      await harness.advance(10_100);
      await harness.settle(tm.report(attemptId, 'FAILED', new Error('late')));
      await harness.settle(tm.master().notifyReadyToCommit(attemptId, {}));
      await harness.settle(tm.master().notifyCoordinatorHostState(tm.hosts[0]!, 'FAILED'));
      await harness.settle(tm.master().reportCollectedRecords(attemptId, 'Sink', [1], 0));
      expect(await harness.details(job)).to.include({ status: 'RUNNING', numRestarts: 1 });
    });

    it('treats a task that was cancelled unasked as failed', async () => {
      harness = await JobManagerHarness.start([2], FIXED_DELAY);
      const job = sourceToSink();
      await harness.submit(job);
      const { tm, attemptId } = harness.taskOf('Source', 0);
      await harness.settle(tm.report(attemptId, 'CANCELED'));
      expect(await harness.status(job)).to.equal('RESTARTING');
    });

    it('restarts when the coordinator host fails while sources run', async () => {
      harness = await JobManagerHarness.start([2], FIXED_DELAY);
      const job = sourceToSink();
      await harness.submit(job);
      const tm = harness.tm(1);
      await harness.settle(tm.master().notifyCoordinatorHostState(tm.hosts[0]!, 'FAILED'));
      expect(await harness.details(job)).to.include({ status: 'RESTARTING' });
      expect((await harness.details(job)).failure?.code).to.equal('COORDINATOR_FAILED');
    });

    it('does not need the coordinator host any more when all sources are finished', async () => {
      harness = await JobManagerHarness.start([2]);
      const job = sourceToSink();
      await harness.submit(job);
      for (const index of [0, 1]) await harness.finish('Source', index);
      const tm = harness.tm(1);
      await harness.settle(tm.master().notifyCoordinatorHostState(tm.hosts[0]!, 'FAILED'));
      expect(await harness.status(job)).to.equal('RUNNING');
    });

    it('takes another slot when a TaskManager no longer has the one it gave', async () => {
      harness = await JobManagerHarness.start([2, 1], FIXED_DELAY);
      const tm = harness.tm(1);
      let isFirst = true;
      tm.onPrepare = () => {
        if (!isFirst) return;
        isFirst = false;
        throw new FlinkError('SLOT_UNKNOWN', 'no such slot', { domain: 'external' });
      };
      const job = sourceToSink();
      await harness.submit(job);
      for (const slot of tm.slots)
        if (slot.allocationId === tm.preparations[0]!.allocationId) await tm.freeSlot(slot.allocationId);
      await harness.advance(30_000);
      expect(await harness.details(job)).to.include({ status: 'RUNNING', numRestarts: 1 });
    });
  });

  describe('loss of a TaskManager', () => {
    it('is noticed by missing heartbeats and restarts the job on other slots', async () => {
      harness = await JobManagerHarness.start([2, 2], FIXED_DELAY);
      const job = sourceToSink();
      await harness.submit(job);
      harness.tm(1).answersHeartbeats = false;
      await harness.advance(49_000);
      expect(await harness.status(job)).to.equal('RUNNING');
      await harness.advance(15_000);
      expect(await harness.details(job)).to.include({ status: 'RUNNING', numRestarts: 1 });
      expect(harness.tm(2).runningTasks()).to.have.length(4);
      expect(harness.tm(1).disconnects.join()).to.contain('no heartbeat for 50000 ms');
    });

    it('is noticed earlier when nobody answers at its address', async () => {
      harness = await JobManagerHarness.start([2, 2], FIXED_DELAY);
      const job = sourceToSink();
      await harness.submit(job);
      harness.kill(harness.tm(1));
      await harness.advance(21_000);
      expect(await harness.status(job)).to.equal('RESTARTING');
      expect((await harness.details(job)).failure?.message).to.contain('TaskManager tm-1 is lost');
      await harness.advance(11_000);
      expect(harness.tm(2).runningTasks()).to.have.length(4);
    });

    it('ends the tasks that were being cancelled on it', async () => {
      harness = await JobManagerHarness.start([1, 1]);
      const job = sourceToSink();
      await harness.submit(job);
      harness.tm(1).obeysCancel = false;
      await harness.settle(harness.dispatcher.cancelJob(job.jobId));
      expect(await harness.status(job)).to.equal('CANCELLING');
      harness.kill(harness.tm(1));
      await harness.advance(25_000);
      expect((await harness.result(job))?.status).to.equal('CANCELED');
    });

    it('waits for slots when there are none left, and fails when none come', async () => {
      harness = await JobManagerHarness.start([2], { ...FIXED_DELAY, 'restart-strategy.fixed-delay.attempts': '1' });
      const job = sourceToSink();
      await harness.submit(job);
      harness.kill(harness.tm(1));
      await harness.advance(60_000);
      expect(await harness.status(job)).to.equal('RESTARTING');
      await harness.advance(300_000);
      const result = await harness.result(job);
      expect(result?.failure?.message).to.contain('needs 2 slots and got 0');
    });

    it('is noticed when the TaskManager says goodbye', async () => {
      harness = await JobManagerHarness.start([2], FIXED_DELAY);
      const job = sourceToSink();
      await harness.submit(job);
      await harness.settle(harness.tm(1).master().disconnectTaskManager(harness.tm(1).resourceId, 'shutting down'));
      expect((await harness.details(job)).failure?.message).to.contain('shutting down');
    });
  });

  describe('commit', () => {
    /** A job whose sinks were told to commit and have not answered. */
    async function committing(
      configuration: Readonly<Record<string, string>>,
    ): Promise<ReturnType<typeof sourceToSink>> {
      harness = await JobManagerHarness.start([2, 2], configuration);
      const job = sourceToSink();
      await harness.submit(job);
      for (const tm of harness.taskExecutors) tm.obeysCommit = false;
      for (const index of [0, 1]) await harness.readyToCommit('Sink', index);
      for (const index of [0, 1]) await harness.finish('Source', index);
      return job;
    }

    it('after a failure repeats only what was not committed, with what it has to commit', async () => {
      const job = await committing(FIXED_DELAY);
      const first = harness.taskOf('Sink', 0).attemptId;
      await harness.finish('Sink', 0);
      await harness.fail('Sink', 1, new Error('disk full'));
      expect(await harness.status(job)).to.equal('RESTARTING');
      await harness.advance(10_100);
      const { tm, attemptId } = harness.taskOf('Sink', 1);
      const { descriptor } = tm.tasks.get(attemptId)!;
      expect(descriptor).to.deep.include({
        attemptNumber: 1,
        finishedCommittables: { [operatorIdOf('Sink')]: ['file'] },
        inputGates: [],
        resultPartitions: [],
      });
      expect(harness.runningTasks()).to.equal(1);
      await harness.finish('Sink', 1);
      expect((await harness.result(job))?.status).to.equal('FINISHED');
      const subtasks = (await harness.details(job)).vertices[1]!.subtasks;
      expect(subtasks.map(({ attempt }) => attempt)).to.deep.equal([0, 1]);
      expect(first).to.match(/_0$/);
    });

    it('lets the other commits go on before it repeats one', async () => {
      const job = await committing(FIXED_DELAY);
      await harness.fail('Sink', 1, new Error('disk full'));
      await harness.advance(30_000);
      expect(await harness.status(job)).to.equal('RESTARTING');
      expect(harness.taskOf('Sink', 0).attemptId).to.match(/_0$/);
      await harness.finish('Sink', 0);
      await harness.advance(10_100);
      await harness.finish('Sink', 1);
      expect((await harness.result(job))?.status).to.equal('FINISHED');
    });

    it('is not repeated when another commit fails with an error that would come back', async () => {
      const job = await committing(FIXED_DELAY);
      await harness.fail('Sink', 1, new Error('disk full'));
      expect(await harness.status(job)).to.equal('RESTARTING');
      await harness.fail('Sink', 0, new FlinkError('NO_PERMISSION', 'not yours', { domain: 'user' }));
      const result = await harness.result(job);
      expect(result?.failure).to.include({ code: 'COMMIT_INCOMPLETE' });
      expect(result?.failure?.message).to.contain('not yours');
    });

    it('survives the loss of the TaskManager that commits', async () => {
      const job = await committing(FIXED_DELAY);
      await harness.finish('Sink', 0);
      harness.kill(harness.tm(1));
      await harness.advance(40_000);
      expect(harness.tm(2).runningTasks()).to.have.length(1);
      await harness.finish('Sink', 1);
      expect(await harness.result(job)).to.include({ status: 'FINISHED' });
    });

    it('says what may be visible when the attempts are used up', async () => {
      const job = await committing({});
      await harness.finish('Sink', 0);
      await harness.fail('Sink', 1, new Error('disk full'));
      const result = await harness.result(job);
      expect(result?.failure).to.include({ code: 'COMMIT_INCOMPLETE', retry: 'never' });
      expect(result?.failure?.details).to.deep.equal({ visible: ['Sink (1/2)'], possiblyVisible: ['Sink (2/2)'] });
      expect(result?.failure?.cause?.message).to.equal('Sink (2/2) failed: disk full');
    });

    it('is completed before a cancellation counts', async () => {
      const job = await committing({});
      await harness.settle(harness.dispatcher.cancelJob(job.jobId));
      expect(await harness.status(job)).to.equal('RUNNING');
      for (const index of [0, 1]) await harness.finish('Sink', index);
      expect((await harness.result(job))?.status).to.equal('FINISHED');
    });

    it('is repeated after a failure also when the job was cancelled', async () => {
      const job = await committing(FIXED_DELAY);
      await harness.settle(harness.dispatcher.cancelJob(job.jobId));
      await harness.finish('Sink', 0);
      await harness.fail('Sink', 1, new Error('disk full'));
      await harness.advance(10_100);
      await harness.finish('Sink', 1);
      expect((await harness.result(job))?.status).to.equal('FINISHED');
    });

    it('that hangs is ended by force some time after a cancellation', async () => {
      const job = await committing({});
      await harness.settle(harness.dispatcher.cancelJob(job.jobId));
      await harness.advance(181_000);
      expect((await harness.result(job))?.failure?.code).to.equal('COMMIT_INCOMPLETE');
    });
  });
});
