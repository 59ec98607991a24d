/** Windows: what a record is assigned to, and when it ends. Mirrors: Window, TimeWindow, GlobalWindow. */

export interface Window {
  /** The last event time in ms that still belongs to the window. */
  maxTimestamp(): number;
}

/** The half-open interval [start, end) in milliseconds. */
export class TimeWindow implements Window {
  readonly start: number;
  readonly end: number;

  constructor(start: number, end: number) {
    this.start = start;
    this.end = end;
  }

  maxTimestamp(): number {
    return this.end - 1;
  }

  intersects(other: TimeWindow): boolean {
    return this.start <= other.end && this.end >= other.start;
  }

  /** The smallest window that holds both. */
  cover(other: TimeWindow): TimeWindow {
    return new TimeWindow(Math.min(this.start, other.start), Math.max(this.end, other.end));
  }
}

/** The one window of everything; it never ends by itself. */
export class GlobalWindow implements Window {
  static readonly instance = new GlobalWindow();

  maxTimestamp(): number {
    return Number.POSITIVE_INFINITY;
  }
}
