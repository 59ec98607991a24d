/** The whole numbers of a range, in parallel; ascending within a split. Mirrors: NumberSequenceSource. */
import { checkArgument } from '../../core/assert.js';
import type {
  ReaderOutput,
  Source,
  SourceReader,
  SourceReaderContext,
  SourceSplit,
  SplitEnumeratorContext,
} from '../source.js';
import { SequentialSplitReader, type SplitCursor } from './sequential-split-reader.js';
import { SplitQueueEnumerator } from './split-queue-enumerator.js';

/** The numbers from `next` to `to`, both included. */
export interface NumberSequenceSplit extends SourceSplit {
  readonly next: number;
  readonly to: number;
}

type Remaining = readonly NumberSequenceSplit[];

export class NumberSequenceSource implements Source<number, NumberSequenceSplit, Remaining> {
  readonly boundedness = 'BOUNDED';
  readonly description: string;
  private readonly from: number;
  private readonly to: number;

  /** Both ends are included. */
  constructor(from: number, to: number) {
    checkArgument(
      Number.isSafeInteger(from) && Number.isSafeInteger(to) && from <= to,
      `a sequence goes from a whole number to one that is not smaller, but was asked to go from ${from} to ${to}`,
    );
    this.from = from;
    this.to = to;
    this.description = `NumberSequenceSource(${from}, ${to})`;
  }

  createEnumerator(context: SplitEnumeratorContext<NumberSequenceSplit>): SplitQueueEnumerator<NumberSequenceSplit> {
    return new SplitQueueEnumerator(context, splitSequence(this.from, this.to, context.currentParallelism));
  }

  restoreEnumerator(
    context: SplitEnumeratorContext<NumberSequenceSplit>,
    remaining: Remaining,
  ): SplitQueueEnumerator<NumberSequenceSplit> {
    return new SplitQueueEnumerator(context, remaining);
  }

  createReader(context: SourceReaderContext): SourceReader<number, NumberSequenceSplit> {
    return new SequentialSplitReader(context, (split) => new NumberSequenceCursor(split));
  }
}

/** Cuts a range into at most `count` parts whose sizes differ by one at most. */
export function splitSequence(from: number, to: number, count: number): NumberSequenceSplit[] {
  const total = to - from + 1;
  const splits: NumberSequenceSplit[] = [];
  let next = from;
  for (let i = 0; i < count && next <= to; i++) {
    const size = Math.ceil((total - (next - from)) / (count - i));
    splits.push({ splitId: String(i + 1), next, to: next + size - 1 });
    next += size;
  }
  return splits;
}

class NumberSequenceCursor implements SplitCursor<number, NumberSequenceSplit> {
  private readonly splitId: string;
  private readonly to: number;
  private next: number;

  constructor(split: NumberSequenceSplit) {
    this.splitId = split.splitId;
    this.next = split.next;
    this.to = split.to;
  }

  // hot path
  read(output: ReaderOutput<number>, maxRecords: number): boolean {
    const end = Math.min(this.next + maxRecords - 1, this.to);
    while (this.next <= end) output.collect(this.next++);
    return this.next <= this.to;
  }

  remainder(): NumberSequenceSplit {
    return { splitId: this.splitId, next: this.next, to: this.to };
  }
}
