/**
 * Aligned windows that overlap, for aggregates whose partial results can be merged in any grouping: a record goes into
 * the one slice of time that it belongs to, instead of into every window, and a window that fires merges its slices. The
 * same results as AlignedWindowOperator. Slices are the panes of AlignedWindows, kept under their start as namespace. Mirrors: SlicingWindowOperator.
 */
import type { AggregateFunction } from '../../api/functions.js';
import type { WindowDefinition } from '../../api/transformation.js';
import type { StateCell } from '../../state/keyed-state-backend.js';
import type { OneInputOperator, OperatorContext } from '../stream-operator.js';
import { AbstractAlignedWindowOperator } from './abstract-aligned-window-operator.js';
import type { AlignedWindow, DueWindow, Pane } from './aligned-windows.js';
import { mergeSlice, type SliceMerger, sliceMerger } from './slice-merger.js';

export class SlicedWindowOperator extends AbstractAlignedWindowOperator implements OneInputOperator {
  private readonly merger: SliceMerger;

  constructor(definition: WindowDefinition, context: OperatorContext) {
    super(definition, 'window-slices', context);
    this.merger = sliceMerger(this.contents.state, this.contents.fold, this.windows.panesPerWindow);
  }

  /** hot path */
  processElement(value: unknown, timestamp: number): void {
    const slice = this.windows.paneAt(timestamp);
    const { windows } = slice;
    const latest = windows[0];
    if (latest === undefined || latest.cleanupTime <= this.currentWatermark) return this.skip(value, timestamp);
    if (!slice.isRegistered) this.registerWindows(slice);
    this.contents.fold.add(value, slice.contents);
    const earliest = windows[windows.length - 1] as AlignedWindow<StateCell>;
    if (earliest.maxTimestamp <= this.currentWatermark) this.fireAgain(slice);
  }

  protected registerRestored(starts: IterableIterator<number>): void {
    for (const start of starts) this.registerWindows(this.windows.paneAt(start));
  }

  protected begin({ window, fires }: DueWindow<StateCell>): void {
    this.merger.begin(fires ? this.windows.panesOf(window) : []);
  }

  protected workOff({ window, cleansUp }: DueWindow<StateCell>): boolean {
    const progress = this.merger.advance();
    if (progress !== 'KEY') return progress !== 'DONE';
    this.fire(window, this.merger.merged);
    if (cleansUp) this.runner.clear(window.window, window.start);
    return true;
  }

  /** With the slices of which this was the last window. */
  protected drop(window: AlignedWindow<StateCell>): void {
    for (const start of this.windows.panesUpToNext(window)) this.keyedState.dropNamespace(start);
  }

  private registerWindows(slice: Pane<StateCell>): void {
    slice.isRegistered = true;
    for (const window of slice.windows) {
      const isGone = window.cleanupTime <= this.currentWatermark;
      if (!isGone && !window.isRegistered) this.windows.register(window, this.currentWatermark);
    }
  }

  /** For a late record of the current key: in windows that fired and take late records still. */
  private fireAgain({ windows }: Pane<StateCell>): void {
    for (const window of windows) {
      if (window.maxTimestamp > this.currentWatermark || window.cleanupTime <= this.currentWatermark) continue;
      let merged: unknown;
      for (const start of this.windows.panesOf(window))
        merged = mergeSlice(this.contents.fold, merged, this.contents.state.in(start).get());
      this.fire(window, merged);
    }
  }
}

/** Whether slices give the same results as windows that each keep their own contents. */
export function canSlice({ assigner, contents, fn, allowedLatenessMs }: WindowDefinition): boolean {
  const { fixedSize } = assigner;
  if (fixedSize === undefined || fixedSize.slideMs >= fixedSize.sizeMs) return false;
  if (contents.kind !== 'aggregate') return false;
  // The keys of a window that goes are not known any more: some of its slices have later windows, others are gone.
  if (fn?.clear !== undefined && allowedLatenessMs > 0) return false;
  const aggregate: AggregateFunction<unknown, unknown, unknown> = contents.fn;
  return aggregate.mergesExactly === true && aggregate.merge !== undefined;
}
