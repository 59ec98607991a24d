/**
 * The short way to a parallel source: say what the splits are and how one is read. Splits go out in list order to the
 * reader that asks next; a restored reader goes on behind the records that were already emitted.
 */
import type {
  Boundedness,
  InputStatus,
  ReaderOutput,
  Source,
  SourceReader,
  SourceReaderContext,
  SourceSplit,
  SplitEnumerator,
  SplitEnumeratorContext,
} from '../api/source.js';
import { ListSplitEnumerator, type ListedSplit, type PendingSplits } from './list-split-enumerator.js';
import { type Batch, type Batches, SplitBatches } from './split-batches.js';

export interface BatchSplitSourceOptions<T, SplitT extends SourceSplit> {
  /** Shown as the operator's name; part of the plan. */
  readonly description: string;
  /** Lists the splits, once a job: plain data, in the order in which they shall be read. */
  readonly splits: () => Promise<readonly SplitT[]> | readonly SplitT[];
  /** Yields the records of a split in arrays of any size; the same ones each time it is read. */
  readonly read: (split: SplitT) => Batches<T>;
  /** Reading goes on ahead of the job until this many records wait. Default 8192. */
  readonly prefetchRecords?: number;
  /** Default BOUNDED: the job ends behind the last split. */
  readonly boundedness?: Boundedness;
  /** The most readers that make sense, 1 when there is only one split. */
  readonly maxParallelism?: number;
}

/** A split and how many of its records were emitted: what readers get, and what a snapshot keeps. */
export interface SplitProgress<SplitT extends SourceSplit> extends ListedSplit {
  readonly split: SplitT;
  readonly emittedRecords: number;
}

export class BatchSplitSource<T, SplitT extends SourceSplit>
  implements Source<T, SplitProgress<SplitT>, PendingSplits<SplitProgress<SplitT>>>
{
  readonly description: string;
  readonly boundedness: Boundedness;
  readonly maxParallelism?: number;
  private readonly options: BatchSplitSourceOptions<T, SplitT>;

  constructor(options: BatchSplitSourceOptions<T, SplitT>) {
    this.description = options.description;
    this.boundedness = options.boundedness ?? 'BOUNDED';
    if (options.maxParallelism !== undefined) this.maxParallelism = options.maxParallelism;
    this.options = options;
  }

  createEnumerator(context: SplitEnumeratorContext<SplitProgress<SplitT>>): Enumerator<SplitT> {
    return this.restoreEnumerator(context, null);
  }

  restoreEnumerator(
    context: SplitEnumeratorContext<SplitProgress<SplitT>>,
    checkpoint: PendingSplits<SplitProgress<SplitT>>,
  ): Enumerator<SplitT> {
    const list = async (): Promise<readonly SplitProgress<SplitT>[]> =>
      (await this.options.splits()).map((split, ordinal) => ({
        splitId: split.splitId,
        ordinal,
        split,
        emittedRecords: 0,
      }));
    return new ListSplitEnumerator(context, list, checkpoint);
  }

  createReader(context: SourceReaderContext): SourceReader<T, SplitProgress<SplitT>> {
    return new BatchSplitReader(context, this.options.read, this.options.prefetchRecords ?? DEFAULT_PREFETCH_RECORDS);
  }
}

type Enumerator<SplitT extends SourceSplit> = SplitEnumerator<
  SplitProgress<SplitT>,
  PendingSplits<SplitProgress<SplitT>>
>;

const DEFAULT_PREFETCH_RECORDS = 8_192;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

class BatchSplitReader<T, SplitT extends SourceSplit> implements SourceReader<T, SplitProgress<SplitT>> {
  private readonly context: SourceReaderContext;
  private readonly readSplit: (split: SplitT) => Batches<T>;
  private readonly batches: SplitBatches<T>;
  /** Not fully emitted yet, in the order in which they are; the first `startedSplits` are being read. */
  private readonly unfinished: Mutable<SplitProgress<SplitT>>[] = [];
  private startedSplits = 0;
  private isReading = false;
  private hasNoMoreSplits = false;
  private failure: unknown;
  private current: Batch<T> | undefined;
  private nextRecord = 0;
  private announce: (() => void) | undefined;

  constructor(context: SourceReaderContext, readSplit: (split: SplitT) => Batches<T>, prefetchRecords: number) {
    this.context = context;
    this.readSplit = readSplit;
    this.batches = new SplitBatches(prefetchRecords, () => this.wakeUp());
  }

  start(): void {
    if (this.unfinished.length === 0) this.context.sendSplitRequest();
  }

  // hot path: once per call of the task's loop, with a tight loop over the batch at hand
  pollNext(output: ReaderOutput<T>, maxRecords: number): InputStatus {
    let room = maxRecords;
    while (room > 0) {
      const batch = this.current ?? this.nextBatch();
      if (batch === undefined) return this.statusWithoutBatch();
      const { records } = batch;
      const from = this.nextRecord;
      const to = Math.min(records.length, from + room);
      for (let i = from; i < to; i++) output.collect(records[i] as T);
      this.advance(batch, to);
      room -= to - from;
    }
    return 'MORE_AVAILABLE';
  }

  isAvailable(): Promise<void> {
    if (this.current !== undefined || !this.batches.isEmpty || this.failure !== undefined || this.isAtEnd()) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.announce = resolve;
    });
  }

  addSplits(splits: readonly SplitProgress<SplitT>[]): void {
    this.unfinished.push(...splits.map((split) => ({ ...split })));
    this.readOn();
  }

  notifyNoMoreSplits(): void {
    this.hasNoMoreSplits = true;
    this.wakeUp();
  }

  snapshotState(): readonly SplitProgress<SplitT>[] {
    return this.unfinished.map((progress) => ({ ...progress }));
  }

  close(): void {
    this.batches.close();
  }

  private nextBatch(): Batch<T> | undefined {
    this.current = this.batches.take();
    this.nextRecord = 0;
    return this.current;
  }

  private advance(batch: Batch<T>, to: number): void {
    const progress = this.unfinished[0];
    if (progress !== undefined) progress.emittedRecords += to - this.nextRecord;
    this.nextRecord = to;
    if (to < batch.records.length) return;
    this.current = undefined;
    if (!batch.endsSplit) return;
    this.unfinished.shift();
    this.startedSplits--;
  }

  private statusWithoutBatch(): InputStatus {
    if (this.failure !== undefined) throw this.failure;
    return this.isAtEnd() ? 'END_OF_INPUT' : 'NOTHING_AVAILABLE';
  }

  private isAtEnd(): boolean {
    return this.hasNoMoreSplits && this.unfinished.length === 0;
  }

  /** Reads the next split, and asks for another one as soon as it is read: it comes while the job drains the queue. */
  private readOn(): void {
    const progress = this.unfinished[this.startedSplits];
    if (this.isReading || progress === undefined) return;
    this.startedSplits++;
    this.isReading = true;
    this.readWhole(progress).then(
      () => {
        this.isReading = false;
        if (this.unfinished.length > this.startedSplits) this.readOn();
        else if (!this.hasNoMoreSplits) this.context.sendSplitRequest();
      },
      (error: unknown) => {
        this.failure = error;
        this.wakeUp();
      },
    );
  }

  private async readWhole(progress: SplitProgress<SplitT>): Promise<void> {
    const skipRecords = progress.emittedRecords;
    await this.batches.read(progress.splitId, this.readSplit(progress.split), skipRecords);
  }

  private wakeUp(): void {
    this.announce?.();
    this.announce = undefined;
  }
}
