/** What the SlotManager believes about each slot, by TaskManager in order of registration. Mirrors: SlotTracker. */
import type { AllocationId, JobId, ResourceId, SlotId } from '../../core/ids.js';

/**
 * `free`: `returnedBy` is the job that gave the slot back a moment ago and shall not get it again at once.
 * `pending`: the TaskExecutor was asked and has not answered. `unknown`: it refused or did not answer; nobody gets the
 * slot before its next report says what it holds.
 */
export type SlotState =
  | { readonly kind: 'free'; readonly returnedBy?: JobId }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'pending' | 'allocated'; readonly jobId: JobId; readonly allocationId: AllocationId };

export interface TrackedSlot {
  readonly slotId: SlotId;
  readonly taskManager: ResourceId;
  state: SlotState;
}

export class TaskManagerSlots {
  private readonly byTaskManager = new Map<ResourceId, Map<SlotId, TrackedSlot>>();

  add(taskManager: ResourceId, slotIds: readonly SlotId[]): void {
    const slots = new Map<SlotId, TrackedSlot>();
    // Until the first report it may hold slots of jobs from before.
    for (const slotId of slotIds) slots.set(slotId, { slotId, taskManager, state: { kind: 'unknown' } });
    this.byTaskManager.set(taskManager, slots);
  }

  remove(taskManager: ResourceId): void {
    this.byTaskManager.delete(taskManager);
  }

  get(taskManager: ResourceId, slotId: SlotId): TrackedSlot | undefined {
    return this.byTaskManager.get(taskManager)?.get(slotId);
  }

  /** The next slot for the job: TaskManagers are filled one after the other (taskmanager.load-balance.mode: NONE). */
  firstFreeFor(jobId: JobId): TrackedSlot | undefined {
    for (const slot of this.all()) if (slot.state.kind === 'free' && slot.state.returnedBy !== jobId) return slot;
    return undefined;
  }

  /** Slots that the job has or is about to get. */
  countOf(jobId: JobId): number {
    return this.count((state) => (state.kind === 'pending' || state.kind === 'allocated') && state.jobId === jobId);
  }

  get numSlots(): number {
    return this.count(() => true);
  }

  get numFreeSlots(): number {
    return this.count((state) => state.kind === 'free');
  }

  private count(matches: (state: SlotState) => boolean): number {
    let count = 0;
    for (const slot of this.all()) if (matches(slot.state)) count++;
    return count;
  }

  private *all(): Iterable<TrackedSlot> {
    for (const slots of this.byTaskManager.values()) yield* slots.values();
  }
}
