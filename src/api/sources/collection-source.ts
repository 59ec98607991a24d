/** The elements of a collection of the program, read by one subtask in their order. Mirrors: fromData, fromCollection. */
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

export interface CollectionSplit extends SourceSplit {
  /** Index of the next element. */
  readonly position: number;
}

type Remaining = readonly CollectionSplit[];

export class CollectionSource<T> implements Source<T, CollectionSplit, Remaining> {
  readonly boundedness = 'BOUNDED';
  /** The elements have an order. */
  readonly maxParallelism = 1;
  readonly description: string;
  private readonly elements: readonly T[];

  constructor(elements: readonly T[]) {
    this.elements = elements;
    this.description = `CollectionSource(${elements.length} elements)`;
  }

  createEnumerator(context: SplitEnumeratorContext<CollectionSplit>): SplitQueueEnumerator<CollectionSplit> {
    return new SplitQueueEnumerator(context, [{ splitId: 'collection', position: 0 }]);
  }

  restoreEnumerator(
    context: SplitEnumeratorContext<CollectionSplit>,
    remaining: Remaining,
  ): SplitQueueEnumerator<CollectionSplit> {
    return new SplitQueueEnumerator(context, remaining);
  }

  createReader(context: SourceReaderContext): SourceReader<T, CollectionSplit> {
    return new SequentialSplitReader(context, (split) => new CollectionCursor(this.elements, split));
  }
}

class CollectionCursor<T> implements SplitCursor<T, CollectionSplit> {
  private readonly elements: readonly T[];
  private readonly splitId: string;
  private position: number;

  constructor(elements: readonly T[], split: CollectionSplit) {
    this.elements = elements;
    this.splitId = split.splitId;
    this.position = split.position;
  }

  // hot path
  read(output: ReaderOutput<T>, maxRecords: number): boolean {
    const end = Math.min(this.position + maxRecords, this.elements.length);
    while (this.position < end) output.collect(this.elements[this.position++] as T);
    return this.position < this.elements.length;
  }

  remainder(): CollectionSplit {
    return { splitId: this.splitId, position: this.position };
  }
}
