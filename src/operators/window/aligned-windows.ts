/**
 * The open windows of event time that all have one size: which a timestamp belongs to, and which are due at a watermark,
 * earliest first. One entry a window, whatever the number of keys. Knows no records, and of state only where it lies.
 *
 *   panes   |a b|c d|e    the stretches of time between two starts or ends of windows: all timestamps of one pane are
 *                         in the same windows, and a window is a row of whole panes
 */
import type { WindowAssigner } from '../../api/windows/window-assigner.js';
import { TimeWindow } from '../../api/windows/window.js';
import { TimeHeap } from '../../state/time-heap.js';

/** `C` is what an operator keeps beside a window or pane, to have it at hand for each record. */
export interface AlignedWindow<C> {
  readonly start: number;
  readonly window: TimeWindow;
  /** When it fires. */
  readonly maxTimestamp: number;
  /** When it goes. */
  readonly cleanupTime: number;
  readonly contents: C;
  /** Whether it has records, and therefore waits for its time. */
  isRegistered: boolean;
}

/** The timestamps from `start` on and before `end`. */
export interface Pane<C> {
  readonly start: number;
  readonly end: number;
  /** Latest first; none in the gaps of windows that are shorter than their slide. */
  readonly windows: readonly AlignedWindow<C>[];
  readonly contents: C;
  /** Whether all its windows wait for their time; kept by operators that put records in panes. */
  isRegistered: boolean;
}

export interface DueWindow<C> {
  readonly window: AlignedWindow<C>;
  readonly fires: boolean;
  readonly cleansUp: boolean;
}

export class AlignedWindows<C> {
  private readonly sizeMs: number;
  private readonly slideMs: number;
  private readonly offsetMs: number;
  private readonly latenessMs: number;
  private readonly contentsAt: (start: number) => C;
  private readonly windows = new Map<number, AlignedWindow<C>>();
  /** Starts of windows that have not fired, and of those that fired and wait for late records. */
  private readonly toFire = new TimeHeap();
  private readonly toCleanUp = new TimeHeap();
  /** The last two: where records come out of order, they mostly change between two. */
  private pane: Pane<C>;
  private otherPane: Pane<C>;

  /** `contentsAt` makes what belongs to the window or pane that starts at that time. */
  constructor(
    { sizeMs, slideMs, offsetMs }: NonNullable<WindowAssigner<never, never>['fixedSize']>,
    latenessMs: number,
    contentsAt: (start: number) => C,
  ) {
    this.sizeMs = sizeMs;
    this.slideMs = slideMs;
    this.offsetMs = offsetMs;
    this.latenessMs = latenessMs;
    this.contentsAt = contentsAt;
    this.pane = this.emptyPane();
    this.otherPane = this.pane;
  }

  /** The pane of a timestamp; one without windows if it is not finite. hot path */
  paneAt(timestamp: number): Pane<C> {
    const { pane } = this;
    return timestamp >= pane.start && timestamp < pane.end ? pane : this.enterPane(timestamp);
  }

  get panesPerWindow(): number {
    return this.panesBetween(0, this.sizeMs).length;
  }

  /** Starts of the panes that make up a window, in the order of time. */
  panesOf({ start }: AlignedWindow<C>): number[] {
    return this.panesBetween(start, start + this.sizeMs);
  }

  /** Starts of the panes from the start of a window to that of the next one: those whose last window it is. */
  panesUpToNext({ start }: AlignedWindow<C>): number[] {
    return this.panesBetween(start, start + this.slideMs);
  }

  /** Lets a window wait for its time; at once for its end when the watermark has passed the time to fire. */
  register(window: AlignedWindow<C>, watermark: number): void {
    window.isRegistered = true;
    if (this.windows.has(window.start)) return;
    this.windows.set(window.start, window);
    if (window.maxTimestamp > watermark) this.toFire.add(window.start);
    else this.toCleanUp.add(window.start);
  }

