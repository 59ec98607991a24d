/**
 * Windows of event time that all have one size and fire at their end: one timer a window in place of one per key. Which
 * keys fire follows from the contents under the window's namespace. The same results as WindowOperator with
 * EventTimeTrigger, at a fraction of the cost per record. Mirrors: WindowOperator, for the default trigger.
 */
import type { WindowDefinition } from '../../api/transformation.js';
import { TimeWindow } from '../../api/windows/window.js';
import { checkNotNull } from '../../core/assert.js';
import { MIN_WATERMARK } from '../../core/time-constants.js';
import type { KeyCursor, KeyedStateBackend } from '../../state/keyed-state-backend.js';
import { TimeHeap } from '../../state/time-heap.js';
import { AbstractOperator } from '../abstract-operator.js';
import { keyedStateOf } from '../keyed-state-of.js';
import type { OneInputOperator, OperatorContext, OperatorSnapshot } from '../stream-operator.js';
import { LateRecords, missingTimestamp } from './late-records.js';
import { type ContentsState, contentsState } from './window-contents.js';
import { WindowFunctionRunner, type WindowTime } from './window-function-runner.js';

interface OpenWindow {
  readonly start: number;
  readonly window: TimeWindow;
  /** When it fires. */
  readonly maxTimestamp: number;
  /** When it goes. */
  readonly cleanupTime: number;
  /** In `windows`, and in the heaps. */
  isRegistered: boolean;
}

/** A window that is being fired or cleaned up, key by key. */
interface Progress {
  readonly open: OpenWindow;
  readonly keys: KeyCursor;
  readonly fires: boolean;
  readonly cleansUp: boolean;
}

export class AlignedWindowOperator extends AbstractOperator implements OneInputOperator, WindowTime {
  currentWatermark: number = MIN_WATERMARK;
  private readonly keyedState: KeyedStateBackend;
  private readonly contents: ContentsState;
  private readonly runner: WindowFunctionRunner;
  private readonly late: LateRecords;
  private readonly sizeMs: number;
  private readonly slideMs: number;
  private readonly offsetMs: number;
  private readonly latenessMs: number;
  private readonly windows = new Map<number, OpenWindow>();
  /** Starts of windows that have not fired, and of those that fired and wait for late records. */
  private readonly toFire = new TimeHeap();
  private readonly toCleanUp = new TimeHeap();
  private progress: Progress | undefined;
  /** The windows of timestamps in [paneStart, paneEnd), latest first. */
  private pane: OpenWindow[] = [];
  private paneStart = 0;
  private paneEnd = 0;

  constructor(definition: WindowDefinition, context: OperatorContext) {
    super(context, definition.contents.kind === 'list' ? undefined : definition.contents.fn, definition.fn);
    const { sizeMs, slideMs, offsetMs } = checkNotNull(definition.assigner.fixedSize, 'size of aligned windows');
    this.keyedState = keyedStateOf(context);
    this.contents = contentsState(definition.contents, this.keyedState, context.name);
    this.runner = new WindowFunctionRunner(definition.fn, context, this.keyedState, this, false);
    this.late = new LateRecords(definition.lateTag, context);
    this.sizeMs = sizeMs;
    this.slideMs = slideMs;
    this.offsetMs = offsetMs;
    this.latenessMs = definition.allowedLatenessMs;
  }

  override async open(): Promise<void> {
    for (const start of this.contents.state.namespaces()) this.register(this.openWindow(start as number));
    await super.open();
  }

  /** hot path */
  processElement(value: unknown, timestamp: number): void {
    if (timestamp < this.paneStart || timestamp >= this.paneEnd) this.enterPane(timestamp, value);
    const { pane, currentWatermark } = this;
    let isSkipped = true;
    for (let i = 0; i < pane.length; i++) {
      const open = pane[i] as OpenWindow;
      if (open.cleanupTime <= currentWatermark) continue;
      isSkipped = false;
      if (!open.isRegistered) this.register(open);
      this.keyedState.setCurrentNamespace(open.start);
      this.contents.add(value);
      if (open.maxTimestamp <= currentWatermark) this.fire(open);
    }
    if (isSkipped && timestamp + this.latenessMs <= currentWatermark) this.late.take(value, timestamp);
  }

  override processWatermark(timestamp: number): void {
    if (timestamp > this.currentWatermark) this.currentWatermark = timestamp;
    if (!this.isDue(timestamp)) return this.output.emitWatermark(timestamp);
    this.context.runResumable(() => {
      if (this.workOff(timestamp)) return false;
      this.output.emitWatermark(timestamp);
      return true;
    });
  }

