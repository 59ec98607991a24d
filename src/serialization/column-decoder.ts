/** Reads the columns that column-encoder.ts wrote. Bounded as the value decoder: ends with values or CORRUPT_DATA. */
import { type ByteReader, corrupt } from './byte-reader.js';
import { ColumnKind, MAX_COLUMN_DEPTH, MAX_TUPLE_COLUMNS, Presence } from './column-kinds.js';
import { readShape } from './object-shape.js';
import { objectFactory, type RecordFactory, tupleFactory } from './record-factory.js';
import { ValueDecoder } from './value-decoder.js';

/** Room for the numbers of one column, used by one batch after the other: they stay unboxed until they are in their record. */
class ColumnRoom {
  private ints = new Int32Array(0);
  private doubles = new Float64Array(0);

  int32(count: number): Int32Array {
    if (this.ints.length < count) this.ints = new Int32Array(2 * count);
    return this.ints;
  }

  float64(count: number): Float64Array {
    if (this.doubles.length < count) this.doubles = new Float64Array(2 * count);
    return this.doubles;
  }
}

const decoder = new ValueDecoder();
/** By depth, then by column. */
const rooms: ColumnRoom[][] = [];
const factories = new WeakMap<readonly string[], RecordFactory>();

/** Fills `values[0, count)`. Throws CORRUPT_DATA. hot path */
export function decodeColumn(input: ByteReader, count: number, values: unknown[]): void {
  decoder.reset();
  readColumn(input.readUint8(), input, count, 0, values);
}

/** Returns `values`. */
function readColumn(kind: number, input: ByteReader, count: number, depth: number, values: unknown[]): unknown[] {
  switch (kind) {
    case ColumnKind.GENERAL:
      for (let i = 0; i < count; i++) values[i] = decoder.decode(input);
      return values;
    case ColumnKind.INT32:
      return readInt32(input, count, values);
    case ColumnKind.FLOAT64:
      return readFloat64(input, count, values);
    case ColumnKind.BOOLEAN:
      return readBooleans(input, count, values);
    case ColumnKind.BIGINT64:
      return readBigInt64(input, count, values);
    case ColumnKind.DATE:
      return readDates(input, count, values);
    case ColumnKind.LATIN1:
    case ColumnKind.UTF16:
      return readStrings(kind, input, count, values);
    case ColumnKind.OBJECT:
      return readObjects(input, count, depth, values);
    case ColumnKind.TUPLE:
      return readTuples(input, count, depth, values);
    case ColumnKind.SPARSE:
      return readSparse(input, count, depth, values);
    default:
      throw corrupt(`byte ${input.position - 1} is ${kind}, which stands for no kind of column`);
  }
}

function readInt32(input: ByteReader, count: number, values: unknown[]): unknown[] {
  const start = take(input, count * 4);
  const { view } = input;
  for (let i = 0; i < count; i++) values[i] = view.getInt32(start + 4 * i, true);
  return values;
}

function readFloat64(input: ByteReader, count: number, values: unknown[]): unknown[] {
  const start = take(input, count * 8);
  const { view } = input;
  for (let i = 0; i < count; i++) values[i] = view.getFloat64(start + 8 * i, true);
  return values;
}

/** As readInt32; apart from it, because V8 makes slow code of a loop that meets arrays of several kinds. */
function readUnboxedInt32(input: ByteReader, count: number, values: Int32Array): Int32Array {
  const start = take(input, count * 4);
  const { view } = input;
  for (let i = 0; i < count; i++) values[i] = view.getInt32(start + 4 * i, true);
  return values;
}

/** As readFloat64. */
function readUnboxedFloat64(input: ByteReader, count: number, values: Float64Array): Float64Array {
  const start = take(input, count * 8);
  const { view } = input;
  for (let i = 0; i < count; i++) values[i] = view.getFloat64(start + 8 * i, true);
  return values;
}

function readBooleans(input: ByteReader, count: number, values: unknown[]): unknown[] {
  const start = take(input, count);
  const { buffer } = input;
  for (let i = 0; i < count; i++) values[i] = buffer[start + i] === 1;
  return values;
}

function readBigInt64(input: ByteReader, count: number, values: unknown[]): unknown[] {
  const start = take(input, count * 8);
  const { view } = input;
  for (let i = 0; i < count; i++) values[i] = view.getBigInt64(start + 8 * i, true);
  return values;
}

