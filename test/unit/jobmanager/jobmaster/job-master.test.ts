import { expect } from 'chai';
import { FlinkError } from '../../../../src/core/errors.js';
import type { OperatorId } from '../../../../src/core/ids.js';
import { jobGraphOf, operatorIdOf, sourceToSink } from '../../../helpers/job-graphs.js';
import { JobManagerHarness } from '../../../helpers/job-manager-harness.js';

const FIXED_DELAY = {
  'restart-strategy.type': 'fixed-delay',
  'restart-strategy.fixed-delay.attempts': '2',
  'restart-strategy.fixed-delay.delay': '10 s',
};

describe('JobMaster', () => {
  let harness: JobManagerHarness;

  afterEach(async () => {
    await harness.stop();
    expect(harness.clock.pending, 'timers left behind').to.equal(0);
  });

  describe('deployment', () => {
    it('runs when all tasks report RUNNING, in as few slots as the highest parallelism', async () => {
      harness = await JobManagerHarness.start([2, 2]);
      const job = sourceToSink();
      await harness.submit(job);
      expect(await harness.status(job)).to.equal('RUNNING');
      expect(harness.tm(1).runningTasks()).to.have.length(4);
      expect(harness.tm(2).runningTasks()).to.have.length(0);
    });

    it('stays CREATED until the last task runs', async () => {
      harness = await JobManagerHarness.start([2]);
      harness.tm(1).startsTasks = false;
      const job = jobGraphOf([{ name: 'Source', parallelism: 2 }]);
      await harness.submit(job);
      const [first, second] = harness.tm(1).runningTasks();
      await harness.settle(harness.tm(1).report(first!.descriptor.attemptId, 'RUNNING'));
      expect(await harness.status(job)).to.equal('CREATED');
      await harness.settle(harness.tm(1).report(second!.descriptor.attemptId, 'RUNNING'));
      expect(await harness.status(job)).to.equal('RUNNING');
    });

    it('submits no task before every slot and the coordinator host are ready', async () => {
      harness = await JobManagerHarness.start([2]);
      harness.tm(1).startsHosts = false;
      const job = sourceToSink();
      await harness.submit(job);
      expect(harness.tm(1).preparations).to.have.length(2);
      expect(harness.tm(1).tasks.size).to.equal(0);
      const hostId = harness.tm(1).hosts[0]!;
      await harness.settle(harness.tm(1).master().notifyCoordinatorHostState(hostId, 'RUNNING'));
      await harness.clock.flush();
      expect(harness.tm(1).tasks.size).to.equal(4);
    });

    it('starts no coordinator host for a job without sources', async () => {
      harness = await JobManagerHarness.start([1]);
      const graph = jobGraphOf([{ name: 'Source', parallelism: 1 }]);
      const [vertex] = graph.vertices;
      const operators = vertex!.operators.map((operator) => ({ ...operator, kind: 'map' as const }));
      const job = { ...graph, vertices: [{ ...vertex!, operators }] };
      await harness.submit(job);
      expect(harness.tm(1).hosts).to.deep.equal([]);
      expect(await harness.status(job)).to.equal('RUNNING');
    });

    it('fails with the number of slots needed and got when there are too few for too long', async () => {
      harness = await JobManagerHarness.start([1], { 'slot.request.timeout': '5 min' });
      const job = sourceToSink();
      await harness.submit(job);
      await harness.advance(299_000);
      expect(await harness.status(job)).to.equal('CREATED');
      await harness.advance(2_000);
      const result = await harness.result(job);
      expect(result).to.include({ status: 'FAILED' });
      expect(result?.failure).to.include({ code: 'NO_RESOURCE_AVAILABLE' });
      expect(result?.failure?.message).to.contain('needs 2 slots and got 1');
    });

    it('goes on when a TaskManager with the missing slots comes', async () => {
      harness = await JobManagerHarness.start([1]);
      const job = sourceToSink();
      await harness.submit(job);
      await harness.addTaskManager(1);
      expect(await harness.status(job)).to.equal('RUNNING');
    });

    it('fails for good when the program cannot be bound', async () => {
      harness = await JobManagerHarness.start([2], FIXED_DELAY);
      harness.tm(1).onPrepare = () => {
        throw new FlinkError('PLAN_MISMATCH', 'the plan differs', { domain: 'user' });
      };
      const job = sourceToSink();
      await harness.submit(job);
      const result = await harness.result(job);
      expect(result?.status).to.equal('FAILED');
      expect(result?.failure?.cause?.code).to.equal('PLAN_MISMATCH');
    });

    it('fails when a slot is not prepared in time', async () => {
      harness = await JobManagerHarness.start([2]);
      harness.tm(1).onPrepare = () => new Promise(() => undefined);
      const job = sourceToSink();
      await harness.submit(job);
      await harness.advance(60_000);
      expect((await harness.result(job))?.failure).to.include({ code: 'SLOT_PREPARATION_FAILED' });
    });

    it('fails when the coordinator host does not say that it runs', async () => {
      harness = await JobManagerHarness.start([2]);
      harness.tm(1).startsHosts = false;
      const job = sourceToSink();
      await harness.submit(job);
      await harness.advance(60_000);
      expect((await harness.result(job))?.failure).to.include({ code: 'COORDINATOR_FAILED' });
      expect(harness.tm(1).stoppedHosts).to.deep.equal(harness.tm(1).hosts);
    });

    for (const method of [
      'prepareSlot',
      'submitTask',
      'startCoordinatorHost',
      'requestSlot',
      'declareRequiredResources',
    ]) {
      it(`survives the loss of a ${method} message`, async () => {
        harness = await JobManagerHarness.start([2]);
        harness.network.lose(method);
        const job = sourceToSink();
        await harness.submit(job);
        await harness.advance(30_000);
        expect(await harness.status(job)).to.equal('RUNNING');
      });
    }
  });

  describe('end of input', () => {
    it('finishes a job without sinks when all tasks are FINISHED, and gives the slots back', async () => {
      harness = await JobManagerHarness.start([2]);
      const job = sourceToSink();
      await harness.submit(job);
      for (const vertex of ['Source', 'Sink']) for (const index of [0, 1]) await harness.finish(vertex, index);
      expect(await harness.result(job)).to.include({ status: 'FINISHED', failure: undefined });
      expect(harness.tm(1).commits).to.deep.equal([]);
      const overview = await harness.settle(harness.resourceManager.requestClusterOverview());
      expect(overview).to.deep.equal({ taskManagers: 1, slotsTotal: 2, slotsAvailable: 2 });
      expect(harness.tm(1).stoppedHosts).to.deep.equal(harness.tm(1).hosts);
    });

    it('lets the sinks commit only when every task is finished or ready', async () => {
      harness = await JobManagerHarness.start([2]);
      const job = sourceToSink();
      await harness.submit(job);
      await harness.readyToCommit('Sink', 0);
      await harness.readyToCommit('Sink', 1);
      await harness.finish('Source', 0);
      expect(harness.tm(1).commits).to.deep.equal([]);
      await harness.finish('Source', 1);
      expect(harness.tm(1).commits).to.have.length(2);
      expect((await harness.result(job))?.status).to.equal('FINISHED');
    });

    it('counts a repeated ready notice once', async () => {
      harness = await JobManagerHarness.start([2]);
      const job = sourceToSink();
      await harness.submit(job);
      for (const index of [0, 1]) await harness.finish('Source', index);
      await harness.readyToCommit('Sink', 0);
      await harness.readyToCommit('Sink', 0);
      expect(await harness.status(job)).to.equal('RUNNING');
      expect(harness.tm(1).commits).to.deep.equal([]);
    });

    it('refuses a task that finishes with output it has not committed', async () => {
      harness = await JobManagerHarness.start([2]);
      const job = sourceToSink();
      await harness.submit(job);
      await harness.readyToCommit('Sink', 0);
      await harness.finish('Sink', 0);
      const result = await harness.result(job);
      expect(result?.status).to.equal('FAILED');
      expect(result?.failure?.message).to.contain('Sink (1/2)').and.contain('before its output was committed');
    });

    it('repeats a commit that got lost', async () => {
      harness = await JobManagerHarness.start([2]);
      const job = sourceToSink();
      await harness.submit(job);
      harness.network.lose('commitTask');
      for (const index of [0, 1]) await harness.readyToCommit('Sink', index);
      for (const index of [0, 1]) await harness.finish('Source', index);
      await harness.advance(11_000);
      expect((await harness.result(job))?.status).to.equal('FINISHED');
    });
  });

  describe('slots', () => {
    it('restarts when a slot in use fails', async () => {
      harness = await JobManagerHarness.start([2, 1], FIXED_DELAY);
      const job = sourceToSink();
      await harness.submit(job);
      const tm = harness.tm(1);
      const { allocationId } = tm.preparations[0]!;
      await tm.freeSlot(allocationId);
      const cause = { name: 'Error', message: 'thread died' } as never;
      await harness.settle(tm.master().failSlot(tm.resourceId, allocationId, cause));
      await harness.advance(10_100);
      expect(await harness.details(job)).to.include({ status: 'RUNNING', numRestarts: 1 });
    });

    it('notices a slot that the TaskManager has lost after two heartbeats', async () => {
      harness = await JobManagerHarness.start([2], FIXED_DELAY);
      const job = sourceToSink();
      await harness.submit(job);
      const tm = harness.tm(1);
      const kept = [tm.preparations[0]!.allocationId];
      await harness.settle(tm.master().heartbeatFromTaskManager(tm.resourceId, kept));
      expect(await harness.status(job)).to.equal('RUNNING');
      await harness.settle(tm.master().heartbeatFromTaskManager(tm.resourceId, kept));
      expect((await harness.details(job)).failure?.cause?.code).to.equal('SLOT_LOST');
    });

    it('frees a slot that the TaskManager holds for nothing', async () => {
      harness = await JobManagerHarness.start([3]);
      const job = sourceToSink();
      await harness.submit(job);
      const tm = harness.tm(1);
      const slot = tm.slots.find(({ allocationId }) => allocationId === undefined)!;
      slot.jobId = job.jobId;
      slot.allocationId = 'forgotten' as never;
      await harness.advance(25_000);
      expect(slot.allocationId).to.equal(undefined);
      expect(await harness.status(job)).to.equal('RUNNING');
    });

    it('takes no more than it needs', async () => {
      harness = await JobManagerHarness.start([2]);
      const job = sourceToSink();
      await harness.submit(job);
      const tm = harness.tm(1);
      const offer = { allocationId: 'extra' as never, slotIndex: 5 };
      expect(await harness.settle(tm.master().offerSlots(tm.resourceId, [offer]))).to.deep.equal([]);
      const known = tm.preparations.map(({ allocationId }, slotIndex) => ({ allocationId, slotIndex }));
      expect(await harness.settle(tm.master().offerSlots(tm.resourceId, known))).to.have.length(2);
    });

    it('tells the TaskManager which attempts it expects there', async () => {
      harness = await JobManagerHarness.start([2]);
      const job = sourceToSink();
      await harness.submit(job);
      await harness.finish('Source', 0);
      await harness.advance(10_100);
      const running = harness
        .tm(1)
        .runningTasks()
        .map(({ descriptor }) => descriptor.attemptId);
      expect(harness.tm(1).expectedAttempts).to.have.members(running);
    });
  });

  describe('cancel', () => {
    it('cancels a running job', async () => {
      harness = await JobManagerHarness.start([2]);
      const job = sourceToSink();
      await harness.submit(job);
      await harness.settle(harness.dispatcher.cancelJob(job.jobId));
      await harness.clock.flush();
      expect(await harness.result(job)).to.include({ status: 'CANCELED', failure: undefined });
      expect(harness.runningTasks()).to.equal(0);
    });

    it('cancels a job that waits for slots', async () => {
      harness = await JobManagerHarness.start([]);
      const job = sourceToSink();
      await harness.submit(job);
      await harness.settle(harness.dispatcher.cancelJob(job.jobId));
      expect((await harness.result(job))?.status).to.equal('CANCELED');
    });

    it('cancels a job whose slots are being prepared', async () => {
      harness = await JobManagerHarness.start([2]);
      harness.tm(1).startsHosts = false;
      const job = sourceToSink();
      await harness.submit(job);
      await harness.settle(harness.dispatcher.cancelJob(job.jobId));
      expect((await harness.result(job))?.status).to.equal('CANCELED');
      expect(harness.tm(1).tasks.size).to.equal(0);
    });

    it('cancels a job whose tasks are starting', async () => {
      harness = await JobManagerHarness.start([2]);
      harness.tm(1).startsTasks = false;
      const job = sourceToSink();
      await harness.submit(job);
      await harness.settle(harness.dispatcher.cancelJob(job.jobId));
      await harness.clock.flush();
      expect((await harness.result(job))?.status).to.equal('CANCELED');
      expect(harness.runningTasks()).to.equal(0);
    });

    it('cancels a job that waits for its restart', async () => {
      harness = await JobManagerHarness.start([2], FIXED_DELAY);
      const job = sourceToSink();
      await harness.submit(job);
      await harness.fail('Sink', 0, new Error('boom'));
      await harness.settle(harness.dispatcher.cancelJob(job.jobId));
      expect((await harness.result(job))?.status).to.equal('CANCELED');
      await harness.advance(60_000);
      expect(harness.runningTasks()).to.equal(0);
    });

    it('cancels a job whose failed attempt still ends', async () => {
      harness = await JobManagerHarness.start([2], FIXED_DELAY);
      harness.tm(1).obeysCancel = false;
      const job = sourceToSink();
      await harness.submit(job);
      await harness.fail('Sink', 0, new Error('boom'));
      await harness.settle(harness.dispatcher.cancelJob(job.jobId));
      expect(await harness.status(job)).to.equal('CANCELLING');
      harness.tm(1).obeysCancel = true;
      await harness.advance(30_000);
      expect((await harness.result(job))?.status).to.equal('CANCELED');
    });

    it('leaves a job that is failing to fail', async () => {
      harness = await JobManagerHarness.start([2]);
      harness.tm(1).obeysCancel = false;
      const job = sourceToSink();
      await harness.submit(job);
      await harness.fail('Sink', 0, new Error('boom'));
      await harness.settle(harness.dispatcher.cancelJob(job.jobId));
      harness.tm(1).obeysCancel = true;
      await harness.advance(30_000);
      expect((await harness.result(job))?.status).to.equal('FAILED');
    });

    it('repeats a cancellation that got lost', async () => {
      harness = await JobManagerHarness.start([2]);
      const job = sourceToSink();
      await harness.submit(job);
      harness.network.lose('cancelTask', 2);
      await harness.settle(harness.dispatcher.cancelJob(job.jobId));
      await harness.advance(25_000);
      expect((await harness.result(job))?.status).to.equal('CANCELED');
    });

    it('counts a task that finishes meanwhile as ended', async () => {
      harness = await JobManagerHarness.start([2]);
      harness.tm(1).obeysCancel = false;
      const job = sourceToSink();
      await harness.submit(job);
      await harness.settle(harness.dispatcher.cancelJob(job.jobId));
      for (const vertex of ['Source', 'Sink']) for (const index of [0, 1]) await harness.finish(vertex, index);
      expect((await harness.result(job))?.status).to.equal('CANCELED');
    });
  });

  describe('coordinator events', () => {
    it('take an event of a reader to the host, with its subtask, once', async () => {
      harness = await JobManagerHarness.start([2]);
      const job = sourceToSink();
      await harness.submit(job);
      const { tm, attemptId } = harness.taskOf('Source', 1);
      const send = (event: string, sequence: number) =>
        harness.settle(tm.master().sendOperatorEventToCoordinator(attemptId, operatorIdOf('Source'), event, sequence));
      await send('first', 0);
      await send('first', 0);
      await send('second', 1);
      await harness.clock.flush();
      const common = { hostId: tm.hosts[0], operatorId: 'operator-Source', subtask: 1 };
      expect(tm.hostEvents).to.deep.equal([
        { ...common, event: 'first', sequence: 0 },
        { ...common, event: 'second', sequence: 1 },
      ]);
    });

    it('take an event of an enumerator to the task, in order, also when messages get lost', async () => {
      harness = await JobManagerHarness.start([2]);
      const job = sourceToSink();
      await harness.submit(job);
      const { tm, attemptId } = harness.taskOf('Source', 1);
      harness.network.lose('sendOperatorEventToTask', 2);
      for (const [sequence, event] of ['a', 'b', 'c'].entries()) {
        await harness.settle(
          tm.master().sendOperatorEventFromCoordinator(tm.hosts[0]!, operatorIdOf('Source'), 1, event, sequence),
        );
      }
      await harness.advance(25_000);
      expect(tm.taskEvents).to.deep.equal(['a', 'b', 'c'].map((event) => ({ attemptId, event })));
    });

    it('hold back events until the task is deployed', async () => {
      harness = await JobManagerHarness.start([2]);
      const tm = harness.tm(1);
      tm.startsHosts = false;
      await harness.submit(sourceToSink());
      const host = tm.hosts[0]!;
      await harness.settle(
        tm.master().sendOperatorEventFromCoordinator(host, 'operator-Source' as OperatorId, 0, 'early', 0),
      );
      expect(tm.taskEvents).to.deep.equal([]);
      await harness.settle(tm.master().notifyCoordinatorHostState(host, 'RUNNING'));
      await harness.clock.flush();
      expect(tm.taskEvents.map(({ event }) => event)).to.deep.equal(['early']);
    });

    it('fail the task whose TaskExecutor refuses an event', async () => {
      harness = await JobManagerHarness.start([2]);
      const tm = harness.tm(1);
      tm.sendOperatorEventToTask = async () => {
        throw new FlinkError('EVENT_LOST', 'one is missing');
      };
      const job = sourceToSink();
      await harness.submit(job);
      await harness.settle(
        tm.master().sendOperatorEventFromCoordinator(tm.hosts[0]!, operatorIdOf('Source'), 0, 'x', 0),
      );
      await harness.clock.flush();
      expect((await harness.result(job))?.failure?.message).to.equal('Source (1/2) failed: one is missing');
    });
  });

  describe('fencing', () => {
    it('refuses messages for another JobMaster of the job', async () => {
      harness = await JobManagerHarness.start([2]);
      const job = sourceToSink();
      await harness.submit(job);
      const address = `${harness.service('jobmanager').address}/jobmanager_${job.jobId}`;
      const connection = harness.service('client').connect(address, 'an older one' as never);
      const error = await harness.settle(connection.catch((refusal: unknown) => refusal));
      expect(error).to.include({ code: 'FENCING_TOKEN_MISMATCH' });
    });
  });
});
