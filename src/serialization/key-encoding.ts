/**
 * Canonical bytes of keys, their equality and their key group. Two keys are the same key exactly if their bytes are.
 * Mirrors: KeyGroupRangeAssignment, with a hash over canonical bytes in place of hashCode().
 *
 * A key is a sequence of parts; each part is a little-endian header word and its payload:
 *
 *   string   1 | byteLength << 4      UTF-8; a lone surrogate as its three-byte form, so that it stays distinct
 *   number   2                        float64, -0 as 0
 *   Date     3                        float64 milliseconds
 *   boolean  4 | value << 4           nothing
 *   bigint   5 | byteLength << 4      sign byte, then the magnitude, lowest byte first
 *   tuple    6 | count << 4           its parts
 */
import { FlinkError } from '../core/errors.js';
import { finishHash, mixTail, mixWord, murmur3 } from './murmur-hash.js';
import { renderValue } from './render-value.js';

export type KeyValuePart = string | number | bigint | boolean | Date;
/** What may be a key: the api's Key. */
export type KeyValue = KeyValuePart | readonly KeyValuePart[];

/** Rises when canonical bytes or hash change: state written under another version has other key groups. */
export const HASH_VERSION = 1;

const STRING = 1;
const NUMBER = 2;
const DATE = 3;
const BOOLEAN = 4;
const BIGINT = 5;
const TUPLE = 6;
/** Lengths fit the 28 bits beside the tag. */
const MAX_PART_BYTES = 0x07ff_ffff;
const MAX_STRING_LENGTH = Math.floor(MAX_PART_BYTES / 3);
const MAX_TUPLE_PARTS = 0xffff;
const SCRATCH_BYTES = 256;
const SCRATCH_BYTES_KEPT = 1 << 20;

const doubleBits = new Float64Array(1);
const doubleWords = new Int32Array(doubleBits.buffer);
doubleBits[0] = 1;
/** Index of the low word of a double; 1 on big-endian hosts. */
const LOW = doubleWords[0] === 0 ? 0 : 1;
const HIGH = 1 - LOW;

/** Key group of a key in [0, maxParallelism). `record` only serves the error. Throws INVALID_KEY. hot path */
export function keyGroupFor(key: KeyValue, maxParallelism: number, record?: unknown): number {
  return (hashKey(key, record) >>> 0) % maxParallelism;
}

/** MurmurHash3 of the canonical bytes, signed 32 bit; strings in ASCII and numbers without making the bytes. hot path */
export function hashKey(key: KeyValue, record?: unknown): number {
  if (typeof key === 'number') return hashNumber(key, record);
  if (typeof key === 'string') {
    const hash = hashAscii(key);
    if (hash !== undefined) return hash;
  }
  const length = encodeIntoScratch(key, record);
  return murmur3(scratch, 0, length);
}

/** The canonical bytes, freshly allocated. Throws INVALID_KEY. */
export function encodeKey(key: KeyValue, record?: unknown): Uint8Array {
  const length = encodeIntoScratch(key, record);
  return scratch.slice(0, length);
}

/** Whether two keys have the same canonical bytes. */
export function keysEqual(left: KeyValue, right: KeyValue): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object') return false;
  if (left instanceof Date) return right instanceof Date && left.getTime() === right.getTime();
  if (right instanceof Date || left.length !== right.length) return false;
  for (let i = 0; i < left.length; i++) {
    if (!keysEqual(left[i] as KeyValuePart, right[i] as KeyValuePart)) return false;
  }
  return true;
}

/** Throws INVALID_KEY, with the record when given, unless the value may be a key. */
export function checkKey(key: unknown, record?: unknown): asserts key is KeyValue {
  encodeIntoScratch(key as KeyValue, record);
}

/** The subtask that owns a key group: Flink's formula. */
export function operatorIndexForKeyGroup(maxParallelism: number, parallelism: number, keyGroup: number): number {
  return Math.floor((keyGroup * parallelism) / maxParallelism);
}

/** First and last key group, both inclusive. Empty (end < start) only if parallelism exceeds max parallelism. */
export interface KeyGroupRange {
  readonly start: number;
  readonly end: number;
}

/** The key groups of one subtask: Flink's formula. */
export function keyGroupRange(maxParallelism: number, parallelism: number, operatorIndex: number): KeyGroupRange {
  return {
    start: Math.floor((operatorIndex * maxParallelism + parallelism - 1) / parallelism),
    end: Math.floor(((operatorIndex + 1) * maxParallelism - 1) / parallelism),
  };
}

function hashNumber(key: number, record: unknown): number {
  if (!Number.isFinite(key)) throw invalidKey(key, record);
  doubleBits[0] = key + 0;
  const hash = mixWord(mixWord(mixWord(0, NUMBER), doubleWords[LOW] as number), doubleWords[HIGH] as number);
  return finishHash(hash, 12);
}

