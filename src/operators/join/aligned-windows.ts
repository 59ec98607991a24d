/**
 * The open windows of event time that all have one size: which a timestamp belongs to, and which are due at a watermark,
 * earliest first. One entry a window, whatever the number of keys. Knows no records and no state.
 */
import type { WindowAssigner } from '../../api/windows/window-assigner.js';
import { TimeHeap } from '../../state/time-heap.js';

export interface AlignedWindow {
  readonly start: number;
  /** When it fires. */
  readonly maxTimestamp: number;
  /** When it goes. */
  readonly cleanupTime: number;
  /** Whether it has records, and therefore waits for its time. */
  isRegistered: boolean;
}

export interface DueWindow {
  readonly window: AlignedWindow;
  readonly fires: boolean;
  readonly cleansUp: boolean;
}

export class AlignedWindows {
  private readonly sizeMs: number;
  private readonly slideMs: number;
  private readonly offsetMs: number;
  private readonly latenessMs: number;
  private readonly windows = new Map<number, AlignedWindow>();
  /** Starts of windows that have not fired, and of those that fired and wait for late records. */
  private readonly toFire = new TimeHeap();
  private readonly toCleanUp = new TimeHeap();
  /** The windows of timestamps in [paneStart, paneEnd), latest first. */
  private pane: readonly AlignedWindow[] = [];
  private paneStart = 0;
  private paneEnd = 0;

  constructor(
    { sizeMs, slideMs, offsetMs }: NonNullable<WindowAssigner<never, never>['fixedSize']>,
    latenessMs: number,
  ) {
    this.sizeMs = sizeMs;
    this.slideMs = slideMs;
    this.offsetMs = offsetMs;
    this.latenessMs = latenessMs;
  }

  /** Whether `of` would give the same as for the timestamp before. hot path */
  isInPane(timestamp: number): boolean {
    return timestamp >= this.paneStart && timestamp < this.paneEnd;
  }

  /** The windows that a finite timestamp belongs to, latest first. hot path */
  of(timestamp: number): readonly AlignedWindow[] {
    if (!this.isInPane(timestamp)) this.enterPane(timestamp);
    return this.pane;
  }

  /** Lets a window wait for its time; at once for its end when the watermark has passed the time to fire. */
  register(window: AlignedWindow, watermark: number): void {
    window.isRegistered = true;
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
  poll(watermark: number): DueWindow | undefined {
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
  done({ window, cleansUp }: DueWindow): void {
    if (!cleansUp) return this.toCleanUp.add(window.start);
    window.isRegistered = false;
    this.windows.delete(window.start);
  }

  private enterPane(timestamp: number): void {
    const { sizeMs, slideMs } = this;
    const remainder = (timestamp - this.offsetMs) % slideMs;
    const lastStart = timestamp - (remainder < 0 ? remainder + slideMs : remainder);
    const pane: AlignedWindow[] = [];
    for (let start = lastStart; start > timestamp - sizeMs; start -= slideMs) pane.push(this.windowAt(start));
    // Between two starts, the oldest window ends once where the size is no multiple of the slide.
    const end = lastStart + (sizeMs % slideMs);
    const isBeforeEnd = timestamp < end;
    this.paneStart = isBeforeEnd ? lastStart : end;
    this.paneEnd = isBeforeEnd ? end : lastStart + slideMs;
    this.pane = pane;
  }

  private windowAt(start: number): AlignedWindow {
    const known = this.windows.get(start);
    if (known !== undefined) return known;
    const maxTimestamp = start + this.sizeMs - 1;
    return { start, maxTimestamp, cleanupTime: maxTimestamp + this.latenessMs, isRegistered: false };
  }

  private nextToFire(watermark: number): AlignedWindow | undefined {
    const start = this.toFire.first;
    const window = start === undefined ? undefined : this.windows.get(start);
    return window !== undefined && window.maxTimestamp <= watermark ? window : undefined;
  }

  private nextToCleanUp(watermark: number): AlignedWindow | undefined {
    const start = this.toCleanUp.first;
    const window = start === undefined ? undefined : this.windows.get(start);
    return window !== undefined && window.cleanupTime <= watermark ? window : undefined;
  }
}
