/** Reads the batches of one channel, one after the other, into the same places. The bytes: batch-header.ts. */
import { readKeyGroups, readTimestamps } from './batch-header.js';
import { type ByteReader, corrupt } from './byte-reader.js';
import { ColumnDecoder } from './column-decoder.js';
import { MAX_BATCH_RECORDS } from './column-kinds.js';

export class BatchReader {
  /** An array of its own for each batch. */
  records: unknown[] = [];
  /** Longer than `count` where an earlier batch was. */
  timestamps = new Float64Array(0);
  /** null when the records are not keyed; may be longer than `count`. */
  keyGroups: Int32Array | null = null;
  count = 0;
  private keyGroupRoom = new Int32Array(0);
  private readonly columns = new ColumnDecoder();

  /** Reads a batch. Throws CORRUPT_DATA. hot path */
  read(input: ByteReader): void {
    const count = input.readVarint();
    if (count > MAX_BATCH_RECORDS) throw corrupt(`a batch of ${count} records`);
    if (this.timestamps.length < count) this.makeRoom(2 ** Math.ceil(Math.log2(count)));
    readTimestamps(input, count, this.timestamps);
    this.keyGroups = readKeyGroups(input, count, this.keyGroupRoom) ? this.keyGroupRoom : null;
    this.records = this.columns.decode(input, count);
    this.count = count;
  }

  private makeRoom(count: number): void {
    this.timestamps = new Float64Array(count);
    this.keyGroupRoom = new Int32Array(count);
  }
}
