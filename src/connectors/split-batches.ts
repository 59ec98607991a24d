/** Reads one split after the other into a bounded queue of batches, ahead of whoever emits the records. */
import { FlinkError, isFlinkError } from '../core/errors.js';

/** What a split yields. Reading it again must yield the same records in the same order. */
export type Batches<T> = AsyncIterable<readonly T[]> | Iterable<readonly T[]>;

export interface Batch<T> {
  readonly splitId: string;
  readonly records: readonly T[];
  /** True for the last batch of its split; it may be empty. */
  readonly endsSplit: boolean;
}

export class SplitBatches<T> {
  private readonly maxQueuedRecords: number;
  private readonly onBatch: () => void;
  private readonly queue: Batch<T>[] = [];
  private queuedRecords = 0;
  private iterator: AsyncIterator<readonly T[]> | Iterator<readonly T[]> | undefined;
  private isClosed = false;
  /** Set while the reading of a split waits for room in the queue. */
  private continueReading: (() => void) | undefined;

  /** `onBatch` is called whenever `take` has something new. */
  constructor(maxQueuedRecords: number, onBatch: () => void) {
    this.maxQueuedRecords = maxQueuedRecords;
    this.onBatch = onBatch;
  }

  take(): Batch<T> | undefined {
    const batch = this.queue.shift();
    if (batch !== undefined) this.queuedRecords -= batch.records.length;
    if (this.continueReading !== undefined && this.hasRoom()) this.continueReading();
    return batch;
  }

  get isEmpty(): boolean {
    return this.queue.length === 0;
  }

  /** Settles when the whole split is in the queue, or the queue was closed. */
  async read(splitId: string, batches: Batches<T>, skipRecords: number): Promise<void> {
    try {
      await this.readAll(splitId, batches, skipRecords);
    } catch (error) {
      throw isFlinkError(error) ? error : splitFailed(splitId, error);
    }
  }

  /** Ends the reading as soon as the split allows it; does not wait for that. */
  close(): void {
    this.isClosed = true;
    this.continueReading?.();
    const ended: unknown = this.iterator?.return?.();
    // What a split that is given up still has to say interests nobody.
    if (ended instanceof Promise) ended.catch(() => undefined);
  }

  private async readAll(splitId: string, batches: Batches<T>, skipRecords: number): Promise<void> {
    const iterator = iteratorOf(batches);
    this.iterator = iterator;
    let skip = skipRecords;
    for (;;) {
      if (!this.hasRoom()) await this.room();
      if (this.isClosed) return;
      const next = await iterator.next();
      if (next.done === true) break;
      const records = skip === 0 ? next.value : next.value.slice(skip);
      skip -= Math.min(skip, next.value.length);
      if (records.length > 0) this.put({ splitId, records, endsSplit: false });
    }
    this.iterator = undefined;
    this.put({ splitId, records: [], endsSplit: true });
  }

  private put(batch: Batch<T>): void {
    if (this.isClosed) return;
    this.queue.push(batch);
    this.queuedRecords += batch.records.length;
    this.onBatch();
  }

  private hasRoom(): boolean {
    return this.queuedRecords < this.maxQueuedRecords;
  }

  private room(): Promise<void> {
    return new Promise((resolve) => {
      this.continueReading = () => {
        this.continueReading = undefined;
        resolve();
      };
    });
  }
}

function iteratorOf<T>(batches: Batches<T>): AsyncIterator<readonly T[]> | Iterator<readonly T[]> {
  return Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
}

function splitFailed(splitId: string, cause: unknown): FlinkError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new FlinkError('SOURCE_SPLIT_FAILED', `reading split ${splitId} failed: ${reason}`, {
    domain: 'external',
    remedy: 'See the cause; the source that yields the records of the split threw it.',
    details: { splitId },
    cause,
  });
}
