/** A reader that reads its splits one after the other from memory. Mirrors: IteratorSourceReaderBase. */
import { Deferred } from '../../core/deferred.js';
import type { InputStatus, ReaderOutput, SourceReader, SourceReaderContext, SourceSplit } from '../source.js';

/** What is left of a split: emits records and knows where it is. */
export interface SplitCursor<T, SplitT extends SourceSplit> {
  /** Emits at most `maxRecords` records; true while there are more. */
  read(output: ReaderOutput<T>, maxRecords: number): boolean;
  /** The rest as a split, to continue from. */
  remainder(): SplitT;
}

export class SequentialSplitReader<T, SplitT extends SourceSplit> implements SourceReader<T, SplitT> {
  private readonly context: SourceReaderContext;
  private readonly open: (split: SplitT) => SplitCursor<T, SplitT>;
  private readonly queue: SplitT[] = [];
  private current: SplitCursor<T, SplitT> | undefined;
  private noMoreSplits = false;
  private availability = new Deferred<void>();

  constructor(context: SourceReaderContext, open: (split: SplitT) => SplitCursor<T, SplitT>) {
    this.context = context;
    this.open = open;
  }

  start(): void {
    if (this.queue.length === 0) this.context.sendSplitRequest();
  }

  // hot path
  pollNext(output: ReaderOutput<T>, maxRecords: number): InputStatus {
    if (this.current === undefined) {
      const split = this.queue.shift();
      if (split === undefined) return this.noMoreSplits ? 'END_OF_INPUT' : this.nothingAvailable();
      this.current = this.open(split);
    }
    if (this.current.read(output, maxRecords)) return 'MORE_AVAILABLE';
    this.current = undefined;
    if (this.queue.length > 0) return 'MORE_AVAILABLE';
    if (this.noMoreSplits) return 'END_OF_INPUT';
    this.context.sendSplitRequest();
    return this.nothingAvailable();
  }

  isAvailable(): Promise<void> {
    return this.availability.promise;
  }

  addSplits(splits: readonly SplitT[]): void {
    this.queue.push(...splits);
    this.availability.resolve();
  }

  notifyNoMoreSplits(): void {
    this.noMoreSplits = true;
    this.availability.resolve();
  }

  snapshotState(): readonly SplitT[] {
    return this.current === undefined ? [...this.queue] : [this.current.remainder(), ...this.queue];
  }

  private nothingAvailable(): InputStatus {
    this.availability = new Deferred<void>();
    return 'NOTHING_AVAILABLE';
  }
}