/** The hash of a string if it is ASCII, else undefined. */
function hashAscii(key: string): number | undefined {
  const length = key.length;
  if (length > MAX_STRING_LENGTH) return undefined;
  let hash = mixWord(0, STRING | (length << 4));
  let seen = 0;
  let i = 0;
  for (const wordsEnd = length & ~3; i < wordsEnd; i += 4) {
    const c0 = key.charCodeAt(i);
    const c1 = key.charCodeAt(i + 1);
    const c2 = key.charCodeAt(i + 2);
    const c3 = key.charCodeAt(i + 3);
    seen |= c0 | c1 | c2 | c3;
    hash = mixWord(hash, c0 | (c1 << 8) | (c2 << 16) | (c3 << 24));
  }
  let tail = 0;
  for (let shift = 0; i < length; i++, shift += 8) {
    const c = key.charCodeAt(i);
    seen |= c;
    tail |= c << shift;
  }
  return seen < 0x80 ? finishHash(mixTail(hash, tail), length + 4) : undefined;
}

let scratch = new Uint8Array(SCRATCH_BYTES);
let scratchView = new DataView(scratch.buffer);
let position = 0;

/** Writes the canonical bytes to `scratch` and returns their length. */
function encodeIntoScratch(key: KeyValue, record: unknown): number {
  position = 0;
  if (scratch.length > SCRATCH_BYTES_KEPT) replaceScratch(SCRATCH_BYTES);
  if (Array.isArray(key)) {
    if (key.length > MAX_TUPLE_PARTS) throw invalidKey(key, record);
    writeWord(TUPLE | (key.length << 4));
    for (let i = 0; i < key.length; i++) writePart(key[i] as KeyValuePart, key, record);
  } else {
    writePart(key as KeyValuePart, key, record);
  }
  return position;
}

function writePart(part: KeyValuePart, key: KeyValue, record: unknown): void {
  if (typeof part === 'string') writeString(part, key, record);
  else if (typeof part === 'number' && Number.isFinite(part)) writeDouble(NUMBER, part + 0);
  else if (typeof part === 'boolean') writeWord(BOOLEAN | (part ? 16 : 0));
  else if (typeof part === 'bigint') writeBigint(part, key, record);
  else if (part instanceof Date && !Number.isNaN(part.getTime())) writeDouble(DATE, part.getTime());
  else throw invalidKey(key, record);
}

function writeString(text: string, key: KeyValue, record: unknown): void {
  if (text.length > MAX_STRING_LENGTH) throw invalidKey(key, record);
  reserve(4 + text.length * 3);
  const header = position;
  position += 4;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      scratch[position++] = unit;
      continue;
    }
    const code = text.codePointAt(i) as number;
    if (code > 0xffff) i++;
    writeCodePoint(code);
  }
  scratchView.setInt32(header, STRING | ((position - header - 4) << 4), true);
}

/** UTF-8 beyond ASCII, except that a lone surrogate is written like any other character of three bytes. */
function writeCodePoint(code: number): void {
  if (code < 0x800) {
    scratch[position++] = 0xc0 | (code >> 6);
    scratch[position++] = 0x80 | (code & 0x3f);
  } else if (code < 0x10000) {
    scratch[position++] = 0xe0 | (code >> 12);
    scratch[position++] = 0x80 | ((code >> 6) & 0x3f);
    scratch[position++] = 0x80 | (code & 0x3f);
  } else {
    scratch[position++] = 0xf0 | (code >> 18);
    scratch[position++] = 0x80 | ((code >> 12) & 0x3f);
    scratch[position++] = 0x80 | ((code >> 6) & 0x3f);
    scratch[position++] = 0x80 | (code & 0x3f);
  }
}

function writeBigint(value: bigint, key: KeyValue, record: unknown): void {
  const hex = (value < 0n ? -value : value).toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').reverse();
  if (bytes.length >= MAX_PART_BYTES) throw invalidKey(key, record);
  writeWord(BIGINT | ((bytes.length + 1) << 4));
  reserve(bytes.length + 1);
  scratch[position++] = value < 0n ? 1 : 0;
  scratch.set(bytes, position);
  position += bytes.length;
}

function writeDouble(kind: number, value: number): void {
  writeWord(kind);
  reserve(8);
  scratchView.setFloat64(position, value, true);
  position += 8;
}

function writeWord(word: number): void {
  reserve(4);
  scratchView.setInt32(position, word, true);
  position += 4;
}

function reserve(bytes: number): void {
  if (position + bytes <= scratch.length) return;
  const written = scratch.subarray(0, position);
  replaceScratch(Math.max(scratch.length * 2, position + bytes));
  scratch.set(written);
}

function replaceScratch(bytes: number): void {
  scratch = new Uint8Array(bytes);
  scratchView = new DataView(scratch.buffer);
}

function invalidKey(key: unknown, record: unknown): FlinkError {
  const ofRecord = record === undefined ? '' : ` of record ${renderValue(record)}`;
  return new FlinkError('INVALID_KEY', `${renderValue(key)} cannot be the key${ofRecord}`, {
    domain: 'user',
    remedy:
      'A key is a string, finite number, bigint, boolean, valid Date, or a tuple of these: filter the record out before keyBy, or make a key that it has.',
    details: { key: renderValue(key), ...(record === undefined ? {} : { record: renderValue(record) }) },
  });
}
