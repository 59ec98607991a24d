/** Gathers the records that sinks send to the client, so that one message carries many. */
import type { ExecutionAttemptId } from '../../core/ids.js';
import type { FromSlot } from '../slot-messages.js';

const MAX_BATCH = 1_000;

export class CollectBuffer {
  private readonly send: (message: FromSlot) => void;
  private readonly pending = new Map<
    string,
    { attemptId: ExecutionAttemptId; operatorUid: string; records: unknown[] }
  >();

  constructor(send: (message: FromSlot) => void) {
    this.send = send;
  }

  add(attemptId: ExecutionAttemptId, operatorUid: string, record: unknown): void {
    const key = `${attemptId}/${operatorUid}`;
    let batch = this.pending.get(key);
    if (batch === undefined) {
      batch = { attemptId, operatorUid, records: [] };
      this.pending.set(key, batch);
    }
    batch.records.push(record);
    if (batch.records.length >= MAX_BATCH) this.flush();
  }

  /** Sends what there is; called after each pass and before a task reports its end. */
  flush(): void {
    if (this.pending.size === 0) return;
    for (const batch of this.pending.values()) this.send({ type: 'collected', ...batch });
    this.pending.clear();
  }
}
