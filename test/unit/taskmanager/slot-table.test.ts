import { expect } from 'chai';
import fc from 'fast-check';
import type { AllocationId, JobId, ResourceId } from '../../../src/core/ids.js';
import { slotIdOf } from '../../../src/core/ids.js';
import { SlotTable } from '../../../src/taskmanager/slot-table.js';

const tm = 'tm-1' as ResourceId;
const job = 'job' as JobId;
const other = 'other' as JobId;
const allocation = (name: string): AllocationId => name as AllocationId;

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

describe('SlotTable', () => {
  it('starts with free slots and reports them', () => {
    expect(new SlotTable(tm, 2).report().slots).to.deep.equal([
      { slotId: slotIdOf(tm, 0), jobId: undefined, allocationId: undefined },
      { slotId: slotIdOf(tm, 1), jobId: undefined, allocationId: undefined },
    ]);
  });

  it('takes a slot from free to active and back', () => {
    const table = new SlotTable(tm, 1);
    expect(table.allocate(slotIdOf(tm, 0), job, allocation('a')).state).to.equal('ALLOCATED');
    expect(table.markActive(allocation('a'))).to.equal(true);
    expect(table.byAllocation(allocation('a'))?.state).to.equal('ACTIVE');
    expect(table.free(allocation('a'))?.slotId).to.equal(slotIdOf(tm, 0));
    expect(table.all()[0]?.state).to.equal('FREE');
    expect(table.free(allocation('a'))).to.equal(undefined);
  });

  it('does nothing when the same allocation is asked for again, also when it is active', () => {
    const table = new SlotTable(tm, 1);
    table.allocate(slotIdOf(tm, 0), job, allocation('a'));
    table.markActive(allocation('a'));
    expect(table.allocate(slotIdOf(tm, 0), job, allocation('a')).state).to.equal('ACTIVE');
  });

  it('refuses a slot that another allocation holds, an allocation that lives elsewhere, and slots it does not have', () => {
    const table = new SlotTable(tm, 2);
    table.allocate(slotIdOf(tm, 0), job, allocation('a'));
    expect(codeOf(() => table.allocate(slotIdOf(tm, 0), other, allocation('b')))).to.equal('SLOT_OCCUPIED');
    expect(codeOf(() => table.allocate(slotIdOf(tm, 1), job, allocation('a')))).to.equal('SLOT_OCCUPIED');
    expect(codeOf(() => table.allocate(slotIdOf(tm, 2), job, allocation('c')))).to.equal('SLOT_UNKNOWN');
  });

  it('keeps a slot taken while it is being released', () => {
    const table = new SlotTable(tm, 1);
    table.allocate(slotIdOf(tm, 0), job, allocation('a'));
    expect(table.markReleasing(allocation('a'))).to.equal(true);
    expect(table.markReleasing(allocation('a'))).to.equal(false);
    expect(table.markActive(allocation('a'))).to.equal(false);
    expect(table.report().slots[0]?.allocationId).to.equal('a');
    expect(codeOf(() => table.allocate(slotIdOf(tm, 0), job, allocation('a')))).to.equal('SLOT_OCCUPIED');
  });

  it('never holds one allocation twice and never loses a slot', () => {
    const command = fc.record({
      kind: fc.constantFrom('allocate', 'activate', 'release', 'free'),
      slot: fc.nat(2),
      allocation: fc.constantFrom('a', 'b', 'c', 'd').map(allocation),
    });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
        const table = new SlotTable(tm, 3);
        for (const { kind, slot, allocation: id } of commands) {
          if (kind === 'allocate') codeOf(() => table.allocate(slotIdOf(tm, slot), job, id));
          else if (kind === 'activate') table.markActive(id);
          else if (kind === 'release') table.markReleasing(id);
          else table.free(id);
        }
        const held = table.all().flatMap((slot) => (slot.allocationId === undefined ? [] : [slot.allocationId]));
        expect(new Set(held).size).to.equal(held.length);
        expect(table.all().map((slot) => slot.index)).to.deep.equal([0, 1, 2]);
        for (const slot of table.all()) expect(slot.state === 'FREE').to.equal(slot.allocationId === undefined);
      }),
    );
  });
});
