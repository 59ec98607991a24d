import { expect } from 'chai';
import { Deferred } from '../../../../src/core/deferred.js';
import type { AllocationId, FencingToken, JobId, ResourceId, SlotId } from '../../../../src/core/ids.js';
import { silentLogger } from '../../../../src/core/logger.js';
import { MainThread } from '../../../../src/core/main-thread.js';
import { SeededRandom } from '../../../../src/core/random.js';
import { SlotManager } from '../../../../src/jobmanager/resourcemanager/slot-manager.js';
import { ManualClock } from '../../../../src/testing/manual-clock.js';

interface Request {
  readonly slotId: SlotId;
  readonly allocationId: AllocationId;
  readonly jobId: JobId;
  readonly answer: Deferred<void>;
}

describe('SlotManager', () => {
  let clock: ManualClock;
  let requests: Request[];
  let manager: SlotManager;

  beforeEach(() => {
    clock = new ManualClock();
    requests = [];
    const thread = new MainThread('test', clock, (error) => {
      throw error;
    });
    manager = new SlotManager(thread, new SeededRandom(1), silentLogger, (_tm, slotId, allocationId, { jobId }) => {
      const answer = new Deferred<void>();
      requests.push({ slotId, allocationId, jobId, answer });
      return answer.promise;
    });
  });

  /** Registers with free slots, as their first report says. */
  function addTaskManager(name: string, numSlots: number): void {
    const taskManager = name as ResourceId;
    manager.registerTaskManager(taskManager, numSlots);
    report(
      name,
      Array.from({ length: numSlots }, () => undefined),
    );
  }

  function report(name: string, jobs: readonly (Request | undefined)[]): void {
    const slots = jobs.map((request, index) => ({
      slotId: `${name}_${index}` as SlotId,
      jobId: request?.jobId,
      allocationId: request?.allocationId,
    }));
    manager.processSlotReport(name as ResourceId, { slots });
  }

  function require(job: string, numSlots: number): void {
    const common = { jobMasterId: 'token' as FencingToken, jobMasterAddress: 'address' };
    manager.processRequirements({ jobId: job as JobId, numSlots, ...common });
  }

  async function accept(): Promise<void> {
    for (const { answer } of requests) answer.resolve();
    await clock.flush();
  }

  const asked = (): readonly string[] => requests.map(({ slotId }) => slotId);

  it('fills one TaskManager after the other', async () => {
    addTaskManager('a', 2);
    addTaskManager('b', 2);
    require('job', 3);
    expect(asked()).to.deep.equal(['a_0', 'a_1', 'b_0']);
    await accept();
    expect(manager.numFreeSlots).to.equal(1);
    expect(manager.numMissingSlots).to.equal(0);
  });

  it('gives out no slot before the TaskManager said what it holds', () => {
    manager.registerTaskManager('a' as ResourceId, 1);
    require('job', 1);
    expect(asked()).to.deep.equal([]);
    expect(manager.numMissingSlots).to.equal(1);
    report('a', [undefined]);
    expect(asked()).to.deep.equal(['a_0']);
  });

  it('leaves a slot that another job holds alone', () => {
    manager.registerTaskManager('a' as ResourceId, 2);
    const held = { slotId: 'a_0', allocationId: 'x', jobId: 'other' } as unknown as Request;
    report('a', [held, undefined]);
    require('job', 1);
    expect(asked()).to.deep.equal(['a_1']);
  });

  it('tries elsewhere when a request fails, and again there only after the next report', async () => {
    addTaskManager('a', 1);
    addTaskManager('b', 1);
    require('job', 1);
    requests[0]!.answer.reject(new Error('refused'));
    await clock.flush();
    expect(asked()).to.deep.equal(['a_0', 'b_0']);
    requests[1]!.answer.reject(new Error('refused'));
    await clock.flush();
    expect(asked()).to.have.length(2);
    report('b', [undefined]);
    expect(asked()).to.deep.equal(['a_0', 'b_0', 'b_0']);
  });

  it('does not take a report from before the request as a refusal', async () => {
    addTaskManager('a', 1);
    require('job', 1);
    report('a', [undefined]);
    expect(asked()).to.have.length(1);
    await accept();
    expect(manager.numMissingSlots).to.equal(0);
  });

  it('believes a report that a request arrived although no answer came', async () => {
    addTaskManager('a', 1);
    addTaskManager('b', 1);
    require('job', 1);
    report('a', [requests[0]]);
    requests[0]!.answer.reject(new Error('no answer'));
    await clock.flush();
    expect(asked()).to.deep.equal(['a_0']);
    expect(manager.numMissingSlots).to.equal(0);
  });

  it('replaces the slots of a TaskManager that is gone', async () => {
    addTaskManager('a', 1);
    addTaskManager('b', 1);
    require('job', 1);
    await accept();
    manager.unregisterTaskManager('a' as ResourceId);
    expect(asked()).to.deep.equal(['a_0', 'b_0']);
    expect(manager.numSlots).to.equal(1);
  });

  it('gives a slot that one job returned to another at once, and to the same job after a pause', async () => {
    addTaskManager('a', 1);
    require('job', 1);
    await accept();
    const [first] = requests;
    manager.freeSlot('a' as ResourceId, first!.slotId, first!.allocationId);
    await clock.flush();
    expect(asked()).to.have.length(1);
    require('other', 1);
    expect(requests.map(({ jobId }) => jobId)).to.deep.equal(['job', 'other']);
    await accept();
    manager.removeJob('other' as JobId);
    manager.freeSlot('a' as ResourceId, requests[1]!.slotId, requests[1]!.allocationId);
    await clock.advanceAsync(2_000);
    expect(requests.map(({ jobId }) => jobId)).to.deep.equal(['job', 'other', 'job']);
    await accept();
    manager.freeSlot('a' as ResourceId, requests[2]!.slotId, requests[2]!.allocationId);
    await clock.advanceAsync(900);
    expect(requests).to.have.length(3);
    await clock.advanceAsync(200);
    expect(requests).to.have.length(4);
  });

  it('ignores a late notice about an allocation of the past', async () => {
    addTaskManager('a', 1);
    require('job', 1);
    await accept();
    manager.freeSlot('a' as ResourceId, 'a_0' as SlotId, 'older' as AllocationId);
    expect(manager.numFreeSlots).to.equal(0);
  });

  it('forgets what a job needed when it withdraws', () => {
    require('job', 2);
    expect(manager.numMissingSlots).to.equal(2);
    require('job', 0);
    addTaskManager('a', 2);
    expect(asked()).to.deep.equal([]);
  });

  it('serves jobs in the order in which they came', async () => {
    require('one', 1);
    require('two', 1);
    addTaskManager('a', 1);
    expect(requests.map(({ jobId }) => jobId)).to.deep.equal(['one']);
    await accept();
    addTaskManager('b', 1);
    expect(requests.map(({ jobId }) => jobId)).to.deep.equal(['one', 'two']);
  });
});
