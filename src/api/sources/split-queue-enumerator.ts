/** Hands out a fixed list of splits, one at each request. Mirrors: IteratorSourceEnumerator. */
import type { SourceSplit, SplitEnumerator, SplitEnumeratorContext } from '../source.js';

export class SplitQueueEnumerator<SplitT extends SourceSplit> implements SplitEnumerator<SplitT, readonly SplitT[]> {
  private readonly context: SplitEnumeratorContext<SplitT>;
  private remaining: readonly SplitT[];

  constructor(context: SplitEnumeratorContext<SplitT>, splits: readonly SplitT[]) {
    this.context = context;
    this.remaining = splits;
  }

  start(): void {}

  /** Readers ask when they start and when they are through with a split. */
  addReader(): void {}

  handleSplitRequest(subtask: number): void {
    const [next, ...rest] = this.remaining;
    if (next === undefined) return this.context.signalNoMoreSplits(subtask);
    this.remaining = rest;
    this.context.assignSplit(next, subtask);
  }

  addSplitsBack(splits: readonly SplitT[]): void {
    this.remaining = [...splits, ...this.remaining];
  }

  snapshotState(): readonly SplitT[] {
    return this.remaining;
  }
}
