/** Makes records from a counter, at full speed or at a given rate. Mirrors: DataGeneratorSource, RateLimiterStrategy. */
import { checkArgument } from '../core/assert.js';
import { type Clock, SystemClock } from '../core/clock.js';
import type {
  InputStatus,
  ReaderOutput,
  Source,
  SourceReader,
  SourceReaderContext,
  SplitEnumerator,
  SplitEnumeratorContext,
} from '../api/source.js';
import { ListSplitEnumerator, type ListedSplit, type PendingSplits } from './list-split-enumerator.js';

export interface DataGeneratorOptions {
  /** Over all readers together. Default: as fast as the job takes them. */
  readonly recordsPerSecond?: number;
  /** Default `Data Generator`. */
  readonly description?: string;
  /** What time is measured with; replaced in tests. */
  readonly clock?: Clock;
}

/** The indices [next, end) still to be generated. */
export interface IndexRange extends ListedSplit {
  readonly next: number;
  readonly end: number;
}

/** Emits `generate(0)` to `generate(count - 1)`, each reader a range of its own. `generate` must be pure. */
export class DataGeneratorSource<T> implements Source<T, IndexRange, PendingSplits<IndexRange>> {
  readonly description: string;
  readonly boundedness = 'BOUNDED';
  private readonly generate: (index: number) => T;
  private readonly count: number;
  private readonly recordsPerSecond: number;
  private readonly clock: Clock;

  constructor(generate: (index: number) => T, count: number, options: DataGeneratorOptions = {}) {
    this.description = options.description ?? 'Data Generator';
    this.generate = generate;
    this.count = count;
    this.recordsPerSecond = options.recordsPerSecond ?? Number.POSITIVE_INFINITY;
    this.clock = options.clock ?? new SystemClock();
    checkArgument(Number.isSafeInteger(count) && count >= 0, `count must be an integer of at least 0, not ${count}`);
    checkArgument(this.recordsPerSecond > 0, `recordsPerSecond must be above 0, not ${this.recordsPerSecond}`);
  }

  createEnumerator(
    context: SplitEnumeratorContext<IndexRange>,
  ): SplitEnumerator<IndexRange, PendingSplits<IndexRange>> {
    return this.restoreEnumerator(context, null);
  }

  restoreEnumerator(
    context: SplitEnumeratorContext<IndexRange>,
    checkpoint: PendingSplits<IndexRange>,
  ): SplitEnumerator<IndexRange, PendingSplits<IndexRange>> {
    return new ListSplitEnumerator(context, async (parallelism) => rangesOf(this.count, parallelism), checkpoint);
  }

  createReader(context: SourceReaderContext): SourceReader<T, IndexRange> {
    const rate = this.recordsPerSecond / context.currentParallelism;
    return new DataGeneratorReader(context, this.generate, rate, this.clock);
  }
}

function rangesOf(count: number, parts: number): readonly IndexRange[] {
  return Array.from({ length: parts }, (_, ordinal) => ({
    splitId: `range-${ordinal}`,
    ordinal,
    next: Math.floor((count / parts) * ordinal),
    end: ordinal === parts - 1 ? count : Math.floor((count / parts) * (ordinal + 1)),
  }));
}

class DataGeneratorReader<T> implements SourceReader<T, IndexRange> {
  private readonly context: SourceReaderContext;
  private readonly generate: (index: number) => T;
  private readonly recordsPerSecond: number;
  private readonly clock: Clock;
  private readonly ranges: { -readonly [K in keyof IndexRange]: IndexRange[K] }[] = [];
  private hasNoMoreSplits = false;
  private startedAt = 0;
  private emittedRecords = 0;
  private announce: (() => void) | undefined;

  constructor(context: SourceReaderContext, generate: (index: number) => T, recordsPerSecond: number, clock: Clock) {
    this.context = context;
    this.generate = generate;
    this.recordsPerSecond = recordsPerSecond;
    this.clock = clock;
  }

  start(): void {
    this.startedAt = this.clock.monotonic();
    if (this.ranges.length === 0) this.context.sendSplitRequest();
  }

  // hot path
  pollNext(output: ReaderOutput<T>, maxRecords: number): InputStatus {
    const range = this.ranges[0];
    if (range === undefined) return this.hasNoMoreSplits ? 'END_OF_INPUT' : 'NOTHING_AVAILABLE';
    const allowed = Math.min(maxRecords, this.dueRecords() - this.emittedRecords);
    if (allowed <= 0) return 'NOTHING_AVAILABLE';
    const to = Math.min(range.end, range.next + allowed);
    this.emittedRecords += to - range.next;
    while (range.next < to) output.collect(this.generate(range.next++));
    if (range.next === range.end) {
      this.ranges.shift();
      if (this.ranges.length === 0 && !this.hasNoMoreSplits) this.context.sendSplitRequest();
    }
    return 'MORE_AVAILABLE';
  }

  isAvailable(): Promise<void> {
    return new Promise((resolve) => {
      this.announce = resolve;
      if (this.ranges.length > 0) this.clock.schedule(this.msUntilDue(), resolve);
      else if (this.hasNoMoreSplits) resolve();
    });
  }

  addSplits(splits: readonly IndexRange[]): void {
    this.ranges.push(...splits.map((range) => ({ ...range })));
    this.announce?.();
  }

  notifyNoMoreSplits(): void {
    this.hasNoMoreSplits = true;
    this.announce?.();
  }

  snapshotState(): readonly IndexRange[] {
    return this.ranges.map((range) => ({ ...range }));
  }

  /** How many records may have been emitted by now. */
  private dueRecords(): number {
    const elapsedMs = this.clock.monotonic() - this.startedAt;
    return this.recordsPerSecond === Number.POSITIVE_INFINITY
      ? Number.POSITIVE_INFINITY
      : Math.floor((elapsedMs * this.recordsPerSecond) / 1_000);
  }

  private msUntilDue(): number {
    const dueAt = this.startedAt + ((this.emittedRecords + 1) * 1_000) / this.recordsPerSecond;
    return Math.max(0, Math.ceil(dueAt - this.clock.monotonic()));
  }
}
