/**
 * What operators share whose windows are of event time, all of one size, and fire at their end: one timer a window in
 * place of one per key. Which keys fire follows from what is kept. Mirrors: WindowOperator, for the default trigger.
 */
import type { WindowDefinition } from '../../api/transformation.js';
import { checkNotNull } from '../../core/assert.js';
import { FlinkError } from '../../core/errors.js';
import { MIN_WATERMARK } from '../../core/time-constants.js';
import type { KeyedStateBackend, StateCell } from '../../state/keyed-state-backend.js';
import { AbstractOperator } from '../abstract-operator.js';
import { keyedStateOf } from '../keyed-state-of.js';
import type { OperatorContext, OperatorSnapshot } from '../stream-operator.js';
import { type AlignedWindow, AlignedWindows, type DueWindow } from './aligned-windows.js';
import { LateRecords, missingTimestamp } from './late-records.js';
import { type ContentsLayout, ContentsState } from './window-contents.js';
import { WindowFunctionRunner, type WindowTime } from './window-function-runner.js';

export abstract class AbstractAlignedWindowOperator extends AbstractOperator implements WindowTime {
  currentWatermark: number = MIN_WATERMARK;
  protected readonly keyedState: KeyedStateBackend;
  protected readonly contents: ContentsState;
  protected readonly runner: WindowFunctionRunner;
  /** With the current key's contents of each window or pane. */
  protected readonly windows: AlignedWindows<StateCell>;
  private readonly late: LateRecords;
  private readonly latenessMs: number;
  private readonly layout: ContentsLayout;
  private due: DueWindow<StateCell> | undefined;

  protected constructor(definition: WindowDefinition, layout: ContentsLayout, context: OperatorContext) {
    super(context, definition.contents.kind === 'list' ? undefined : definition.contents.fn, definition.fn);
    const fixedSize = checkNotNull(definition.assigner.fixedSize, 'size of aligned windows');
    this.keyedState = keyedStateOf(context);
    this.contents = new ContentsState(definition.contents, this.keyedState, context.name, layout);
    this.runner = new WindowFunctionRunner(definition.fn, context, this.keyedState, this, false);
    this.windows = new AlignedWindows(fixedSize, definition.allowedLatenessMs, (start) =>
      this.contents.state.in(start),
    );
    this.late = new LateRecords(definition.lateTag, context);
    this.latenessMs = definition.allowedLatenessMs;
    this.layout = layout;
  }

  /** Starts on a window whose time has come. */
  protected abstract begin(due: DueWindow<StateCell>): void;
  /** Does a small piece of what is due; false when nothing is left of it. */
  protected abstract workOff(due: DueWindow<StateCell>): boolean;
  /** Forgets a window that was cleaned up. */
  protected abstract drop(window: AlignedWindow<StateCell>): void;

  /** Registers windows for what was restored. Throws STATE_CONFLICT if that was stored in the other layout. */
  protected abstract registerRestored(starts: IterableIterator<number>): void;

  override async open(): Promise<void> {
    const other = this.layout === 'window-contents' ? 'window-slices' : 'window-contents';
    const stored = this.keyedState.getOperatorState(other).namespaces().next();
    if (stored.done !== true) throw this.otherLayout(other);
    this.registerRestored(this.contents.state.namespaces() as IterableIterator<number>);
    await super.open();
  }

  override processWatermark(timestamp: number): void {
    if (timestamp > this.currentWatermark) this.currentWatermark = timestamp;
    if (!this.windows.isDue(timestamp)) return this.output.emitWatermark(timestamp);
    this.context.runResumable(() => {
      if (this.workOffUpTo(timestamp)) return false;
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

  /** For a record that no window takes any more, or none did. */
  protected skip(value: unknown, timestamp: number): void {
    if (!Number.isFinite(timestamp)) throw missingTimestamp(value, timestamp, this.name);
    if (timestamp + this.latenessMs <= this.currentWatermark) this.late.take(value, timestamp);
  }

  /** For the current key, with what it has in the window. */
  protected fire({ window, start }: AlignedWindow<StateCell>, contents: unknown): void {
    if (contents !== undefined) this.runner.fire(window, start, this.contents.fold.elementsOf(contents));
  }

  private otherLayout(stored: ContentsLayout): FlinkError {
    const was = stored === 'window-slices' ? 'merged exactly' : 'did not merge exactly';
    return new FlinkError(
      'STATE_CONFLICT',
      `the windows of operator '${this.name}' were stored when its aggregate function ${was}, which is not so any more`,
      {
        domain: 'user',
        remedy: 'Declare mergesExactly as it was, or give the operator another uid, so that its windows start afresh.',
        details: { operator: this.name },
      },
    );
  }

  /** False when all that is due up to the watermark is done. */
  private workOffUpTo(watermark: number): boolean {
    let { due } = this;
    if (due === undefined) {
      due = this.windows.poll(watermark);
      if (due === undefined) return false;
      this.due = due;
      this.begin(due);
    }
    if (this.workOff(due)) return true;
    this.due = undefined;
    this.windows.done(due);
    if (due.cleansUp) this.drop(due.window);
    return true;
  }
}
