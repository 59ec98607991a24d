/** Time behind a port. The system clock here and the manual clock of ./testing are the only readers of the real thing. */

/** Cancels what was scheduled; calling it again, or after it ran, does nothing. */
export type Cancel = () => void;

export interface Clock {
  /** Wall-clock time in milliseconds since the epoch. May jump. */
  now(): number;
  /** Milliseconds from an arbitrary origin, never going back; for durations and deadlines. */
  monotonic(): number;
  /** Runs `callback` once, not before `delayMs` have passed. Keeps the process alive until then. */
  schedule(delayMs: number, callback: () => void): Cancel;
  /** Runs `callback` in a fresh turn of the event loop, after I/O had its chance. */
  nextTurn(callback: () => void): void;
}

export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  schedule(delayMs: number, callback: () => void): Cancel {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  }

  nextTurn(callback: () => void): void {
    setImmediate(callback);
  }
}

/** Resolves after `delayMs` on the given clock. */
export function delay(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.schedule(delayMs, resolve);
  });
}
