/**
 * Windows of event time over two inputs that all have one size and fire at their end: one timer a window in place of one
 * per key. The same results as WindowCoGroupOperator with EventTimeTrigger, at a fraction of the cost per record.
 * Mirrors: CoGroupedStreams.WithWindow, for the default trigger.
 */
import type { WindowCoGroupDefinition } from '../../api/transformation.js';
import { checkNotNull } from '../../core/assert.js';
import { MIN_WATERMARK } from '../../core/time-constants.js';
import { type KeyCursor, type KeyedStateBackend, NO_KEYS } from '../../state/keyed-state-backend.js';
import { AbstractOperator } from '../abstract-operator.js';
import { keyedStateOf } from '../keyed-state-of.js';
import type { OperatorContext, OperatorSnapshot, TwoInputOperator } from '../stream-operator.js';
import { type AlignedWindow, AlignedWindows, type DueWindow } from '../window/aligned-windows.js';
import { LateRecords, missingTimestamp } from '../window/late-records.js';
import { type PairFunctionRunner, pairFunctionRunner } from './pair-function-runner.js';
import { PairedContents } from './paired-contents.js';

export class AlignedCoGroupOperator extends AbstractOperator implements TwoInputOperator {
  private readonly keyedState: KeyedStateBackend;
  private readonly contents: PairedContents;
  private readonly runner: PairFunctionRunner;
  private readonly late: LateRecords;
  private readonly windows: AlignedWindows<undefined>;
  private readonly latenessMs: number;
  private watermark: number = MIN_WATERMARK;
  /** The window that is being fired or cleaned up, and the keys that are left of it. */
  private due: DueWindow<undefined> | undefined;
  private keys: KeyCursor = NO_KEYS;

  constructor(definition: WindowCoGroupDefinition, context: OperatorContext) {
    super(context, definition.fn);
    const { assigner, allowedLatenessMs } = definition;
    this.keyedState = keyedStateOf(context);
    this.contents = new PairedContents(this.keyedState);
    this.runner = pairFunctionRunner(definition, context);
    this.late = new LateRecords(undefined, context);
    const fixedSize = checkNotNull(assigner.fixedSize, 'size of aligned windows');
    this.windows = new AlignedWindows(fixedSize, allowedLatenessMs, () => undefined);
    this.latenessMs = allowedLatenessMs;
  }

  override async open(): Promise<void> {
    this.windows.restore(this.contents.state.namespaces() as IterableIterator<number>, this.watermark);
    await super.open();
  }

  /** hot path */
  processElement1(value: unknown, timestamp: number): void {
    this.process(value, timestamp, true);
  }

  /** hot path */
  processElement2(value: unknown, timestamp: number): void {
    this.process(value, timestamp, false);
  }

  override processWatermark(timestamp: number): void {
    if (timestamp > this.watermark) this.watermark = timestamp;
    if (!this.windows.isDue(timestamp)) return this.output.emitWatermark(timestamp);
    this.context.runResumable(() => {
      if (this.workOff(timestamp)) return false;
      this.output.emitWatermark(timestamp);
      return true;
    });
  }

  snapshotState(): OperatorSnapshot {
    return { watermark: this.watermark };
  }

  restoreState(snapshot: OperatorSnapshot): void {
    this.watermark = snapshot.watermark ?? MIN_WATERMARK;
  }

  private process(value: unknown, timestamp: number, isFirst: boolean): void {
    const { windows } = this.windows.paneAt(timestamp);
    const { watermark } = this;
    let isSkipped = true;
    for (let i = 0; i < windows.length; i++) {
      const window = windows[i] as AlignedWindow<undefined>;
      if (window.cleanupTime <= watermark) continue;
      isSkipped = false;
      if (!window.isRegistered) this.windows.register(window, watermark);
      this.keyedState.setCurrentNamespace(window.start);
      this.contents.add(value, isFirst);
      if (window.maxTimestamp <= watermark) this.fire(window);
    }
    if (isSkipped) this.skip(value, timestamp);
  }

  private skip(value: unknown, timestamp: number): void {
    if (!Number.isFinite(timestamp)) throw missingTimestamp(value, timestamp, this.name);
    if (timestamp + this.latenessMs <= this.watermark) this.late.take(value, timestamp);
  }

  /** One key of what is due up to `watermark`; false when all is done. */
  private workOff(watermark: number): boolean {
    const due = this.due ?? this.begin(watermark);
    if (due === undefined) return false;
    if (this.keys.advance()) {
      this.fire(due.window);
      return true;
    }
    this.due = undefined;
    this.windows.done(due);
    if (due.cleansUp) this.keyedState.dropNamespace(due.window.start);
    return true;
  }

  private begin(watermark: number): DueWindow<undefined> | undefined {
    this.due = this.windows.poll(watermark);
    this.keys = this.due?.fires === true ? this.contents.state.keysOf(this.due.window.start) : NO_KEYS;
    return this.due;
  }

  /** For the current key. */
  private fire(window: AlignedWindow<undefined>): void {
    this.keyedState.setCurrentNamespace(window.start);
    const pair = this.contents.get();
    if (pair !== undefined) this.runner.run(pair.first, pair.second, window.maxTimestamp);
  }
}
