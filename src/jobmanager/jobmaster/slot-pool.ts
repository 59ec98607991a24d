/**
 * The slots that TaskExecutors offered to this job and that it accepted. It holds as many as the job declared; it does
 * not know what runs in them. Mirrors: DeclarativeSlotPool.
 */
import type { Cancel } from '../../core/clock.js';
import type { AllocationId, ResourceId } from '../../core/ids.js';
import type { MainThread } from '../../core/main-thread.js';
import type { SlotOffer } from '../../protocol/gateways.js';

export interface PhysicalSlot {
  readonly allocationId: AllocationId;
  readonly taskManager: ResourceId;
  readonly slotIndex: number;
}

interface PendingRequest {
  readonly count: number;
  readonly onReady: (slots: readonly PhysicalSlot[]) => void;
  readonly cancelTimeout: Cancel;
}

export class SlotPool {
  private readonly mainThread: MainThread;
  private readonly slots = new Map<AllocationId, PhysicalSlot>();
  private numRequired = 0;
  private pending: PendingRequest | undefined;

  constructor(mainThread: MainThread) {
    this.mainThread = mainThread;
  }

  get numSlots(): number {
    return this.slots.size;
  }

  get numRequiredSlots(): number {
    return this.numRequired;
  }

  /** How many slots may be accepted in all. */
  setRequiredSlots(numRequired: number): void {
    this.numRequired = numRequired;
  }

  has(allocationId: AllocationId): boolean {
    return this.slots.has(allocationId);
  }

  slotsOf(taskManager: ResourceId): readonly PhysicalSlot[] {
    return [...this.slots.values()].filter((slot) => slot.taskManager === taskManager);
  }

  /** Answers what it takes, including what it took before: an offer is repeated when its answer was lost. */
  offer(taskManager: ResourceId, offers: readonly SlotOffer[]): readonly AllocationId[] {
    const accepted: AllocationId[] = [];
    for (const { allocationId, slotIndex } of offers) {
      const known = this.slots.get(allocationId);
      if (known !== undefined ? known.taskManager === taskManager : this.slots.size < this.numRequired) {
        this.slots.set(allocationId, { allocationId, taskManager, slotIndex });
        accepted.push(allocationId);
      }
    }
    this.fulfilPending();
    return accepted;
  }

  /** Forgets the slot; undefined when it was not here. */
  remove(allocationId: AllocationId): PhysicalSlot | undefined {
    const slot = this.slots.get(allocationId);
    this.slots.delete(allocationId);
    return slot;
  }

  /** Forgets all slots of a TaskManager. */
  removeTaskManager(taskManager: ResourceId): readonly PhysicalSlot[] {
    const removed = this.slotsOf(taskManager);
    for (const { allocationId } of removed) this.slots.delete(allocationId);
    return removed;
  }

  /** Forgets everything. */
  clear(): readonly PhysicalSlot[] {
    const removed = [...this.slots.values()];
    this.slots.clear();
    return removed;
  }

  /**
   * Calls `onReady` once `count` slots are here, neighbours on a TaskManager next to each other, or `onTimeout` with the
   * number there was. At most one request at a time; the answer cancels it.
   */
  request(
    count: number,
    timeoutMs: number,
    onReady: (slots: readonly PhysicalSlot[]) => void,
    onTimeout: (available: number) => void,
  ): Cancel {
    const cancelTimeout = this.mainThread.schedule(timeoutMs, () => {
      this.pending = undefined;
      onTimeout(this.slots.size);
    });
    const request = { count, onReady, cancelTimeout };
    this.pending = request;
    this.mainThread.execute(() => this.fulfilPending());
    return () => {
      cancelTimeout();
      if (this.pending === request) this.pending = undefined;
    };
  }

  private fulfilPending(): void {
    const request = this.pending;
    if (request === undefined || this.slots.size < request.count) return;
    this.pending = undefined;
    request.cancelTimeout();
    request.onReady(this.ordered().slice(0, request.count));
  }

  private ordered(): readonly PhysicalSlot[] {
    return [...this.slots.values()].sort((a, b) =>
      a.taskManager === b.taskManager ? a.slotIndex - b.slotIndex : a.taskManager < b.taskManager ? -1 : 1,
    );
  }
}
