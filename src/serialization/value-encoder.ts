/**
 * Writes plain data in a self-describing form that ValueDecoder gives back as it was. Learns the shapes of objects: the
 * keys of one are written once in a stream. Properties with symbols as keys are not data; references shared inside a
 * value come back as copies.
 */
import { FlinkError, isFlinkError } from '../core/errors.js';
import { type ByteWriter, isLatin1 } from './byte-writer.js';
import { findUnserializable, typedArrayKind } from './find-unserializable.js';
import { MAX_SHAPE_KEYS, sameKeys, ShapeTable, type WrittenShape } from './object-shape.js';
import { MAX_DEPTH, MAX_SHAPES, Tag } from './value-tags.js';

const SHORT_STRING = 24;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

export class ValueEncoder {
  private readonly table = new ShapeTable();
  /** Those announced in this stream; the number of a shape is its index. */
  private readonly announced: WrittenShape[] = [];
  private stream = 0;
  private last: WrittenShape | undefined;

  /** Begins a new stream: the decoder has to do so at the same place. */
  reset(): void {
    if (this.announced.length === 0) return;
    this.announced.length = 0;
    this.stream++;
  }

  /**
   * Appends the value. On an error nothing has been appended and no shape learned.
   * Throws VALUE_NOT_SERIALIZABLE with the path of what cannot be written, RECORD_TOO_LARGE. hot path
   */
  encode(value: unknown, out: ByteWriter): void {
    const start = out.position;
    const shapes = this.announced.length;
    try {
      this.write(value, out, 0);
    } catch (error) {
      out.position = start;
      this.withdraw(shapes);
      if (isFlinkError(error)) throw error;
      throw notSerializable(value, error);
    }
  }

  private write(value: unknown, out: ByteWriter, depth: number): void {
    switch (typeof value) {
      case 'string':
        return writeString(value, out);
      case 'number':
        return writeNumber(value, out);
      case 'boolean':
        return out.writeUint8(value ? Tag.TRUE : Tag.FALSE);
      case 'undefined':
        return out.writeUint8(Tag.UNDEFINED);
      case 'bigint':
        return writeBigint(value, out);
      case 'object':
        if (value === null) return out.writeUint8(Tag.NULL);
        if (depth >= MAX_DEPTH) throw new UnserializableError();
        return this.writeObject(value, out, depth + 1);
      default:
        throw new UnserializableError();
    }
  }

  private writeObject(value: object, out: ByteWriter, depth: number): void {
    switch (Object.getPrototypeOf(value)) {
      case Object.prototype:
        return this.writePlain(value as Readonly<Record<string, unknown>>, out, depth);
      case Array.prototype:
        return this.writeArray(value as readonly unknown[], out, depth);
      case Date.prototype:
        out.writeUint8(Tag.DATE);
        return out.writeFloat64((value as Date).getTime());
      case Map.prototype:
        return this.writeMap(value as ReadonlyMap<unknown, unknown>, out, depth);
      case Set.prototype:
        return this.writeSet(value as ReadonlySet<unknown>, out, depth);
      case null:
        return this.writeEntries(
          Tag.NULL_PROTO,
          value as Readonly<Record<string, unknown>>,
          Object.keys(value),
          out,
          depth,
        );
      default:
        return writeTypedArray(value, out);
    }
  }

  private writePlain(value: Readonly<Record<string, unknown>>, out: ByteWriter, depth: number): void {
    const keys = Object.keys(value);
    if (keys.length > MAX_SHAPE_KEYS) return this.writeEntries(Tag.DICTIONARY, value, keys, out, depth);
    const shape = this.last !== undefined && sameKeys(this.last.keys, keys) ? this.last : this.table.shapeOf(keys);
    this.last = shape;
    if (shape.stream === this.stream) {
      out.writeUint8(Tag.OBJECT);
      out.writeVarint(shape.number);
    } else if (!this.announce(shape, out)) {
      return this.writeEntries(Tag.DICTIONARY, value, keys, out, depth);
    }
    for (let i = 0; i < keys.length; i++) this.write(value[keys[i] as string], out, depth);
  }

  /** False when the stream has as many shapes as it may. */
  private announce(shape: WrittenShape, out: ByteWriter): boolean {
    if (this.announced.length === MAX_SHAPES) return false;
    shape.stream = this.stream;
    shape.number = this.announced.push(shape) - 1;
    out.writeUint8(Tag.NEW_SHAPE);
    out.writeBytes(shape.bytes);
    return true;
  }

