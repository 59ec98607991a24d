/**
 * Matches what jobs declared to need with the slots of the registered TaskManagers. Knows no gateway: slots are asked
 * for through a port. All methods on the ResourceManager's main thread.
 * Mirrors: FineGrainedSlotManager with slots of one size.
 */
import {
  type AllocationId,
  type FencingToken,
  type JobId,
  newId,
  type ResourceId,
  type SlotId,
  slotIdOf,
} from '../../core/ids.js';
import type { Logger } from '../../core/logger.js';
import type { MainThread } from '../../core/main-thread.js';
import type { Random } from '../../core/random.js';
import type { SlotReport } from '../../protocol/gateways.js';
import { TaskManagerSlots, type TrackedSlot } from './task-manager-slots.js';

/** How many slots a job needs in all, and where its JobMaster is. */
export interface JobRequirements {
  readonly jobId: JobId;
  readonly jobMasterId: FencingToken;
  readonly jobMasterAddress: string;
  readonly numSlots: number;
}

/** Asks the TaskExecutor to reserve the slot for the job; settles when it has done so, rejects when not. */
export type SlotAllocator = (
  taskManager: ResourceId,
  slotId: SlotId,
  allocationId: AllocationId,
  requirements: JobRequirements,
) => Promise<unknown>;

/**
 * How long a job does not get a slot that it gave back. It returns slots that it has no use for, as long as it does not
 * know what we know (a TaskManager that is silent to us and not yet to it): without a pause the slot would go to and fro.
 */
const RETURN_PAUSE_MS = 1_000;

export class SlotManager {
  private readonly mainThread: MainThread;
  private readonly random: Random;
  private readonly log: Logger;
  private readonly allocate: SlotAllocator;
  private readonly slots = new TaskManagerSlots();
  private readonly requirements = new Map<JobId, JobRequirements>();

  constructor(mainThread: MainThread, random: Random, log: Logger, allocate: SlotAllocator) {
    this.mainThread = mainThread;
    this.random = random;
    this.log = log;
    this.allocate = allocate;
  }

  get numSlots(): number {
    return this.slots.numSlots;
  }

  get numFreeSlots(): number {
    return this.slots.numFreeSlots;
  }

  /** Slots that jobs declared and that no registered TaskManager could give so far. */
  get numMissingSlots(): number {
    let missing = 0;
    for (const { jobId, numSlots } of this.requirements.values()) {
      missing += Math.max(0, numSlots - this.slots.countOf(jobId));
    }
    return missing;
  }

  /** Its slots are given out from its first report on. */
  registerTaskManager(taskManager: ResourceId, numSlots: number): void {
    const slotIds = Array.from({ length: numSlots }, (_, index) => slotIdOf(taskManager, index));
    this.slots.add(taskManager, slotIds);
  }

  /** Its slots are gone; jobs which had some get others. */
  unregisterTaskManager(taskManager: ResourceId): void {
    this.slots.remove(taskManager);
    this.fulfilRequirements();
  }

  /** The TaskExecutor's word on its slots wins over what is believed here. */
  processSlotReport(taskManager: ResourceId, report: SlotReport): void {
    for (const { slotId, jobId, allocationId } of report.slots) {
      const slot = this.slots.get(taskManager, slotId);
      if (slot === undefined) continue;
      if (jobId !== undefined && allocationId !== undefined) slot.state = { kind: 'allocated', jobId, allocationId };
      // The report may have been sent before our request arrived.
      else if (slot.state.kind !== 'pending' && slot.state.kind !== 'free') slot.state = { kind: 'free' };
    }
    this.fulfilRequirements();
  }

  /** The TaskExecutor gave up this allocation. Ignored when the slot has another one by now. */
  freeSlot(taskManager: ResourceId, slotId: SlotId, allocationId: AllocationId): void {
    const slot = this.slots.get(taskManager, slotId);
    if (slot === undefined || !('allocationId' in slot.state) || slot.state.allocationId !== allocationId) return;
    const returned = { kind: 'free', returnedBy: slot.state.jobId } as const;
    slot.state = returned;
    this.mainThread.schedule(RETURN_PAUSE_MS, () => {
      if (slot.state !== returned) return;
      slot.state = { kind: 'free' };
      this.fulfilRequirements();
    });
    this.fulfilRequirements();
  }

  /** Replaces what the job declared before; 0 slots withdraws it. */
  processRequirements(requirements: JobRequirements): void {
    if (requirements.numSlots === 0) this.requirements.delete(requirements.jobId);
    else this.requirements.set(requirements.jobId, requirements);
    this.fulfilRequirements();
  }

  /** The job's JobMaster is gone. Its slots come back when their TaskExecutors report them free. */
  removeJob(jobId: JobId): void {
    this.requirements.delete(jobId);
  }

  private fulfilRequirements(): void {
    for (const requirements of this.requirements.values()) {
      for (let have = this.slots.countOf(requirements.jobId); have < requirements.numSlots; have++) {
        const slot = this.slots.firstFreeFor(requirements.jobId);
        if (slot === undefined) break;
        this.request(slot, requirements);
      }
    }
  }

  private request(slot: TrackedSlot, requirements: JobRequirements): void {
    const { jobId } = requirements;
    const allocationId = newId<AllocationId>(this.random);
    const { slotId, taskManager } = slot;
    slot.state = { kind: 'pending', jobId, allocationId };
    this.log.debug('Requesting slot', { jobId, slotId, allocationId });
    this.mainThread.handle(
      this.allocate(taskManager, slotId, allocationId, requirements),
      () => {
        if (isPending(slot, allocationId)) slot.state = { kind: 'allocated', jobId, allocationId };
      },
      (error) => this.onRequestFailed(slot, jobId, allocationId, error),
    );
  }

  private onRequestFailed(slot: TrackedSlot, jobId: JobId, allocationId: AllocationId, error: unknown): void {
    if (!isPending(slot, allocationId)) return;
    this.log.warn('Slot request failed, trying another slot', { jobId, slotId: slot.slotId, error });
    slot.state = { kind: 'unknown' };
    this.fulfilRequirements();
  }
}

function isPending(slot: TrackedSlot, allocationId: AllocationId): boolean {
  return slot.state.kind === 'pending' && slot.state.allocationId === allocationId;
}
