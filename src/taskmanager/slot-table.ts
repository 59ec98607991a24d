/**
 * Which slot of this TaskManager belongs to which job, by slot and by allocation. It knows nothing of threads and tasks:
 * whoever frees a slot ends its thread first. Mirrors: TaskSlotTableImpl, TaskSlot, TaskSlotState.
 */
import { FlinkError } from '../core/errors.js';
import { type AllocationId, type JobId, type ResourceId, type SlotId, slotIdOf } from '../core/ids.js';
import type { SlotReport } from '../protocol/gateways.js';

/**
 * FREE -> ALLOCATED (the ResourceManager gave it to a job) -> ACTIVE (the JobMaster accepted it) -> RELEASING (its tasks
 * are being ended) -> FREE.
 */
export type TaskSlotState = 'FREE' | 'ALLOCATED' | 'ACTIVE' | 'RELEASING';

export interface TaskSlot {
  readonly slotId: SlotId;
  readonly index: number;
  readonly state: TaskSlotState;
  readonly jobId: JobId | undefined;
  readonly allocationId: AllocationId | undefined;
}

type Owned = TaskSlot & { readonly jobId: JobId; readonly allocationId: AllocationId };

export class SlotTable {
  private readonly slots: TaskSlot[];

  constructor(resourceId: ResourceId, numSlots: number) {
    this.slots = Array.from({ length: numSlots }, (_, index) => freeSlot(slotIdOf(resourceId, index), index));
  }

  get size(): number {
    return this.slots.length;
  }

  /**
   * Gives a free slot to a job. Again for the same allocation: nothing happens.
   * Throws SLOT_UNKNOWN, and SLOT_OCCUPIED when the slot or the allocation is taken otherwise.
   */
  allocate(slotId: SlotId, jobId: JobId, allocationId: AllocationId): Owned {
    const slot = this.slots.find((candidate) => candidate.slotId === slotId);
    if (slot === undefined) {
      throw new FlinkError('SLOT_UNKNOWN', `slot ${slotId} does not exist on this TaskManager`, {
        details: { slotId },
      });
    }
    if (
      slot.state !== 'FREE' &&
      slot.state !== 'RELEASING' &&
      slot.allocationId === allocationId &&
      slot.jobId === jobId
    )
      return slot as Owned;
    const elsewhere = this.byAllocation(allocationId);
    if (slot.state !== 'FREE' || elsewhere !== undefined) {
      const taken = elsewhere ?? slot;
      throw new FlinkError(
        'SLOT_OCCUPIED',
        `slot ${taken.slotId} is ${taken.state} for job ${taken.jobId} (allocation ${taken.allocationId})`,
        {
          details: { slotId, allocationId, state: taken.state },
        },
      );
    }
    return this.put({ ...slot, state: 'ALLOCATED', jobId, allocationId }) as Owned;
  }

  /** The JobMaster accepted the offer. False when the allocation is not here (any more) or is being released. */
  markActive(allocationId: AllocationId): boolean {
    const slot = this.byAllocation(allocationId);
    if (slot === undefined || slot.state === 'RELEASING') return false;
    this.put({ ...slot, state: 'ACTIVE' });
    return true;
  }

  /** From now on the slot takes no tasks; it stays taken until `free`. False when there is nothing to release. */
  markReleasing(allocationId: AllocationId): boolean {
    const slot = this.byAllocation(allocationId);
    if (slot === undefined || slot.state === 'RELEASING') return false;
    this.put({ ...slot, state: 'RELEASING' });
    return true;
  }

  /** Makes the slot of the allocation free and answers what it was; undefined when it is free already. */
  free(allocationId: AllocationId): Owned | undefined {
    const slot = this.byAllocation(allocationId);
    if (slot === undefined) return undefined;
    this.put(freeSlot(slot.slotId, slot.index));
    return slot;
  }

  byAllocation(allocationId: AllocationId): Owned | undefined {
    return this.slots.find((slot) => slot.allocationId === allocationId) as Owned | undefined;
  }

  /** Slots of the job in order of their index, whatever their state. */
  ofJob(jobId: JobId): readonly Owned[] {
    return this.slots.filter((slot) => slot.jobId === jobId) as Owned[];
  }

  report(): SlotReport {
    return { slots: this.slots.map(({ slotId, jobId, allocationId }) => ({ slotId, jobId, allocationId })) };
  }

  all(): readonly TaskSlot[] {
    return this.slots;
  }

  private put(slot: TaskSlot): TaskSlot {
    this.slots[slot.index] = slot;
    return slot;
  }
}

function freeSlot(slotId: SlotId, index: number): TaskSlot {
  return { slotId, index, state: 'FREE', jobId: undefined, allocationId: undefined };
}
