/**
 * Batches of records as frames of columns, and what comes before the column of the records. Each frame stands for itself.
 *
 *   varint count, at most MAX_BATCH_RECORDS | timestamps | key groups | column of the records (column-kinds.ts)
 *
 *   timestamps   0: none has one | 1, float64: all equal | 2, float64 first, int32 distance from it each | 3, float64 each
 *   key groups   0: none | 1, uint16 each
 */
import { NO_TIMESTAMP } from '../core/time-constants.js';
import { type ByteReader, corrupt } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';

const TimestampForm = { NONE: 0, EQUAL: 1, DELTAS: 2, EACH: 3 } as const;
const NO_KEY_GROUP = -1;

/** Appends timestamps [from, from + count). hot path */
export function writeTimestamps(timestamps: Float64Array, from: number, count: number, out: ByteWriter): void {
  out.ensure(9 + 8 * count);
  const first = timestamps[from] as number;
  const form = timestampForm(timestamps, from, count);
  out.writeUint8(form);
  const { view } = out;
  if (form === TimestampForm.EQUAL) {
    out.writeFloat64(first);
  } else if (form === TimestampForm.DELTAS) {
    out.writeFloat64(first);
    for (let i = 0, at = out.position; i < count; i++, at += 4)
      view.setInt32(at, (timestamps[from + i] as number) - first, true);
    out.position += 4 * count;
  } else if (form === TimestampForm.EACH) {
    for (let i = 0, at = out.position; i < count; i++, at += 8)
      view.setFloat64(at, timestamps[from + i] as number, true);
    out.position += 8 * count;
  }
}

function timestampForm(timestamps: Float64Array, from: number, count: number): number {
  const first = timestamps[from] as number;
  let isEqual = true;
  let isNear = true;
  for (let i = from; i < from + count && isNear; i++) {
    const timestamp = timestamps[i] as number;
    const delta = timestamp - first;
    if (timestamp !== first) isEqual = false;
    isNear = (delta | 0) === delta && first + delta === timestamp;
  }
  if (isNear) return isEqual ? TimestampForm.EQUAL : TimestampForm.DELTAS;
  for (let i = from; i < from + count; i++) if (timestamps[i] !== NO_TIMESTAMP) return TimestampForm.EACH;
  return TimestampForm.NONE;
}

/** Appends key groups [from, from + count), which are -1 for all records or for none. hot path */
export function writeKeyGroups(keyGroups: Int32Array, from: number, count: number, out: ByteWriter): void {
  out.ensure(1 + 2 * count);
  const isKeyed = keyGroups[from] !== NO_KEY_GROUP;
  out.writeUint8(isKeyed ? 1 : 0);
  if (!isKeyed) return;
  const { view } = out;
  for (let i = 0, at = out.position; i < count; i++, at += 2) view.setUint16(at, keyGroups[from + i] as number, true);
  out.position += 2 * count;
}

/** Fills timestamps [0, count). Throws CORRUPT_DATA. hot path */
export function readTimestamps(input: ByteReader, count: number, timestamps: Float64Array): void {
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

/** Fills key groups [0, count) and answers true, or false where the records are not keyed. Throws CORRUPT_DATA. hot path */
export function readKeyGroups(input: ByteReader, count: number, keyGroups: Int32Array): boolean {
  const form = input.readUint8();
  if (form > 1) throw corrupt(`key groups of form ${form}`);
  if (form === 0) return false;
  input.need(count * 2);
  const { view } = input;
  for (let i = 0, at = input.position; i < count; i++, at += 2) keyGroups[i] = view.getUint16(at, true);
  input.position += 2 * count;
  return true;
}
