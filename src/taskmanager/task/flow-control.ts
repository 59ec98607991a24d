/**
 * Whether a task may go on: its outputs have room and no earlier work is pending. Holds the stack of resumable work
 * (firing timers) that a full output interrupted. Nothing here waits; the slot's loop does.
 */
import type { ResumableWork } from '../../operators/stream-operator.js';

/** Pieces of resumable work done at a stretch, so that a slot takes its event-loop turn in time. */
const PIECES_PER_RUN = 1_000;

export class FlowControl {
  /** Set by an output that overflowed; cleared by the task once the overflow is gone. hot path: read per record. */
  isBlocked = false;
  /** Set by a sink that wants to flush first; cleared by the task once that is done. */
  isHeld = false;
  /** Operators that want no record, and no step toward the end, before their mail has come. */
  numHolding = 0;
  /** Operators that wait for a promise. */
  numAwaiting = 0;
  private readonly pending: ResumableWork[] = [];
  private pieces = 0;

  get hasPendingWork(): boolean {
    return this.pending.length > 0;
  }

  /** True while the next record may be taken. */
  get isOpen(): boolean {
    return !this.isBlocked && !this.isHeld && this.numHolding === 0 && this.pending.length === 0;
  }

  /** Runs `work` as far as there is room, and keeps the rest. Work started by work runs first. */
  run(work: ResumableWork): void {
    if (this.pending.length === 0) this.pieces = PIECES_PER_RUN;
    this.pending.push(work);
    this.runTop(work);
  }

  /** Goes on with what was interrupted; true when nothing is left. */
  resume(): boolean {
    this.pieces = PIECES_PER_RUN;
    let top = this.pending.at(-1);
    while (top !== undefined && !this.isBlocked && this.pieces > 0) {
      this.runTop(top);
      top = this.pending.at(-1);
    }
    return this.pending.length === 0;
  }

  private runTop(work: ResumableWork): void {
    while (!this.isBlocked && this.pieces > 0 && this.pending.at(-1) === work) {
      this.pieces--;
      if (!work()) continue;
      // Its last act may have started other work, which then stays on top of it.
      this.pending.splice(this.pending.lastIndexOf(work), 1);
      return;
    }
  }
}