  private withdraw(from: number): void {
    for (const shape of this.announced.splice(from)) shape.stream = -1;
  }

  private writeEntries(
    tag: number,
    value: Readonly<Record<string, unknown>>,
    keys: readonly string[],
    out: ByteWriter,
    depth: number,
  ): void {
    out.writeUint8(tag);
    out.writeVarint(keys.length);
    for (const key of keys) {
      writeString(key, out);
      this.write(value[key], out, depth);
    }
  }

  private writeArray(value: readonly unknown[], out: ByteWriter, depth: number): void {
    if (!Array.isArray(value)) throw new UnserializableError();
    const length = value.length;
    out.writeUint8(Tag.ARRAY);
    out.writeVarint(length);
    for (let i = 0; i < length; i++) {
      const element: unknown = value[i];
      if (element === undefined && !(i in value)) out.writeUint8(Tag.HOLE);
      else this.write(element, out, depth);
    }
  }

  private writeMap(value: ReadonlyMap<unknown, unknown>, out: ByteWriter, depth: number): void {
    out.writeUint8(Tag.MAP);
    out.writeVarint(value.size);
    for (const [key, element] of value) {
      this.write(key, out, depth);
      this.write(element, out, depth);
    }
  }

  private writeSet(value: ReadonlySet<unknown>, out: ByteWriter, depth: number): void {
    out.writeUint8(Tag.SET);
    out.writeVarint(value.size);
    for (const element of value) this.write(element, out, depth);
  }
}

/** Unwinds to `encode`, which then looks for the path. */
class UnserializableError extends Error {}

function writeNumber(value: number, out: ByteWriter): void {
  const int = value | 0;
  if (int === value && !(int === 0 && Object.is(value, -0))) {
    out.writeUint8(Tag.INT);
    out.writeVarint(((int << 1) ^ (int >> 31)) >>> 0);
  } else {
    out.writeUint8(Tag.DOUBLE);
    out.writeFloat64(value);
  }
}

function writeString(text: string, out: ByteWriter): void {
  const length = text.length;
  if (length <= SHORT_STRING && writeShortLatin1(text, out)) return;
  const oneByte = isLatin1(text);
  out.writeUint8(oneByte ? Tag.LATIN1 : Tag.UTF16);
  out.writeVarint(length);
  if (oneByte) out.writeLatin1(text);
  else out.writeUtf16(text);
}

/** In place, which is cheaper than a call into native code; false, with nothing written, for other characters. */
function writeShortLatin1(text: string, out: ByteWriter): boolean {
  const length = text.length;
  out.ensure(length + 2);
  const { buffer, position } = out;
  let seen = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    seen |= code;
    buffer[position + 2 + i] = code;
  }
  if (seen > 0xff) return false;
  buffer[position] = Tag.LATIN1;
  buffer[position + 1] = length;
  out.position = position + 2 + length;
  return true;
}

function writeBigint(value: bigint, out: ByteWriter): void {
  if (value >= INT64_MIN && value <= INT64_MAX) {
    out.writeUint8(Tag.BIGINT64);
    out.writeBigInt64(value);
    return;
  }
  const hex = (value < 0n ? -value : value).toString(16);
  const magnitude = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  out.writeUint8(Tag.BIGINT);
  out.writeUint8(value < 0n ? 1 : 0);
  out.writeVarint(magnitude.length);
  out.writeBytes(magnitude);
}

function writeTypedArray(value: object, out: ByteWriter): void {
  if (!ArrayBuffer.isView(value)) throw new UnserializableError();
  const kind = typedArrayKind(value);
  if (kind < 0) throw new UnserializableError();
  out.writeUint8(Tag.TYPED_ARRAY);
  out.writeUint8(kind);
  out.writeVarint(value.byteLength);
  out.writeBytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
}

function notSerializable(value: unknown, cause: unknown): FlinkError {
  const found = findUnserializable(value);
  const userError = cause instanceof UnserializableError ? {} : { cause };
  return new FlinkError('VALUE_NOT_SERIALIZABLE', `${found.what} at ${found.path} cannot be serialized`, {
    domain: 'user',
    remedy:
      'Records and state are plain data: objects, arrays, strings, numbers, bigint, booleans, null, undefined, Date, Map, Set and typed arrays.',
    details: { path: found.path, found: found.what },
    ...userError,
  });
}
