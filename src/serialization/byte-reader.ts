/** A bounded cursor over bytes from outside: every read is checked, a wrong one is CORRUPT_DATA. Little-endian. */
import { FlinkError } from '../core/errors.js';
import { viewOf } from './byte-writer.js';

export class ByteReader {
  buffer: Buffer;
  view: DataView;
  position = 0;
  end = 0;

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = viewOf(bytes);
    this.end = bytes.length;
  }

  /** Goes on with `buffer[start, end)`; `view` is the caller's over the same bytes, so that nothing is allocated. */
  reset(buffer: Buffer, view: DataView, start: number, end: number): void {
    this.buffer = buffer;
    this.view = view;
    this.position = start;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  /** Throws unless `bytes` more are there. hot path */
  need(bytes: number): void {
    if (bytes > this.end - this.position)
      throw corrupt(`${bytes} bytes are expected at ${this.position}, ${this.remaining} are there`);
  }

  readUint8(): number {
    this.need(1);
    return this.buffer[this.position++] as number;
  }

  readVarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.readUint8();
      if (shift === 28 && byte > 0x0f) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw corrupt(`a length of more than 32 bits ends at ${this.position}`);
  }

  readInt32(): number {
    this.need(4);
    const value = this.view.getInt32(this.position, true);
    this.position += 4;
    return value;
  }

  readFloat64(): number {
    this.need(8);
    const value = this.view.getFloat64(this.position, true);
    this.position += 8;
    return value;
  }

  readBigInt64(): bigint {
    this.need(8);
    const value = this.view.getBigInt64(this.position, true);
    this.position += 8;
    return value;
  }

  /** A copy. */
  readBytes(length: number): Uint8Array<ArrayBuffer> {
    this.need(length);
    const copy = new Uint8Array(length);
    copy.set(this.buffer.subarray(this.position, this.position + length));
    this.position += length;
    return copy;
  }

  readLatin1(length: number): string {
    this.need(length);
    const start = this.position;
    this.position += length;
    return this.buffer.toString('latin1', start, this.position);
  }

  /** `length` in UTF-16 units. */
  readUtf16(length: number): string {
    this.need(length * 2);
    const start = this.position;
    this.position += length * 2;
    return this.buffer.toString('utf16le', start, this.position);
  }
}

export function corrupt(what: string, cause?: unknown): FlinkError {
  return new FlinkError('CORRUPT_DATA', `serialized data is damaged: ${what}`, {
    domain: 'internal',
    remedy: 'Nothing of it was used. If it came from a file, restore that file from a copy; else report this as a bug.',
    ...(cause === undefined ? {} : { cause }),
  });
}
