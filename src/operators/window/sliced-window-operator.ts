/**
 * Sliding windows of event time whose aggregate may be put together from parts: a record goes into one slice, as long as
 * the slide, in place of every window that it belongs to; a window that fires merges its slices, key by key. The same
 * results as AlignedWindowOperator. Mirrors: SlicingWindowOperator.
 */
import type { AggregateFunction } from '../../api/functions.js';
import type { WindowDefinition } from '../../api/transformation.js';
import { TimeWindow } from '../../api/windows/window.js';
import { checkNotNull, checkState } from '../../core/assert.js';
import { MIN_WATERMARK } from '../../core/time-constants.js';
import type { KeyCursor, KeyedStateBackend, OperatorState, StateCell } from '../../state/keyed-state-backend.js';
import { TimeHeap } from '../../state/time-heap.js';
import { AbstractOperator } from '../abstract-operator.js';
import { keyedStateOf } from '../keyed-state-of.js';
import type { OneInputOperator, OperatorContext, OperatorSnapshot } from '../stream-operator.js';
import { badResult, checkMethods, isThenable } from '../user-function.js';
import { LateRecords, missingTimestamp } from './late-records.js';
import { WindowFunctionRunner, type WindowTime } from './window-function-runner.js';

interface Slice {
  readonly start: number;
  /** The accumulator of the current key. */
  readonly cell: StateCell;
  /** Of the last window that it is part of. */
  readonly lastTimestamp: number;
  /** Whether it has records, and its windows wait for their time. */
  isRegistered: boolean;
}

/** A window that fires, slice by slice and key by key. */
interface Firing {
  readonly window: TimeWindow;
  /** Those of its slices that have records, in order. */
  readonly slices: readonly Slice[];
  /** The slice whose keys are walked. */
  index: number;
  keys: KeyCursor;
}

type Aggregate = AggregateFunction<unknown, unknown, unknown>;

/** Whether windows may be sliced: then every record is in as many windows, and none stays open after it fired. */
export function canSlice({ assigner, contents, allowedLatenessMs }: WindowDefinition): boolean {
  const { fixedSize } = assigner;
  return (
    fixedSize !== undefined &&
    fixedSize.slideMs < fixedSize.sizeMs &&
    fixedSize.sizeMs % fixedSize.slideMs === 0 &&
    allowedLatenessMs === 0 &&
    contents.kind === 'aggregate' &&
    contents.fn.merge !== undefined &&
    contents.fn.mergesExactly === true
  );
}

export class SlicedWindowOperator extends AbstractOperator implements OneInputOperator, WindowTime {
  currentWatermark: number = MIN_WATERMARK;
  private readonly keyedState: KeyedStateBackend;
  private readonly state: OperatorState;
  private readonly fn: Aggregate;
  private readonly runner: WindowFunctionRunner;
  private readonly late: LateRecords;
  private readonly sizeMs: number;
  private readonly slideMs: number;
  private readonly offsetMs: number;
  private readonly slices = new Map<number, Slice>();
  /** Starts of the windows that wait for their time. */
  private readonly waiting = new Set<number>();
  private readonly toFire = new TimeHeap();
  private firing: Firing | undefined;
  /** The slice of timestamps in [sliceStart, sliceEnd). */
  private slice: Slice | undefined;
  private sliceStart = 0;
  private sliceEnd = 0;

  constructor(definition: WindowDefinition, context: OperatorContext) {
    const { contents } = definition;
    checkState(contents.kind === 'aggregate', 'only aggregates are sliced');
    const fn = (contents as { readonly fn: Aggregate }).fn;
    super(context, fn, definition.fn);
    checkMethods(fn, ['createAccumulator', 'add', 'getResult', 'merge'], context.name);
    const { sizeMs, slideMs, offsetMs } = checkNotNull(definition.assigner.fixedSize, 'size of sliced windows');
    this.keyedState = keyedStateOf(context);
    this.state = this.keyedState.getOperatorState('window-slices');
    this.fn = fn;
    this.runner = new WindowFunctionRunner(definition.fn, context, this.keyedState, this, false);
    this.late = new LateRecords(definition.lateTag, context);
    this.sizeMs = sizeMs;
    this.slideMs = slideMs;
    this.offsetMs = offsetMs;
  }

  override async open(): Promise<void> {
    for (const start of this.state.namespaces()) this.register(this.sliceAt(start as number));
    await super.open();
  }

