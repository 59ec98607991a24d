/**
 * Aligned windows that each keep their own contents. The same results as WindowOperator with EventTimeTrigger, at a
 * fraction of the cost per record.
 */
import type { WindowDefinition } from '../../api/transformation.js';
import { type KeyCursor, NO_KEYS, type StateCell } from '../../state/keyed-state-backend.js';
import type { OneInputOperator, OperatorContext } from '../stream-operator.js';
import { AbstractAlignedWindowOperator } from './abstract-aligned-window-operator.js';
import type { AlignedWindow, DueWindow } from './aligned-windows.js';

export class AlignedWindowOperator extends AbstractAlignedWindowOperator implements OneInputOperator {
  /** Of the window that is due. */
  private keys: KeyCursor = NO_KEYS;

  constructor(definition: WindowDefinition, context: OperatorContext) {
    super(definition, 'window-contents', context);
  }

  /** hot path */
  processElement(value: unknown, timestamp: number): void {
    const { windows } = this.windows.paneAt(timestamp);
    const { currentWatermark } = this;
    let isSkipped = true;
    for (let i = 0; i < windows.length; i++) {
      const window = windows[i] as AlignedWindow<StateCell>;
      if (window.cleanupTime <= currentWatermark) continue;
      isSkipped = false;
      if (!window.isRegistered) this.windows.register(window, currentWatermark);
      this.contents.fold.add(value, window.contents);
      if (window.maxTimestamp <= currentWatermark) this.fire(window, window.contents.get());
    }
    if (isSkipped) this.skip(value, timestamp);
  }

  protected registerRestored(starts: IterableIterator<number>): void {
    this.windows.restore(starts, this.currentWatermark);
  }

  protected begin({ window, fires }: DueWindow<StateCell>): void {
    const visitsKeys = fires || this.runner.hasClear;
    this.keys = visitsKeys ? this.contents.state.keysOf(window.start) : NO_KEYS;
  }

  protected workOff({ window, fires, cleansUp }: DueWindow<StateCell>): boolean {
    if (!this.keys.advance()) return false;
    if (fires) this.fire(window, this.keys.value);
    if (cleansUp) this.runner.clear(window.window, window.start);
    return true;
  }

  protected drop({ start }: AlignedWindow<StateCell>): void {
    this.keyedState.dropNamespace(start);
  }
}
