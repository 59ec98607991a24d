import { expect } from 'chai';
import type { AllocationId, FencingToken, OperatorId, ResourceId } from '../../../src/core/ids.js';
import { slotIdOf } from '../../../src/core/ids.js';
import {
  attemptOf,
  CANCELLATION_TIMEOUT_MS,
  GRAPH,
  JOB,
  LEADER,
  RPC_TIMEOUT_MS,
  taskOf,
  TaskExecutorFixture,
  TM,
} from './task-executor-fixture.js';

const A = 'a' as AllocationId;
const SOURCE = 'source' as OperatorId;
const PROGRAM = { kind: 'in-process', key: 'k' } as const;
const HOUR = 3_600_000;

describe('TaskExecutor', () => {
  let f: TaskExecutorFixture;
  beforeEach(async () => {
    f = await new TaskExecutorFixture().start();
  });

  describe('slots', () => {
    it('registers at the ResourceManager and reports its slots', () => {
      const [registration] = f.resourceManager.callsOf('registerTaskExecutor').map(([, value]) => value);
      expect(registration).to.deep.equal({ address: f.taskExecutor.address, resourceId: TM, numSlots: 2 });
      expect(f.resourceManager.callsOf('sendSlotReport')).to.have.length(1);
    });

    it('offers a requested slot to the JobMaster and activates it when accepted', async () => {
      await f.allocate();
      expect(f.jobMaster.calls.map(([method]) => method)).to.deep.equal(['registerTaskManager', 'offerSlots']);
      expect(f.slotStates()).to.deep.equal(['ACTIVE', 'FREE']);
    });

    it('frees a slot that the JobMaster does not take, says so, and leaves the job', async () => {
      f.jobMaster.answers.set('offerSlots', () => []);
      await f.allocate();
      expect(f.slotStates()).to.deep.equal(['FREE', 'FREE']);
      expect(f.resourceManager.callsOf('notifySlotAvailable')).to.deep.equal([
        ['notifySlotAvailable', 'i1', slotIdOf(TM, 0), 'a'],
      ]);
      expect(f.jobMaster.callsOf('disconnectTaskManager')).to.have.length(1);
      expect(f.taskExecutor.usage.jobs).to.equal(0);
    });

    it('takes a repeated request as done, and refuses a second owner', async () => {
      await f.allocate();
      await f.allocate();
      expect(f.jobMaster.callsOf('offerSlots')).to.have.length(1);
      const request = f.gateway.requestSlot(slotIdOf(TM, 0), JOB, 'other' as AllocationId, f.jobMaster.address, LEADER);
      expect(await f.refusal(request)).to.equal('SLOT_OCCUPIED');
    });

    it('offers again when the answer to the offer was lost', async () => {
      f.network.isLost = (message) => message.type === 'result' && message.method === 'offerSlots';
      await f.allocate();
      f.network.isLost = () => false;
      await f.clock.advanceAsync(RPC_TIMEOUT_MS + 200);
      expect(f.jobMaster.callsOf('offerSlots')).to.have.length(2);
      expect(f.slotStates()).to.deep.equal(['ACTIVE', 'FREE']);
    });

    it('gives a slot back when no JobMaster can be reached for it', async () => {
      f.network.isLost = (message) => message.type === 'connect' && message.target.endsWith('/jobmaster');
      await f.allocate();
      expect(f.slotStates()).to.deep.equal(['ALLOCATED', 'FREE']);
      await f.clock.advanceAsync(10_000);
      expect(f.slotStates()).to.deep.equal(['FREE', 'FREE']);
      expect(f.taskExecutor.usage.jobs).to.equal(0);
    });

    it('frees a slot on request, also twice, and when it never had it', async () => {
      await f.allocate();
      await f.do(f.gateway.freeSlot(A, 'done'));
      await f.do(f.gateway.freeSlot(A, 'done'));
      await f.do(f.gateway.freeSlot('other' as AllocationId, 'done'));
      expect(f.slotStates()).to.deep.equal(['FREE', 'FREE']);
    });

    it('leaks the slot when that fault is planted', async () => {
      await f.allocate();
      f.faults.planted.add('slot-leak');
      await f.do(f.gateway.freeSlot(A, 'done'));
      expect(f.slotStates()).to.deep.equal(['RELEASING', 'FREE']);
    });
  });

  describe('tasks', () => {
    it('prepares the thread, submits, and reports states in order', async () => {
      await f.allocate();
      const thread = await f.prepare();
      await f.submit(0);
      const { attemptId } = taskOf(0, 'a');
      for (const state of ['INITIALIZING', 'RUNNING', 'FINISHED'] as const)
        thread.say({ type: 'taskState', attemptId, state });
      await f.clock.flush();
      expect(f.states()).to.deep.equal(['task0#0 INITIALIZING', 'task0#0 RUNNING', 'task0#0 FINISHED']);
      expect(thread.types()).to.deep.equal(['prepare', 'deploy']);
    });

    it('does repeated requests once', async () => {
      await f.allocate();
      const thread = await f.prepare();
      await f.do(f.gateway.prepareSlot(A, LEADER, GRAPH, PROGRAM, 0));
      await f.submit(0);
      await f.submit(0);
      for (let i = 0; i < 2; i++) await f.do(f.gateway.commitTask(attemptOf(0)));
      for (let i = 0; i < 2; i++) await f.do(f.gateway.cancelTask(attemptOf(0)));
      expect(f.threads).to.have.length(1);
      expect(thread.types()).to.deep.equal(['prepare', 'deploy', 'commit', 'cancel']);
    });

    it('rejects preparation with the reason of the thread', async () => {
      await f.allocate();
      const answer = f.gateway.prepareSlot(A, LEADER, GRAPH, PROGRAM, 0);
      answer.catch(() => undefined);
      await f.clock.flush();
      const error = {
        name: 'FlinkError',
        message: 'no',
        stack: '',
        code: 'PLAN_MISMATCH',
        domain: 'user',
        retry: 'never',
        remedy: undefined,
        details: {},
        cause: undefined,
      } as const;
      f.threads[0]?.say({ type: 'failed', error });
      expect(await f.refusal(answer)).to.equal('PLAN_MISMATCH');
      expect(f.threads[0]?.isTerminated).to.equal(true);
      expect(await f.refusal(f.gateway.prepareSlot(A, LEADER, GRAPH, PROGRAM, 0))).to.equal('PLAN_MISMATCH');
      expect(f.threads).to.have.length(1);
    });

    it('refuses old leaders, old attempts and slots that the job does not have', async () => {
      await f.allocate();
      await f.prepare('a', 1);
      const old = 'leader-0' as FencingToken;
      expect(await f.refusal(f.gateway.prepareSlot(A, old, GRAPH, PROGRAM, 1))).to.equal('FENCING_TOKEN_MISMATCH');
      expect(await f.refusal(f.gateway.submitTask(taskOf(0, 'a', 1), old))).to.equal('FENCING_TOKEN_MISMATCH');
      expect(await f.refusal(f.gateway.prepareSlot(A, LEADER, GRAPH, PROGRAM, 0))).to.equal('STALE_ATTEMPT');
      expect(await f.refusal(f.gateway.submitTask(taskOf(0, 'a', 0), LEADER))).to.equal('STALE_ATTEMPT');
      expect(await f.refusal(f.gateway.submitTask(taskOf(0, 'b', 1), LEADER))).to.equal('SLOT_UNKNOWN');
      expect(await f.refusal(f.gateway.commitTask(attemptOf(7)))).to.equal('TASK_UNKNOWN');
    });

    it('runs a new attempt in a new thread', async () => {
      await f.allocate();
      const first = await f.prepare();
      await f.submit(0);
      await f.say(first, { type: 'taskState', attemptId: attemptOf(0), state: 'FAILED' });
      expect(first.types()).to.deep.equal(['prepare', 'deploy', 'shutdown']);
      const second = await f.prepare('a', 1);
      await f.submit(0, 'a', 1);
      expect(second).not.to.equal(first);
      await f.say(first, { type: 'taskState', attemptId: attemptOf(0), state: 'FINISHED' });
      expect(f.states()).to.deep.equal(['task0#0 FAILED']);
      await f.clock.advanceAsync(5_000);
      expect(first.isTerminated).to.equal(true);
      expect(f.taskExecutor.usage.threads).to.equal(1);
    });

    it('fails the tasks of a thread that died', async () => {
      await f.allocate();
      const thread = await f.prepare();
      await f.submit(0);
      await f.submit(1);
      await f.say(thread, { type: 'taskState', attemptId: attemptOf(1), state: 'FINISHED' });
      thread.listener.onExit(new Error('out of memory'));
      await f.clock.flush();
      expect(f.states()).to.deep.equal(['task1#0 FINISHED', 'task0#0 FAILED SLOT_THREAD_DIED']);
      expect(f.slotStates()).to.deep.equal(['ACTIVE', 'FREE']);
      expect(f.shuffle.usage).to.deep.equal({ partitions: 0, channels: 0, doorbells: 0 });
    });

    it('ends the thread of a task that ignores its cancellation', async () => {
      await f.allocate();
      const thread = await f.prepare();
      await f.submit(0);
      await f.do(f.gateway.cancelTask(attemptOf(0)));
      await f.clock.advanceAsync(CANCELLATION_TIMEOUT_MS - 1);
      expect(thread.isTerminated).to.equal(false);
      await f.clock.advanceAsync(1);
      expect(thread.isTerminated).to.equal(true);
      expect(f.states()).to.deep.equal(['task0#0 FAILED TASK_CANCELLATION_TIMEOUT']);
    });

    it('ends running tasks in good order before it frees their slot', async () => {
      await f.allocate();
      const thread = await f.prepare();
      await f.submit(0);
      await f.do(f.gateway.freeSlot(A, 'done'));
      expect(f.slotStates()).to.deep.equal(['RELEASING', 'FREE']);
      expect(thread.types()).to.deep.equal(['prepare', 'deploy', 'cancel']);
      await f.say(thread, { type: 'taskState', attemptId: attemptOf(0), state: 'CANCELED' });
      expect(thread.types().at(-1)).to.equal('shutdown');
      expect(f.slotStates()).to.deep.equal(['FREE', 'FREE']);
    });
  });

  describe('messages', () => {
    it('repeats what the JobMaster did not acknowledge, one after the other', async () => {
      await f.allocate();
      const thread = await f.prepare();
      await f.submit(0);
      const attemptId = attemptOf(0);
      f.network.isLost = (message) => message.type === 'result' && message.method === 'reportCollectedRecords';
      thread.say({ type: 'collected', attemptId, operatorUid: 'sink', records: [1] });
      thread.say({ type: 'collected', attemptId, operatorUid: 'sink', records: [2] });
      thread.say({ type: 'taskState', attemptId, state: 'FINISHED' });
      await f.clock.flush();
      expect(f.states()).to.deep.equal([]);
      f.network.isLost = () => false;
      await f.clock.advanceAsync(RPC_TIMEOUT_MS + 100);
      expect(
        f.jobMaster.callsOf('reportCollectedRecords').map(([, , , records, sequence]) => [records, sequence]),
      ).to.deep.equal([
        [[1], 0],
        [[1], 0],
        [[2], 1],
      ]);
      expect(f.states()).to.deep.equal(['task0#0 FINISHED']);
      expect(f.taskExecutor.usage.pendingReports).to.equal(0);
    });

    it('reports a failure ahead of records that wait for room', async () => {
      await f.allocate();
      const thread = await f.prepare();
      await f.submit(0);
      const attemptId = attemptOf(0);
      f.jobMaster.answers.set('reportCollectedRecords', () => new Promise(() => undefined));
      for (const record of [1, 2]) thread.say({ type: 'collected', attemptId, operatorUid: 'sink', records: [record] });
      await f.say(thread, { type: 'taskState', attemptId, state: 'FAILED' });
      expect(f.states()).to.deep.equal(['task0#0 FAILED']);
      await f.clock.advanceAsync(RPC_TIMEOUT_MS * 3);
      expect(f.jobMaster.callsOf('reportCollectedRecords')).to.have.length(1);
    });

    it('hands each event to the task once and notices a missing one', async () => {
      await f.allocate();
      const thread = await f.prepare();
      await f.submit(0);
      const send = (event: string, sequence: number): Promise<unknown> =>
        f.gateway.sendOperatorEventToTask(attemptOf(0), SOURCE, event, sequence);
      await f.do(send('first', 0));
      await f.do(send('first', 0));
      expect(await f.refusal(send('third', 2))).to.equal('EVENT_LOST');
      await f.do(send('second', 1));
      const events = thread.received.flatMap((message) => (message.type === 'eventToTask' ? [message.event] : []));
      expect(events).to.deep.equal(['first', 'second']);
    });

    it('drops events to a task that has finished, and refuses those to one that failed', async () => {
      await f.allocate();
      const thread = await f.prepare();
      await f.submit(0);
      await f.submit(1);
      const send = (task: number): Promise<unknown> =>
        f.gateway.sendOperatorEventToTask(attemptOf(task), SOURCE, 'go on', 0);
      await f.say(thread, { type: 'taskState', attemptId: attemptOf(0), state: 'FINISHED' });
      await f.do(send(0));
      expect(thread.types()).not.to.include('eventToTask');
      await f.say(thread, { type: 'taskState', attemptId: attemptOf(1), state: 'FAILED' });
      expect(await f.refusal(send(1))).to.equal('TASK_NOT_RUNNING');
    });

    it('runs coordinators in a thread of their own, from RUNNING to the end of the job', async () => {
      await f.allocate();
      for (let i = 0; i < 2; i++) await f.do(f.gateway.startCoordinatorHost('host-1', JOB, LEADER, GRAPH, PROGRAM));
      expect(f.threads).to.have.length(1);
      const [thread] = f.threads;
      thread?.say({ type: 'prepared' });
      thread?.say({ type: 'eventToReader', operatorId: SOURCE, subtask: 3, event: 'split' });
      await f.clock.flush();
      expect(f.jobMaster.calls.slice(2)).to.deep.equal([
        ['notifyCoordinatorHostState', 'host-1', 'RUNNING', undefined],
        ['sendOperatorEventFromCoordinator', 'host-1', SOURCE, 3, 'split', 0],
      ]);
      for (let i = 0; i < 2; i++) await f.do(f.gateway.sendOperatorEventToHost('host-1', SOURCE, 3, 'request', 0));
      await f.do(f.gateway.freeSlot(A, 'done'));
      expect(thread?.types()).to.deep.equal(['prepare', 'eventToCoordinator', 'shutdown']);
      expect(f.shuffle.usage.doorbells).to.equal(0);
    });

    it('reports a coordinator host that died, and does not start a stopped one again', async () => {
      await f.allocate();
      await f.do(f.gateway.startCoordinatorHost('host-1', JOB, LEADER, GRAPH, PROGRAM));
      f.threads[0]?.listener.onExit(new Error('gone'));
      await f.clock.flush();
      const [, hostId, state, cause] = f.jobMaster.callsOf('notifyCoordinatorHostState')[0] ?? [];
      expect([hostId, state, (cause as { code: string }).code]).to.deep.equal(['host-1', 'FAILED', 'SLOT_THREAD_DIED']);
      await f.do(f.gateway.stopCoordinatorHost('host-1'));
      await f.do(f.gateway.startCoordinatorHost('host-1', JOB, LEADER, GRAPH, PROGRAM));
      expect(f.threads).to.have.length(1);
    });
  });

  describe('losses', () => {
    it('ends tasks and frees slots when the JobMaster is silent', async () => {
      await f.allocate();
      const thread = await f.prepare();
      await f.submit(0);
      await f.do(f.gateway.heartbeatFromJobMaster(JOB, [attemptOf(0)]));
      expect(f.jobMaster.callsOf('heartbeatFromTaskManager')).to.deep.equal([['heartbeatFromTaskManager', TM, ['a']]]);
      await f.clock.advanceAsync(50_000);
      expect(thread.types().at(-1)).to.equal('cancel');
      await f.say(thread, { type: 'taskState', attemptId: attemptOf(0), state: 'CANCELED' });
      expect(f.slotStates()).to.deep.equal(['FREE', 'FREE']);
      expect(f.states()).to.deep.equal([]);
      expect(f.taskExecutor.usage).to.include({ jobs: 0, pendingReports: 0 });
      expect(await f.refusal(f.gateway.heartbeatFromJobMaster(JOB, []))).to.equal('JOB_UNKNOWN');
    });

    it('ends what the JobMaster does not know and reports what it misses', async () => {
      await f.allocate();
      const thread = await f.prepare();
      await f.submit(0);
      await f.do(f.gateway.heartbeatFromJobMaster(JOB, [attemptOf(5)]));
      expect(thread.types().at(-1)).to.equal('cancel');
      expect(f.states()).to.deep.equal(['task5#0 FAILED TASK_UNKNOWN']);
    });

    it('keeps its tasks when the ResourceManager is silent, and registers again', async () => {
      await f.allocate();
      const thread = await f.prepare();
      await f.submit(0);
      for (let i = 0; i < 4; i++) {
        await f.clock.advanceAsync(20_000);
        await f.do(f.gateway.heartbeatFromJobMaster(JOB, [attemptOf(0)]));
      }
      expect(f.resourceManager.callsOf('registerTaskExecutor')).to.have.length(2);
      expect(f.resourceManager.callsOf('sendSlotReport').at(-1)?.[3]).to.deep.equal({
        slots: [
          { slotId: slotIdOf(TM, 0), jobId: JOB, allocationId: 'a' },
          { slotId: slotIdOf(TM, 1), jobId: undefined, allocationId: undefined },
        ],
      });
      expect(thread.types()).to.deep.equal(['prepare', 'deploy']);
    });

    it('registers again when the ResourceManager disconnects it or does not know it', async () => {
      await f.do(f.gateway.disconnectResourceManager('test'));
      await f.clock.advanceAsync(100);
      expect(f.resourceManager.callsOf('registerTaskExecutor')).to.have.length(2);
      f.resourceManager.answers.set('heartbeatFromTaskExecutor', () => Promise.reject(new Error('who are you')));
      await f.do(f.gateway.heartbeatFromResourceManager('rm' as ResourceId));
      await f.clock.advanceAsync(100);
      expect(f.resourceManager.callsOf('registerTaskExecutor')).to.have.length(3);
    });

    it('turns to the new leader of a job and gives up the slots of the old one', async () => {
      await f.allocate('a', 0);
      const next = f.gateway.requestSlot(
        slotIdOf(TM, 1),
        JOB,
        'b' as AllocationId,
        f.jobMaster.address,
        'leader-2' as FencingToken,
      );
      await f.do(next);
      expect(f.slotStates()).to.deep.equal(['FREE', 'ALLOCATED']);
    });

    it('dies without a word', async () => {
      await f.allocate();
      const thread = await f.prepare();
      await f.submit(0);
      const before = f.jobMaster.calls.length + f.resourceManager.calls.length;
      void f.taskExecutor.kill();
      await f.clock.advanceAsync(HOUR);
      expect(f.jobMaster.calls.length + f.resourceManager.calls.length).to.equal(before);
      expect(thread.isTerminated).to.equal(true);
      expect(f.shuffle.usage).to.deep.equal({ partitions: 0, channels: 0, doorbells: 0 });
    });

    it('says goodbye when it is stopped', async () => {
      await f.allocate();
      const thread = await f.prepare();
      await f.do(f.taskExecutor.stop());
      expect(thread.isTerminated).to.equal(true);
      expect(f.resourceManager.callsOf('disconnectTaskExecutor')).to.have.length(1);
      expect(f.jobMaster.callsOf('disconnectTaskManager')).to.have.length(1);
      expect(f.taskExecutor.usage.threads).to.equal(0);
    });

    it('hears after a pause what was said meanwhile', async () => {
      f.taskExecutor.pause();
      const request = f.gateway.requestSlot(slotIdOf(TM, 0), JOB, A, f.jobMaster.address, LEADER);
      await f.clock.flush();
      expect(f.slotStates()).to.deep.equal(['FREE', 'FREE']);
      f.taskExecutor.resume();
      await f.do(request);
      expect(f.slotStates()).to.deep.equal(['ACTIVE', 'FREE']);
    });
  });
});
