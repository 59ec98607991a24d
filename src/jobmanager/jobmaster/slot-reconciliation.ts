/**
 * Compares what a TaskManager says it holds for the job with what the slot pool knows. Messages cross, so only what
 * differs in two heartbeats in a row counts. Mirrors: AllocatedSlotReport, TaskExecutor.syncSlotsWithSnapshotFromJobMaster.
 */
import type { AllocationId, ResourceId } from '../../core/ids.js';
import type { SlotPool } from './slot-pool.js';

export interface SlotDifferences {
  /** In the pool, and gone at the TaskManager. */
  readonly lost: readonly AllocationId[];
  /** Held by the TaskManager for the job, which does not know of it. */
  readonly unknown: readonly AllocationId[];
}

export class SlotReconciliation {
  private readonly slotPool: SlotPool;
  private readonly suspects = new Map<ResourceId, ReadonlySet<AllocationId>>();

  constructor(slotPool: SlotPool) {
    this.slotPool = slotPool;
  }

  compare(taskManager: ResourceId, held: readonly AllocationId[]): SlotDifferences {
    const reported = new Set(held);
    const lost = this.slotPool
      .slotsOf(taskManager)
      .map(({ allocationId }) => allocationId)
      .filter((allocationId) => !reported.has(allocationId));
    const unknown = held.filter((allocationId) => !this.slotPool.has(allocationId));
    const before = this.suspects.get(taskManager);
    this.suspects.set(taskManager, new Set([...lost, ...unknown]));
    const isConfirmed = (allocationId: AllocationId): boolean => before?.has(allocationId) ?? false;
    return { lost: lost.filter(isConfirmed), unknown: unknown.filter(isConfirmed) };
  }

  forget(taskManager: ResourceId): void {
    this.suspects.delete(taskManager);
  }
}
