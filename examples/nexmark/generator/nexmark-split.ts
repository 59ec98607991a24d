/** The parts of a data set and who reads them. Runs in the job's coordinator host, except for the type of a split. */
import type { SourceSplit, SplitEnumerator, SplitEnumeratorContext } from 'flink-yarn';

/** Every `stride`-th position of a generator, from `next` on and below `end`. */
export interface NexmarkSplit extends SourceSplit {
  readonly ordinal: number;
  /** Which of the generators; there is more than one only with contiguous splitting. */
  readonly generator: number;
  readonly next: number;
  readonly end: number;
  readonly stride: number;
}

/** Split i has the events at positions i, i + splits, i + 2 * splits, … of one generator: the same data set for any number. */
export function stripedSplits(events: number, splits: number): readonly NexmarkSplit[] {
  return Array.from({ length: splits }, (_, ordinal) => ({
    splitId: `stripe-${ordinal}`,
    ordinal,
    generator: 0,
    next: ordinal,
    end: events,
    stride: splits,
  }));
}

/** Split i has all events of generator i. */
export function contiguousSplits(eventsOfGenerators: readonly number[]): readonly NexmarkSplit[] {
  return eventsOfGenerators.map((events, ordinal) => ({
    splitId: `generator-${ordinal}`,
    ordinal,
    generator: ordinal,
    next: 0,
    end: events,
    stride: 1,
  }));
}

/**
 * Gives each reader its splits at once, by their ordinals. All of them cover the same event time, so a reader that has
 * several must read them side by side, not one after the other.
 */
export class NexmarkSplitEnumerator implements SplitEnumerator<NexmarkSplit, readonly NexmarkSplit[]> {
  private readonly context: SplitEnumeratorContext<NexmarkSplit>;
  private pending: readonly NexmarkSplit[];

  constructor(context: SplitEnumeratorContext<NexmarkSplit>, pending: readonly NexmarkSplit[]) {
    this.context = context;
    this.pending = pending;
  }

  start(): void {
    // Readers ask by themselves.
  }

  addReader(): void {
    // It asks once it has started.
  }

  handleSplitRequest(subtask: number): void {
    const isForReader = ({ ordinal }: NexmarkSplit): boolean => ordinal % this.context.currentParallelism === subtask;
    const splits = this.pending.filter(isForReader);
    this.pending = this.pending.filter((split) => !isForReader(split));
    for (const split of splits) this.context.assignSplit(split, subtask);
    this.context.signalNoMoreSplits(subtask);
  }

  addSplitsBack(splits: readonly NexmarkSplit[]): void {
    this.pending = [...this.pending, ...splits].sort((a, b) => a.ordinal - b.ordinal);
  }

  snapshotState(): readonly NexmarkSplit[] {
    return this.pending;
  }
}