  /** hot path */
  processElement(value: unknown, timestamp: number): void {
    if (timestamp < this.sliceStart || timestamp >= this.sliceEnd) this.enterSlice(timestamp, value);
    const slice = this.slice as Slice;
    if (slice.lastTimestamp <= this.currentWatermark) return this.late.take(value, timestamp);
    if (!slice.isRegistered) this.register(slice);
    const current = slice.cell.get();
    const next = this.fn.add(value, current === undefined ? this.fn.createAccumulator() : current);
    // An accumulator that was changed in place is already where it belongs.
    if (next !== current || next === undefined) slice.cell.put(this.checked(next, value));
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

  private enterSlice(timestamp: number, value: unknown): void {
    if (!Number.isFinite(timestamp)) throw missingTimestamp(value, timestamp, this.name);
    const remainder = (timestamp - this.offsetMs) % this.slideMs;
    this.sliceStart = timestamp - (remainder < 0 ? remainder + this.slideMs : remainder);
    this.sliceEnd = this.sliceStart + this.slideMs;
    this.slice = this.sliceAt(this.sliceStart);
  }

  private sliceAt(start: number): Slice {
    const lastTimestamp = start + this.sizeMs - 1;
    return this.slices.get(start) ?? { start, cell: this.state.in(start), lastTimestamp, isRegistered: false };
  }

  /** Lets every window wait that the slice is part of and that has not fired. */
  private register(slice: Slice): void {
    slice.isRegistered = true;
    this.slices.set(slice.start, slice);
    for (let start = slice.start; start > slice.start - this.sizeMs; start -= this.slideMs) {
      if (start + this.sizeMs - 1 <= this.currentWatermark || this.waiting.has(start)) continue;
      this.waiting.add(start);
      this.toFire.add(start);
    }
  }

  private isDue(watermark: number): boolean {
    const start = this.toFire.first;
    return start !== undefined && start + this.sizeMs - 1 <= watermark;
  }

  /** One key of what is due up to `watermark`; false when all is done. */
  private workOff(watermark: number): boolean {
    if (this.firing === undefined && !this.isDue(watermark)) return false;
    const firing = this.firing ?? this.nextFiring();
    this.firing = firing;
    if (firing.keys.advance()) this.fire(firing);
    else if (firing.index + 1 < firing.slices.length) firing.keys = this.keysOf(firing, firing.index + 1);
    else this.finish(firing.window);
    return true;
  }

  private nextFiring(): Firing {
    const start = checkNotNull(this.toFire.first, 'window that is due');
    this.toFire.removeFirst();
    this.waiting.delete(start);
    const slices: Slice[] = [];
    for (let at = start; at < start + this.sizeMs; at += this.slideMs) {
      const slice = this.slices.get(at);
      if (slice !== undefined) slices.push(slice);
    }
    const window = new TimeWindow(start, start + this.sizeMs);
    const keys = slices[0] === undefined ? NO_KEYS : this.state.keysOf(slices[0].start);
    return { window, slices, index: 0, keys };
  }

  private keysOf(firing: Firing, index: number): KeyCursor {
    firing.index = index;
    return this.state.keysOf((firing.slices[index] as Slice).start);
  }

  /** For the current key, in the first slice that has it. */
  private fire({ window, slices, index }: Firing): void {
    for (let i = 0; i < index; i++) if ((slices[i] as Slice).cell.get() !== undefined) return;
    let total = this.copyOf((slices[index] as Slice).cell.get());
    for (let i = index + 1; i < slices.length; i++) {
      const part = (slices[i] as Slice).cell.get();
      if (part !== undefined) total = this.merge(total, part);
    }
    const result = this.checked(this.fn.getResult(total), total);
    this.runner.fire(window, window.start, [result]);
    this.runner.clear(window, window.start);
  }

  /** What is in a slice is part of later windows too, and must not change when this one is put together. */
  private copyOf(accumulator: unknown): unknown {
    return typeof accumulator === 'object' ? this.merge(this.fn.createAccumulator(), accumulator) : accumulator;
  }

  private merge(a: unknown, b: unknown): unknown {
    return this.checked(this.fn.merge?.(a, b), [a, b]);
  }

  private checked(result: unknown, record: unknown): unknown {
    if (result === undefined || (typeof result === 'object' && result !== null && isThenable(result)))
      throw badResult(result, this.name, record);
    return result;
  }

  /** No later window needs the first slice of this one, which has the namespace of the window's own state. */
  private finish({ start }: TimeWindow): void {
    this.firing = undefined;
    this.slices.delete(start);
    if (this.slice?.start === start) this.sliceEnd = this.sliceStart;
    this.keyedState.dropNamespace(start);
  }
}

const NO_KEYS: KeyCursor = { advance: () => false };
