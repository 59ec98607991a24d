import { expect } from 'chai';
import type { AllocationId, ResourceId } from '../../../../src/core/ids.js';
import { MainThread } from '../../../../src/core/main-thread.js';
import { SlotPool } from '../../../../src/jobmanager/jobmaster/slot-pool.js';
import { ManualClock } from '../../../../src/testing/manual-clock.js';

const tm = (name: string): ResourceId => name as ResourceId;
const allocation = (name: string): AllocationId => name as AllocationId;

describe('SlotPool', () => {
  let clock: ManualClock;
  let pool: SlotPool;

  beforeEach(() => {
    clock = new ManualClock();
    const thread = new MainThread('test', clock, (error) => {
      throw error;
    });
    pool = new SlotPool(thread);
    pool.setRequiredSlots(3);
  });

  function offer(taskManager: string, ...slots: readonly [string, number][]): readonly AllocationId[] {
    const offers = slots.map(([id, slotIndex]) => ({ allocationId: allocation(id), slotIndex }));
    return pool.offer(tm(taskManager), offers);
  }

  it('accepts what it needs and refuses the rest', () => {
    expect(offer('a', ['1', 0], ['2', 1])).to.deep.equal(['1', '2']);
    expect(offer('b', ['3', 0], ['4', 1])).to.deep.equal(['3']);
  });

  it('accepts a repeated offer again, but not from somebody else', () => {
    offer('a', ['1', 0], ['2', 1], ['3', 2]);
    expect(offer('a', ['1', 0])).to.deep.equal(['1']);
    expect(offer('b', ['1', 0])).to.deep.equal([]);
    expect(pool.numSlots).to.equal(3);
  });

  it('answers a request when enough slots are there, neighbours together', async () => {
    const answers: string[][] = [];
    pool.request(
      3,
      100,
      (slots) => answers.push(slots.map(({ allocationId }) => allocationId)),
      () => answers.push(['timeout']),
    );
    offer('b', ['b1', 1]);
    offer('a', ['a5', 5]);
    await clock.flush();
    expect(answers).to.deep.equal([]);
    offer('b', ['b0', 0]);
    await clock.advanceAsync(1_000);
    expect(answers).to.deep.equal([['a5', 'b0', 'b1']]);
    expect(clock.pending).to.equal(0);
  });

  it('tells how many slots there were when the time is over', async () => {
    const answers: number[] = [];
    pool.request(
      3,
      100,
      () => answers.push(-1),
      (available) => answers.push(available),
    );
    offer('a', ['1', 0], ['2', 1]);
    await clock.advanceAsync(100);
    offer('a', ['3', 2]);
    await clock.flush();
    expect(answers).to.deep.equal([2]);
  });

  it('answers no request that was cancelled', async () => {
    const answers: number[] = [];
    const cancel = pool.request(
      1,
      100,
      () => answers.push(1),
      () => answers.push(-1),
    );
    cancel();
    offer('a', ['1', 0]);
    await clock.advanceAsync(1_000);
    expect(answers).to.deep.equal([]);
  });

  it('forgets the slots of a TaskManager and has room for others', () => {
    offer('a', ['1', 0], ['2', 1]);
    offer('b', ['3', 0]);
    expect(pool.removeTaskManager(tm('a')).map(({ allocationId }) => allocationId)).to.deep.equal(['1', '2']);
    expect(offer('c', ['4', 0])).to.deep.equal(['4']);
    expect(pool.remove(allocation('4'))?.taskManager).to.equal('c');
    expect(pool.remove(allocation('4'))).to.equal(undefined);
    expect(pool.has(allocation('3'))).to.equal(true);
  });
});
