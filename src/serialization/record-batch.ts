/**
 * Batches of records as frames of columns. Each frame stands for itself.
 *
 *   varint count | timestamps | key groups | column of the records (column-kinds.ts)
 *
 *   timestamps   0: none has one | 1, float64: all equal | 2, float64 first, int32 distance from it each | 3, float64 each
 *   key groups   0: none | 1, uint16 each
 */
import { NO_TIMESTAMP } from '../core/time-constants.js';
import { type ByteReader, corrupt } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';
import { decodeColumn } from './column-decoder.js';
import { encodeColumn } from './column-encoder.js';

const TimestampForm = { NONE: 0, EQUAL: 1, DELTAS: 2, EACH: 3 } as const;

/** Where decoded records go; arrays are reused and may be longer than `count`. */
export interface RecordBatch {
  records: unknown[];
  timestamps: Float64Array;
  keyGroups: Int32Array | null;
  count: number;
}

/** A fresh, empty batch for `decodeBatch`. */
export function newRecordBatch(): RecordBatch {
  return { records: [], timestamps: new Float64Array(0), keyGroups: null, count: 0 };
}

/** Appends `count` records. Throws VALUE_NOT_SERIALIZABLE, RECORD_TOO_LARGE. hot path */
export function encodeBatch(
  records: readonly unknown[],
  timestamps: ArrayLike<number>,
  keyGroups: ArrayLike<number> | null,
  count: number,
  out: ByteWriter,
): void {
  out.writeVarint(count);
  encodeTimestamps(timestamps, count, out);
  encodeKeyGroups(keyGroups, count, out);
  encodeColumn(records, count, out);
}

/** Reads what `encodeBatch` appended. Throws CORRUPT_DATA. hot path */
export function decodeBatch(input: ByteReader, batch: RecordBatch): void {
  const count = input.readVarint();
  if (count > input.remaining) throw corrupt(`a batch of ${count} records in ${input.remaining} bytes`);
  if (batch.timestamps.length < count) batch.timestamps = new Float64Array(roomFor(count));
  decodeTimestamps(input, count, batch.timestamps);
  batch.keyGroups = decodeKeyGroups(input, count, batch);
  decodeColumn(input, count, batch.records);
  for (let i = count; i < batch.count; i++) batch.records[i] = undefined;
  batch.count = count;
}

function encodeTimestamps(timestamps: ArrayLike<number>, count: number, out: ByteWriter): void {
  const first = timestamps[0] as number;
  const form = timestampForm(timestamps, count);
  out.writeUint8(form);
  if (form === TimestampForm.EQUAL) {
    out.writeFloat64(first);
  } else if (form === TimestampForm.DELTAS) {
    out.writeFloat64(first);
    out.ensure(count * 4);
    for (let i = 0; i < count; i++) out.view.setInt32(out.position + 4 * i, (timestamps[i] as number) - first, true);
    out.position += 4 * count;
  } else if (form === TimestampForm.EACH) {
    out.ensure(count * 8);
    for (let i = 0; i < count; i++) out.view.setFloat64(out.position + 8 * i, timestamps[i] as number, true);
    out.position += 8 * count;
  }
}

function timestampForm(timestamps: ArrayLike<number>, count: number): number {
  const first = timestamps[0] as number;
  let isEqual = true;
  let isNear = true;
  for (let i = 0; i < count && isNear; i++) {
    const timestamp = timestamps[i] as number;
    const delta = timestamp - first;
    if (timestamp !== first) isEqual = false;
    isNear = (delta | 0) === delta && first + delta === timestamp;
  }
  if (isNear) return isEqual ? TimestampForm.EQUAL : TimestampForm.DELTAS;
  for (let i = 0; i < count; i++) if (timestamps[i] !== NO_TIMESTAMP) return TimestampForm.EACH;
  return TimestampForm.NONE;
}

function decodeTimestamps(input: ByteReader, count: number, timestamps: Float64Array): void {
  const form = input.readUint8();
  if (form === TimestampForm.NONE) {
    timestamps.fill(NO_TIMESTAMP, 0, count);
  } else if (form === TimestampForm.EQUAL) {
    timestamps.fill(input.readFloat64(), 0, count);
  } else if (form === TimestampForm.DELTAS) {
    const first = input.readFloat64();
    input.need(count * 4);
    for (let i = 0; i < count; i++) timestamps[i] = first + input.view.getInt32(input.position + 4 * i, true);
    input.position += 4 * count;
  } else if (form === TimestampForm.EACH) {
    input.need(count * 8);
    for (let i = 0; i < count; i++) timestamps[i] = input.view.getFloat64(input.position + 8 * i, true);
    input.position += 8 * count;
  } else {
    throw corrupt(`timestamps of form ${form}`);
  }
}

function encodeKeyGroups(keyGroups: ArrayLike<number> | null, count: number, out: ByteWriter): void {
  out.writeUint8(keyGroups === null ? 0 : 1);
  if (keyGroups === null) return;
  out.ensure(count * 2);
  for (let i = 0; i < count; i++) out.view.setUint16(out.position + 2 * i, keyGroups[i] as number, true);
  out.position += 2 * count;
}

function decodeKeyGroups(input: ByteReader, count: number, batch: RecordBatch): Int32Array | null {
  const form = input.readUint8();
  if (form > 1) throw corrupt(`key groups of form ${form}`);
  if (form === 0) return null;
  input.need(count * 2);
  const known = batch.keyGroups;
  const keyGroups = known !== null && known.length >= count ? known : new Int32Array(roomFor(count));
  for (let i = 0; i < count; i++) keyGroups[i] = input.view.getUint16(input.position + 2 * i, true);
  input.position += 2 * count;
  return keyGroups;
}

/** Grows in steps, so that batches of slowly rising size do not allocate each time. */
function roomFor(count: number): number {
  return Math.max(64, 2 ** Math.ceil(Math.log2(count)));
}
