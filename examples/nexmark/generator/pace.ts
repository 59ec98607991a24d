/** How many events may have been emitted by now. What was missed in a pause is caught up. */

/** Time of the machine the reader runs on; replaced in tests. */
export interface SourceClock {
  /** Milliseconds from an arbitrary origin, never going back. */
  monotonic(): number;
  /** Runs `callback` once, not before `delayMs` have passed. */
  schedule(delayMs: number, callback: () => void): unknown;
}

export const SYSTEM_CLOCK: SourceClock = {
  monotonic: () => performance.now(),
  schedule: (delayMs, callback) => setTimeout(callback, delayMs),
};

export class Pace {
  /** Kept up to date by the reader. */
  emitted = 0;
  private readonly eventsPerSecond: number;
  private readonly clock: SourceClock;
  private readonly startedAt: number;

  /** Begins now. `eventsPerSecond` may be infinite. */
  constructor(eventsPerSecond: number, clock: SourceClock) {
    this.eventsPerSecond = eventsPerSecond;
    this.clock = clock;
    this.startedAt = clock.monotonic();
  }

  /** How many events are due and not emitted. */
  due(): number {
    if (this.eventsPerSecond === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
    const elapsedMs = this.clock.monotonic() - this.startedAt;
    return Math.floor((elapsedMs * this.eventsPerSecond) / 1_000) - this.emitted;
  }

  /** Whole milliseconds until another event is due. */
  msUntilDue(): number {
    const dueAt = this.startedAt + ((this.emitted + 1) * 1_000) / this.eventsPerSecond;
    return Math.max(0, Math.ceil(dueAt - this.clock.monotonic()));
  }
}