  snapshotState(): OperatorSnapshot {
    return { watermark: this.currentWatermark };
  }

  restoreState(snapshot: OperatorSnapshot): void {
    this.currentWatermark = snapshot.watermark ?? MIN_WATERMARK;
  }

  private enterPane(timestamp: number, value: unknown): void {
    if (!Number.isFinite(timestamp)) throw missingTimestamp(value, timestamp, this.name);
    const { sizeMs, slideMs } = this;
    const remainder = (timestamp - this.offsetMs) % slideMs;
    const lastStart = timestamp - (remainder < 0 ? remainder + slideMs : remainder);
    const pane: OpenWindow[] = [];
    for (let start = lastStart; start > timestamp - sizeMs; start -= slideMs) pane.push(this.openWindow(start));
    // Between two starts, the oldest window ends once where the size is no multiple of the slide.
    const end = lastStart + (sizeMs % slideMs);
    const isBeforeEnd = timestamp < end;
    this.paneStart = isBeforeEnd ? lastStart : end;
    this.paneEnd = isBeforeEnd ? end : lastStart + slideMs;
    this.pane = pane;
  }

  private openWindow(start: number): OpenWindow {
    const known = this.windows.get(start);
    if (known !== undefined) return known;
    const window = new TimeWindow(start, start + this.sizeMs);
    const maxTimestamp = window.maxTimestamp();
    return { start, window, maxTimestamp, cleanupTime: maxTimestamp + this.latenessMs, isRegistered: false };
  }

  private register(open: OpenWindow): void {
    open.isRegistered = true;
    this.windows.set(open.start, open);
    if (open.maxTimestamp > this.currentWatermark) this.toFire.add(open.start);
    else this.toCleanUp.add(open.start);
  }

  private isDue(watermark: number): boolean {
    return this.nextToFire(watermark) !== undefined || this.nextToCleanUp(watermark) !== undefined;
  }

  /** One key of what is due up to `watermark`; false when all is done. */
  private workOff(watermark: number): boolean {
    const progress = this.progress ?? this.next(watermark);
    this.progress = progress;
    if (progress === undefined) return false;
    const { open, keys, fires, cleansUp } = progress;
    if (keys.advance()) {
      if (fires) this.fire(open);
      if (cleansUp) this.runner.clear(open.window, open.start);
      return true;
    }
    this.progress = undefined;
    if (cleansUp) this.drop(open);
    else this.toCleanUp.add(open.start);
    return true;
  }

  /** Starts on what is due first. */
  private next(watermark: number): Progress | undefined {
    const toFire = this.nextToFire(watermark);
    const toCleanUp = this.nextToCleanUp(watermark);
    if (toFire !== undefined && (toCleanUp === undefined || toFire.maxTimestamp <= toCleanUp.cleanupTime)) {
      this.toFire.removeFirst();
      return {
        open: toFire,
        keys: this.contents.state.keysOf(toFire.start),
        fires: true,
        cleansUp: this.latenessMs === 0,
      };
    }
    if (toCleanUp === undefined) return undefined;
    this.toCleanUp.removeFirst();
    const keys = this.runner.hasClear ? this.contents.state.keysOf(toCleanUp.start) : NO_KEYS;
    return { open: toCleanUp, keys, fires: false, cleansUp: true };
  }

  private nextToFire(watermark: number): OpenWindow | undefined {
    const start = this.toFire.first;
    const open = start === undefined ? undefined : this.windows.get(start);
    return open !== undefined && open.maxTimestamp <= watermark ? open : undefined;
  }

  private nextToCleanUp(watermark: number): OpenWindow | undefined {
    const start = this.toCleanUp.first;
    const open = start === undefined ? undefined : this.windows.get(start);
    return open !== undefined && open.cleanupTime <= watermark ? open : undefined;
  }

  /** For the current key. */
  private fire(open: OpenWindow): void {
    this.keyedState.setCurrentNamespace(open.start);
    const elements = this.contents.elements();
    if (elements !== undefined) this.runner.fire(open.window, open.start, elements);
  }

  private drop(open: OpenWindow): void {
    open.isRegistered = false;
    this.windows.delete(open.start);
    this.keyedState.dropNamespace(open.start);
  }
}

const NO_KEYS: KeyCursor = { advance: () => false };
