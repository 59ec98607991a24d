/**
 * Reads the columns that column-encoder.ts and row-stage.ts wrote. Bounded: whatever the bytes, it ends with values or
 * CORRUPT_DATA. One a channel, because it keeps the dictionaries that come with each batch.
 */
import { type ByteReader, corrupt } from './byte-reader.js';
import { ColumnKind, MAX_COLUMN_DEPTH, MAX_TUPLE_COLUMNS, MAX_UNION_COLUMNS, Presence } from './column-kinds.js';
import { DictionaryReader } from './dictionary-reader.js';
import { readShape } from './object-shape.js';
import { type RecordFactory, factoryOf, tupleFactory } from './record-factory.js';
import { readStrings } from './string-column.js';
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
/** By depth, then by column; all channels of the thread use them in turn. */
const rooms: ColumnRoom[][] = [];

export class ColumnDecoder {
  /** In the order in which dictionaries come in a batch. */
  private readonly dictionaries: DictionaryReader[] = [];
  private dictionariesRead = 0;

  /** The values of a batch's column. Throws CORRUPT_DATA. hot path */
  decode(input: ByteReader, count: number): unknown[] {
    decoder.reset();
    this.dictionariesRead = 0;
    const kind = input.readUint8();
    return kind === ColumnKind.UNION ? this.readUnion(input, count) : this.readColumn(kind, input, count, 0);
  }

  /** Young values in an old array would cost the garbage collector more than a new array does. */
  private readColumn(kind: number, input: ByteReader, count: number, depth: number): unknown[] {
    const values = new Array<unknown>(count);
    switch (kind) {
      case ColumnKind.GENERAL:
        for (let i = 0; i < count; i++) values[i] = decoder.decode(input);
        return values;
      case ColumnKind.INT32:
        return readInt32(input, count, values);
      case ColumnKind.FLOAT64:
        return readFloat64(input, count, values);
      case ColumnKind.NEAR:
        return readNear(input, count, values);
      case ColumnKind.BOOLEAN:
        return readBooleans(input, count, values);
      case ColumnKind.BIGINT64:
        return readBigInt64(input, count, values);
      case ColumnKind.DATE:
        return readDates(input, count, values);
      case ColumnKind.LATIN1:
      case ColumnKind.UTF16:
        return readStrings(kind, input, count, values);
      case ColumnKind.DICTIONARY:
        return this.nextDictionary().read(input, count, values);
      case ColumnKind.OBJECT:
        return this.readObjects(input, count, depth, values);
      case ColumnKind.TUPLE:
        return this.readTuples(input, count, depth, values);
      case ColumnKind.SPARSE:
        return this.readSparse(input, count, depth, values);
      default:
        throw corrupt(`byte ${input.position - 1} is ${kind}, which stands for no kind of column`);
    }
  }

  private nextDictionary(): DictionaryReader {
    return (this.dictionaries[this.dictionariesRead++] ??= new DictionaryReader());
  }

  private readObjects(input: ByteReader, count: number, depth: number, values: unknown[]): unknown[] {
    const keys = readShape(input);
    this.assemble(factoryOf(keys), keys.length, input, count, depth, values);
    return values;
  }

  private readTuples(input: ByteReader, count: number, depth: number, values: unknown[]): unknown[] {
    const length = input.readUint8();
    if (length === 0 || length > MAX_TUPLE_COLUMNS) throw corrupt(`tuples of ${length} elements`);
    this.assemble(tupleFactory(length), length, input, count, depth, values);
    return values;
  }

  private assemble(
    factory: RecordFactory,
    numColumns: number,
    input: ByteReader,
    count: number,
    depth: number,
    values: unknown[],
  ): void {
    if (depth >= MAX_COLUMN_DEPTH) throw corrupt(`columns are nested more than ${MAX_COLUMN_DEPTH} levels deep`);
    const roomsHere = (rooms[depth] ??= []);
    const columns: ArrayLike<unknown>[] = [];
    for (let c = 0; c < numColumns; c++) {
      const room = (roomsHere[c] ??= new ColumnRoom());
      const kind = input.readUint8();
      if (kind === ColumnKind.INT32) columns.push(readUnboxedInt32(input, count, room.int32(count)));
      else if (kind === ColumnKind.NEAR) columns.push(readUnboxedNear(input, count, room.float64(count)));
      else if (kind === ColumnKind.FLOAT64) columns.push(readUnboxedFloat64(input, count, room.float64(count)));
      else columns.push(this.readColumn(kind, input, count, depth + 1));
    }
    factory(columns, count, values);
  }

  /** Reads the present values and moves each to its place. */
  private readSparse(input: ByteReader, count: number, depth: number, values: unknown[]): unknown[] {
    const start = take(input, count);
    const { buffer } = input;
    let numPresent = 0;
    for (let i = 0; i < count; i++) if (buffer[start + i] === Presence.PRESENT) numPresent++;
    const kind = input.readUint8();
    if (kind === ColumnKind.SPARSE) throw corrupt('a sparse column in a sparse column');
    const present = this.readColumn(kind, input, numPresent, depth);
    let from = 0;
    for (let i = 0; i < count; i++) {
      const presence = buffer[start + i];
      values[i] = presence === Presence.PRESENT ? present[from++] : presence === Presence.NULL ? null : undefined;
    }
    return values;
  }

  private readUnion(input: ByteReader, count: number): unknown[] {
    const numColumns = input.readUint8();
    if (numColumns > MAX_UNION_COLUMNS) throw corrupt(`a union of ${numColumns} columns`);
    const start = take(input, count);
    const { buffer } = input;
    const counts = new Int32Array(numColumns);
    for (let i = 0; i < count; i++) {
      const column = buffer[start + i] as number;
      if (column >= numColumns) throw corrupt(`column ${column} of a union of ${numColumns}`);
      (counts[column] as number)++;
    }
    const columns = Array.from(counts, (each) => this.readColumn(input.readUint8(), input, each, 0));
    const next = new Int32Array(numColumns);
    return Array.from({ length: count }, (_, i) => {
      const column = buffer[start + i] as number;
      return columns[column]?.[(next[column] as number)++];
    });
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

function readNear(input: ByteReader, count: number, values: unknown[]): unknown[] {
  const first = input.readFloat64();
  const start = take(input, count * 4);
  const { view } = input;
  for (let i = 0; i < count; i++) values[i] = first + view.getInt32(start + 4 * i, true);
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

/** As readNear. */
function readUnboxedNear(input: ByteReader, count: number, values: Float64Array): Float64Array {
  const first = input.readFloat64();
  const start = take(input, count * 4);
  const { view } = input;
  for (let i = 0; i < count; i++) values[i] = first + view.getInt32(start + 4 * i, true);
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

/** Where the next `bytes` begin; the reader moves past them. */
function take(input: ByteReader, bytes: number): number {
  input.need(bytes);
  const start = input.position;
  input.position = start + bytes;
  return start;
}
