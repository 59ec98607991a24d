/**
 * The records of one channel that wait for their batch: taken apart as they come, so that only their numbers and strings
 * are kept. Records of different layouts may be mixed; their order is kept beside them. The bytes: batch-header.ts.
 */
import { writeKeyGroups, writeTimestamps } from './batch-header.js';
import type { ByteWriter } from './byte-writer.js';
import { resetColumns } from './column-encoder.js';
import { ColumnKind, MAX_BATCH_RECORDS, MAX_UNION_COLUMNS } from './column-kinds.js';
import { GENERAL_LAYOUT, layoutOf } from './record-layout.js';
import { RowStage } from './row-stage.js';

const FIRST_CAPACITY = 32;
/** Layouts that a channel may learn in a row, and batches until it may learn one more: objects as dictionaries have no end. */
const MAX_LEARNED = 64;
const BATCHES_PER_LAYOUT = 16;

export class BatchBuilder {
  /** Records staged, at most MAX_BATCH_RECORDS. */
  count = 0;
  private capacity = FIRST_CAPACITY;
  private timestamps = new Float64Array(FIRST_CAPACITY);
  private keyGroups = new Int32Array(FIRST_CAPACITY);
  /** The stage of each record, by its index; kept up only once the batch has records of two. */
  private order = new Uint8Array(FIRST_CAPACITY);
  private isMixed = false;
  /** The first takes every record; the others are replaced when they were of no use for a whole batch. */
  private stages: RowStage[] = [new RowStage(GENERAL_LAYOUT)];
  private current: RowStage = this.stages[0] as RowStage;
  private currentIndex = 0;
  private learned = 0;
  private batches = 0;

  /**
   * Takes a record; what it refers to must not be changed afterwards. `keyGroup` is -1 for all records or for none. Throws
   * what a getter of the record throws. hot path
   */
  add(record: unknown, timestamp: number, keyGroup: number): void {
    const index = this.count;
    if (index === this.capacity) this.grow();
    const { current } = this;
    if (current.count === current.capacity) current.grow();
    if (this.currentIndex === 0 || !current.append(current, record)) this.addToOther(record);
    if (this.isMixed) this.order[index] = this.currentIndex;
    this.timestamps[index] = timestamp;
    this.keyGroups[index] = keyGroup;
    this.count = index + 1;
  }

  /**
   * Appends records [from, from + count) as a batch. Throws VALUE_NOT_SERIALIZABLE with the path from the record,
   * RECORD_TOO_LARGE.
   */
  write(from: number, count: number, out: ByteWriter): void {
    resetColumns();
    out.writeVarint(count);
    writeTimestamps(this.timestamps, from, count, out);
    writeKeyGroups(this.keyGroups, from, count, out);
    if (this.isMixed) this.writeUnion(from, count, out);
    else this.current.write(from, count, out);
  }

  /** For the next batch. */
  clear(): void {
    this.count = 0;
    this.isMixed = false;
    for (const stage of this.stages) {
      stage.isIdle = stage.count === 0;
      stage.clear();
    }
    if (this.stages.some((stage) => stage.isSuperseded)) this.removeSuperseded();
    if (++this.batches % BATCHES_PER_LAYOUT === 0 && this.learned > 0) this.learned--;
  }

  private removeSuperseded(): void {
    this.stages = this.stages.filter((stage) => !stage.isSuperseded);
    this.currentIndex = Math.max(0, this.stages.indexOf(this.current));
    this.current = this.stages[this.currentIndex] as RowStage;
  }

  private addToOther(record: unknown): void {
    const { stages } = this;
    for (let i = 1; i < stages.length; i++) if (this.tryStage(i, record)) return;
    const learned = this.learn(record);
    if (learned === 0 || !this.tryStage(learned, record)) this.tryStage(0, record);
  }

  private tryStage(index: number, record: unknown): boolean {
    const stage = this.stages[index] as RowStage;
    if (stage.count === stage.capacity) stage.grow();
    if (!stage.append(stage, record)) return false;
    if (!this.isMixed && this.count > 0 && index !== this.currentIndex) {
      this.isMixed = true;
      this.order.fill(this.currentIndex, 0, this.count);
    }
    this.current = stage;
    this.currentIndex = index;
    return true;
  }

  /** Makes a stage for records like this one; 0 when they have to go with those of no layout. */
  private learn(record: unknown): number {
    if (this.learned === MAX_LEARNED) return 0;
    const layout = layoutOf(record);
    if (layout === undefined) return 0;
    const narrower = this.stages.findLast((stage) => stage.layout.hasFieldsOf(layout));
    const learned = this.addStage(new RowStage(narrower?.layout.widenedBy(layout) ?? layout));
    if (learned === 0) return 0;
    this.learned++;
    if (narrower !== undefined) narrower.isSuperseded = true;
    return learned;
  }

  private addStage(stage: RowStage): number {
    if (this.stages.length < MAX_UNION_COLUMNS) return this.stages.push(stage) - 1;
    const idle = this.stages.findIndex((each, i) => i > 0 && each.isIdle && each.count === 0);
    if (idle < 0) return 0;
    this.stages[idle] = stage;
    return idle;
  }

  private writeUnion(from: number, count: number, out: ByteWriter): void {
    const { order, stages } = this;
    const before = new Int32Array(stages.length);
    const within = new Int32Array(stages.length);
    for (let i = 0; i < from; i++) (before[order[i] as number] as number)++;
    for (let i = from; i < from + count; i++) (within[order[i] as number] as number)++;
    const numbers = new Uint8Array(stages.length);
    let numUsed = 0;
    for (let s = 0; s < stages.length; s++) if ((within[s] as number) > 0) numbers[s] = numUsed++;
    if (numUsed > 1) {
      out.writeUint8(ColumnKind.UNION);
      out.writeUint8(numUsed);
      out.ensure(count);
      for (let i = 0; i < count; i++) out.buffer[out.position++] = numbers[order[from + i] as number] as number;
    }
    for (let s = 0; s < stages.length; s++) {
      const stage = stages[s] as RowStage;
      if ((within[s] as number) > 0) stage.write(before[s] as number, within[s] as number, out);
    }
  }

  private grow(): void {
    this.capacity = Math.min(2 * this.capacity, MAX_BATCH_RECORDS);
    this.timestamps = copyOf(this.timestamps, new Float64Array(this.capacity));
    this.keyGroups = copyOf(this.keyGroups, new Int32Array(this.capacity));
    this.order = copyOf(this.order, new Uint8Array(this.capacity));
  }
}

function copyOf<T extends Float64Array | Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
