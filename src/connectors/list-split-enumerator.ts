/**
 * Hands out a list of splits, in its order, to whichever reader asks next. Runs in the job's coordinator host.
 * Mirrors: SimpleSplitAssigner, StaticFileSplitEnumerator.
 */
import type { SourceSplit, SplitEnumerator, SplitEnumeratorContext } from '../api/source.js';

/** A split that knows its place in the list, so that one which is given back is handed out before later ones. */
export interface ListedSplit extends SourceSplit {
  readonly ordinal: number;
}

/** The splits that nobody has yet; null while the list is not known. */
export type PendingSplits<SplitT> = readonly SplitT[] | null;

export class ListSplitEnumerator<SplitT extends ListedSplit> implements SplitEnumerator<SplitT, PendingSplits<SplitT>> {
  private readonly context: SplitEnumeratorContext<SplitT>;
  private readonly list: (parallelism: number) => Promise<readonly SplitT[]>;
  private pending: SplitT[] | null;
  /** Readers that asked before the list was known. */
  private readonly waiting = new Set<number>();

  /** `list` runs once, unless `restored` already knows the splits. */
  constructor(
    context: SplitEnumeratorContext<SplitT>,
    list: (parallelism: number) => Promise<readonly SplitT[]>,
    restored: PendingSplits<SplitT> = null,
  ) {
    this.context = context;
    this.list = list;
    this.pending = restored === null ? null : [...restored];
  }

  async start(): Promise<void> {
    if (this.pending !== null) return;
    this.pending = [...(await this.list(this.context.currentParallelism))];
    for (const subtask of this.waiting) this.handleSplitRequest(subtask);
    this.waiting.clear();
  }

  addReader(): void {
    // A reader asks by itself once it has started.
  }

  handleSplitRequest(subtask: number): void {
    if (this.pending === null) {
      this.waiting.add(subtask);
      return;
    }
    const split = this.pending.shift();
    if (split === undefined) this.context.signalNoMoreSplits(subtask);
    else this.context.assignSplit(split, subtask);
  }

  addSplitsBack(splits: readonly SplitT[], subtask: number): void {
    this.waiting.delete(subtask);
    this.pending = [...(this.pending ?? []), ...splits].sort((a, b) => a.ordinal - b.ordinal);
  }

  snapshotState(): PendingSplits<SplitT> {
    return this.pending === null ? null : [...this.pending];
  }
}
