/**
 * Reads what ValueEncoder wrote, in the same order from the same place of the stream. Bounded: whatever the bytes, it
 * allocates in proportion to their number, and ends with a value or CORRUPT_DATA.
 */
import { isFlinkError } from '../core/errors.js';
import { type ByteReader, corrupt } from './byte-reader.js';
import { readShape } from './object-shape.js';
import { BUFFER_INDEX, MAX_DEPTH, MAX_SHAPES, Tag, TYPED_ARRAYS } from './value-tags.js';

/** Longer bigints do not exist in V8. */
const MAX_BIGINT_BYTES = 1 << 27;

export class ValueDecoder {
  private readonly shapes: (readonly string[])[] = [];

  /** Forgets the shapes, where the encoder did. */
  reset(): void {
    this.shapes.length = 0;
  }

  /** The next value. Throws CORRUPT_DATA, after which the stream cannot be read further. hot path */
  decode(input: ByteReader): unknown {
    try {
      return this.read(input, 0);
    } catch (error) {
      if (isFlinkError(error)) throw error;
      throw corrupt(`no value can be made of what precedes byte ${input.position}`, error);
    }
  }

  private read(input: ByteReader, depth: number): unknown {
    const tag = input.readUint8();
    switch (tag) {
      case Tag.NULL:
        return null;
      case Tag.UNDEFINED:
        return undefined;
      case Tag.FALSE:
        return false;
      case Tag.TRUE:
        return true;
      case Tag.INT: {
        const zigzag = input.readVarint();
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
      case Tag.DOUBLE:
        return input.readFloat64();
      case Tag.LATIN1:
        return input.readLatin1(input.readVarint());
      case Tag.UTF16:
        return input.readUtf16(input.readVarint());
      case Tag.BIGINT64:
        return input.readBigInt64();
      case Tag.BIGINT:
        return readBigint(input);
      case Tag.DATE:
        return new Date(input.readFloat64());
      default:
        if (depth >= MAX_DEPTH) throw corrupt(`values are nested more than ${MAX_DEPTH} levels deep`);
        return this.readObject(tag, input, depth + 1);
    }
  }

  private readObject(tag: number, input: ByteReader, depth: number): unknown {
    switch (tag) {
      case Tag.ARRAY:
        return this.readArray(input, depth);
      case Tag.OBJECT:
        return this.readShaped(input.readVarint(), input, depth);
      case Tag.NEW_SHAPE:
        return this.readShaped(this.learn(input), input, depth);
      case Tag.DICTIONARY:
        return this.readEntries({}, input, depth);
      case Tag.NULL_PROTO:
        return this.readEntries(Object.create(null) as Record<string, unknown>, input, depth);
      case Tag.MAP:
        return this.readMap(input, depth);
      case Tag.SET:
        return this.readSet(input, depth);
      case Tag.TYPED_ARRAY:
        return readTypedArray(input);
      default:
        throw corrupt(`byte ${input.position - 1} is ${tag}, which stands for no type`);
    }
  }

  private learn(input: ByteReader): number {
    if (this.shapes.length >= MAX_SHAPES) throw corrupt(`there are more than ${MAX_SHAPES} object shapes`);
    return this.shapes.push(readShape(input)) - 1;
  }

  private readShaped(shape: number, input: ByteReader, depth: number): object {
    const keys = this.shapes[shape];
    if (keys === undefined) throw corrupt(`object shape ${shape} was not announced`);
    const object: Record<string, unknown> = {};
    for (let i = 0; i < keys.length; i++) setOwn(object, keys[i] as string, this.read(input, depth));
    return object;
  }

  private readEntries(object: Record<string, unknown>, input: ByteReader, depth: number): object {
    for (let rest = input.readVarint(); rest > 0; rest--) {
      const key = readKey(input);
      setOwn(object, key, this.read(input, depth));
    }
    return object;
  }

  /** Grows element by element: a wrong count must not allocate more than there are bytes. */
  private readArray(input: ByteReader, depth: number): unknown[] {
    const length = input.readVarint();
    const array: unknown[] = [];
    for (let i = 0; i < length; i++) {
      if (input.position < input.end && input.buffer[input.position] === Tag.HOLE) {
        input.position++;
        array.length = i + 1;
      } else {
        array.push(this.read(input, depth));
      }
    }
    return array;
  }

  private readMap(input: ByteReader, depth: number): Map<unknown, unknown> {
    const map = new Map<unknown, unknown>();
    for (let rest = input.readVarint(); rest > 0; rest--) {
      const key = this.read(input, depth);
      map.set(key, this.read(input, depth));
    }
    return map;
  }

  private readSet(input: ByteReader, depth: number): Set<unknown> {
    const set = new Set<unknown>();
    for (let rest = input.readVarint(); rest > 0; rest--) set.add(this.read(input, depth));
    return set;
  }
}

/** An own property, also for the one name whose assignment would set the prototype. */
export function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    object[key] = value;
  }
}

function readKey(input: ByteReader): string {
  const tag = input.readUint8();
  if (tag === Tag.LATIN1) return input.readLatin1(input.readVarint());
  if (tag === Tag.UTF16) return input.readUtf16(input.readVarint());
  throw corrupt(`byte ${input.position - 1} is ${tag} where the key of an object begins`);
}

function readBigint(input: ByteReader): bigint {
  const isNegative = input.readUint8() === 1;
  const length = input.readVarint();
  if (length === 0 || length > MAX_BIGINT_BYTES) throw corrupt(`a bigint of ${length} bytes`);
  const magnitude = BigInt(`0x${Buffer.from(input.readBytes(length)).toString('hex')}`);
  return isNegative ? -magnitude : magnitude;
}

function readTypedArray(input: ByteReader): object {
  const kind = input.readUint8();
  const bytes = input.readBytes(input.readVarint());
  if (kind === BUFFER_INDEX) return Buffer.from(bytes.buffer);
  const type = TYPED_ARRAYS[kind];
  if (type === undefined || bytes.length % type.BYTES_PER_ELEMENT !== 0)
    throw corrupt(`a typed array of kind ${kind} and ${bytes.length} bytes`);
  return new type(bytes.buffer);
}