  /** Goes on with windows that had records when a snapshot was taken. */
  restore(starts: Iterable<number>, watermark: number): void {
    for (const start of starts) this.register(this.windowAt(start), watermark);
  }

  isDue(watermark: number): boolean {
    return this.nextToFire(watermark) !== undefined || this.nextToCleanUp(watermark) !== undefined;
  }

  /** Takes what is due first; undefined when nothing is. The caller says when it is `done`. */
  poll(watermark: number): DueWindow<C> | undefined {
    const toFire = this.nextToFire(watermark);
    const toCleanUp = this.nextToCleanUp(watermark);
    if (toFire !== undefined && (toCleanUp === undefined || toFire.maxTimestamp <= toCleanUp.cleanupTime)) {
      this.toFire.removeFirst();
      return { window: toFire, fires: true, cleansUp: this.latenessMs === 0 };
    }
    if (toCleanUp === undefined) return undefined;
    this.toCleanUp.removeFirst();
    return { window: toCleanUp, fires: false, cleansUp: true };
  }

  /** A window that fired waits for late records; one that was cleaned up is gone. */
  done({ window, cleansUp }: DueWindow<C>): void {
    if (!cleansUp) return this.toCleanUp.add(window.start);
    window.isRegistered = false;
    this.windows.delete(window.start);
  }

  private enterPane(timestamp: number): Pane<C> {
    const { pane, otherPane } = this;
    const isInOther = timestamp >= otherPane.start && timestamp < otherPane.end;
    if (!isInOther && !Number.isFinite(timestamp)) return this.emptyPane();
    this.pane = isInOther ? otherPane : this.makePane(timestamp);
    this.otherPane = pane;
    return this.pane;
  }

  private makePane(timestamp: number): Pane<C> {
    const { sizeMs, slideMs } = this;
    const remainder = (timestamp - this.offsetMs) % slideMs;
    const lastStart = timestamp - (remainder < 0 ? remainder + slideMs : remainder);
    const windows: AlignedWindow<C>[] = [];
    for (let start = lastStart; start > timestamp - sizeMs; start -= slideMs) windows.push(this.windowAt(start));
    // Between two starts, the oldest window ends once where the size is no multiple of the slide.
    const change = lastStart + (sizeMs % slideMs);
    const start = timestamp < change ? lastStart : change;
    const end = timestamp < change ? change : lastStart + slideMs;
    return { start, end, windows, contents: this.contentsAt(start), isRegistered: false };
  }

  private panesBetween(start: number, end: number): number[] {
    const starts: number[] = [];
    const remainder = this.sizeMs % this.slideMs;
    for (let pane = start; pane < end; pane += this.slideMs) {
      starts.push(pane);
      if (remainder > 0 && pane + remainder < end) starts.push(pane + remainder);
    }
    return starts;
  }

  private emptyPane(): Pane<C> {
    const nowhere = Number.NaN;
    return { start: nowhere, end: nowhere, windows: [], contents: this.contentsAt(nowhere), isRegistered: false };
  }

  private windowAt(start: number): AlignedWindow<C> {
    const known = this.windows.get(start);
    if (known !== undefined) return known;
    const window = new TimeWindow(start, start + this.sizeMs);
    const maxTimestamp = window.maxTimestamp();
    const cleanupTime = maxTimestamp + this.latenessMs;
    return { start, window, maxTimestamp, cleanupTime, contents: this.contentsAt(start), isRegistered: false };
  }

  private nextToFire(watermark: number): AlignedWindow<C> | undefined {
    const start = this.toFire.first;
    const window = start === undefined ? undefined : this.windows.get(start);
    return window !== undefined && window.maxTimestamp <= watermark ? window : undefined;
  }

  private nextToCleanUp(watermark: number): AlignedWindow<C> | undefined {
    const start = this.toCleanUp.first;
    const window = start === undefined ? undefined : this.windows.get(start);
    return window !== undefined && window.cleanupTime <= watermark ? window : undefined;
  }
}
