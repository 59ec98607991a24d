/**
 * Gathers the records that sinks send to the client: one message at a time on its way for each sink, with all that came
 * meanwhile in the next. A client that reads slowly thus slows down its job.
 */
import type { ExecutionAttemptId } from '../../core/ids.js';
import type { FromSlot } from '../slot-messages.js';

/** Records that may wait in the slot before its task takes no more. */
const MAX_WAITING = 8_192;

interface Batch {
  readonly attemptId: ExecutionAttemptId;
  readonly operatorUid: string;
  records: unknown[];
  isUnacknowledged: boolean;
}

export class CollectBuffer {
  private readonly send: (message: FromSlot) => void;
  private readonly batches = new Map<string, Batch>();

  constructor(send: (message: FromSlot) => void) {
    this.send = send;
  }

  add(attemptId: ExecutionAttemptId, operatorUid: string, record: unknown): void {
    const key = keyOf(attemptId, operatorUid);
    let batch = this.batches.get(key);
    if (batch === undefined) {
      batch = { attemptId, operatorUid, records: [], isUnacknowledged: false };
      this.batches.set(key, batch);
    }
    batch.records.push(record);
  }

  /** True while the client is so far behind that the task should wait. */
  isFull(attemptId: ExecutionAttemptId): boolean {
    for (const batch of this.batches.values())
      if (batch.attemptId === attemptId && batch.records.length >= MAX_WAITING) return true;
    return false;
  }

  /** Sends what may be sent; called after each pass. */
  flush(): void {
    for (const batch of this.batches.values())
      if (!batch.isUnacknowledged && batch.records.length > 0) this.sendBatch(batch);
  }

  /** The last batch of a sink arrived: the next may go. */
  acknowledge(attemptId: ExecutionAttemptId, operatorUid: string): void {
    const batch = this.batches.get(keyOf(attemptId, operatorUid));
    if (batch !== undefined) batch.isUnacknowledged = false;
  }

  /** Sends the rest of a task that is about to report its end. */
  finish(attemptId: ExecutionAttemptId): void {
    for (const [key, batch] of this.batches) {
      if (batch.attemptId !== attemptId) continue;
      if (batch.records.length > 0) this.sendBatch(batch);
      this.batches.delete(key);
    }
  }

  private sendBatch(batch: Batch): void {
    const { attemptId, operatorUid, records } = batch;
    batch.records = [];
    batch.isUnacknowledged = true;
    this.send({ type: 'collected', attemptId, operatorUid, records });
  }
}

function keyOf(attemptId: ExecutionAttemptId, operatorUid: string): string {
  return `${attemptId}/${operatorUid}`;
}