function readDates(input: ByteReader, count: number, values: unknown[]): unknown[] {
  const start = take(input, count * 8);
  const { view } = input;
  for (let i = 0; i < count; i++) values[i] = new Date(view.getFloat64(start + 8 * i, true));
  return values;
}

/** Strings of 13 characters and more are slices of all characters of the column: what goes into state is copied there. */
function readStrings(kind: number, input: ByteReader, count: number, values: unknown[]): unknown[] {
  const width = input.readUint8();
  if (width !== 1 && width !== 4) throw corrupt(`lengths of ${width} bytes`);
  const lengthsAt = take(input, count * width);
  const { buffer, view } = input;
  let characters = 0;
  if (width === 1) for (let i = 0; i < count; i++) characters += buffer[lengthsAt + i] as number;
  else for (let i = 0; i < count; i++) characters += view.getUint32(lengthsAt + 4 * i, true);
  const joined = kind === ColumnKind.LATIN1 ? input.readLatin1(characters) : input.readUtf16(characters);
  let from = 0;
  for (let i = 0; i < count; i++) {
    const to = from + (width === 1 ? (buffer[lengthsAt + i] as number) : view.getUint32(lengthsAt + 4 * i, true));
    values[i] = joined.substring(from, to);
    from = to;
  }
  return values;
}

function readObjects(input: ByteReader, count: number, depth: number, values: unknown[]): unknown[] {
  checkDepth(depth);
  const keys = readShape(input);
  const factory = factoryOf(keys);
  factory(readColumns(input, keys.length, count, depth), count, values);
  return values;
}

function readTuples(input: ByteReader, count: number, depth: number, values: unknown[]): unknown[] {
  checkDepth(depth);
  const length = input.readUint8();
  if (length === 0 || length > MAX_TUPLE_COLUMNS) throw corrupt(`tuples of ${length} elements`);
  tupleFactory(length)(readColumns(input, length, count, depth), count, values);
  return values;
}

/** Other values go to new arrays: young objects in old ones cost the garbage collector more than a new array does. */
function readColumns(
  input: ByteReader,
  numColumns: number,
  count: number,
  depth: number,
): readonly ArrayLike<unknown>[] {
  const roomsHere = (rooms[depth] ??= []);
  const columns: ArrayLike<unknown>[] = [];
  for (let c = 0; c < numColumns; c++) {
    const room = (roomsHere[c] ??= new ColumnRoom());
    const kind = input.readUint8();
    if (kind === ColumnKind.INT32) columns.push(readUnboxedInt32(input, count, room.int32(count)));
    else if (kind === ColumnKind.FLOAT64) columns.push(readUnboxedFloat64(input, count, room.float64(count)));
    else columns.push(readColumn(kind, input, count, depth + 1, new Array<unknown>(count)));
  }
  return columns;
}

/** Reads the present values to the front and moves each to its place, from the back. */
function readSparse(input: ByteReader, count: number, depth: number, values: unknown[]): unknown[] {
  const start = take(input, count);
  const { buffer } = input;
  let numPresent = 0;
  for (let i = 0; i < count; i++) if (buffer[start + i] === Presence.PRESENT) numPresent++;
  const kind = input.readUint8();
  if (kind === ColumnKind.SPARSE) throw corrupt('a sparse column in a sparse column');
  readColumn(kind, input, numPresent, depth, values);
  let from = numPresent;
  for (let i = count - 1; i >= 0; i--) {
    const presence = buffer[start + i];
    values[i] = presence === Presence.PRESENT ? values[--from] : presence === Presence.NULL ? null : undefined;
  }
  return values;
}

/** How objects of these keys are made; found by identity, which lasts as long as the shape is remembered. */
function factoryOf(keys: readonly string[]): RecordFactory {
  let factory = factories.get(keys);
  if (factory === undefined) {
    if (keys.length === 0 || keys.includes('__proto__')) throw corrupt('a shape that is never written as columns');
    factory = objectFactory(keys);
    factories.set(keys, factory);
  }
  return factory;
}

function checkDepth(depth: number): void {
  if (depth >= MAX_COLUMN_DEPTH) throw corrupt(`columns are nested more than ${MAX_COLUMN_DEPTH} levels deep`);
}

/** Where the next `bytes` begin; the reader moves past them. */
function take(input: ByteReader, bytes: number): number {
  input.need(bytes);
  const start = input.position;
  input.position = start + bytes;
  return start;
}
