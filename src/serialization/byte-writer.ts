/** A growing, bounded byte sink. Multi-byte values are little-endian; the caller reads `buffer[0, position)`. */
import { FlinkError } from '../core/errors.js';

const KEPT_BYTES = 256 << 10;
const NOT_LATIN1 = /[\u0100-\uffff]/;

/** Whether every UTF-16 unit fits a byte. Immediate for strings that V8 stores in one byte a unit. */
export function isLatin1(text: string): boolean {
  return !NOT_LATIN1.test(text);
}

export class ByteWriter {
  /** Replaced when it grows: read it anew after every call of `ensure`. */
  buffer: Buffer;
  view: DataView;
  position = 0;
  /** More than this is refused with RECORD_TOO_LARGE. */
  maxBytes: number;
  private readonly initialBytes: number;

  constructor(initialBytes = 1024, maxBytes = 256 << 20) {
    this.initialBytes = initialBytes;
    this.maxBytes = maxBytes;
    this.buffer = Buffer.allocUnsafeSlow(initialBytes);
    this.view = viewOf(this.buffer);
  }

  /** Starts anew; memory that an unusually large value needed is given back. */
  reset(): void {
    this.position = 0;
    if (this.buffer.length > KEPT_BYTES && this.buffer.length > this.initialBytes) this.replace(this.initialBytes, 0);
  }

  /** Makes room for `bytes` more. Throws RECORD_TOO_LARGE. hot path */
  ensure(bytes: number): void {
    if (this.position + bytes > this.buffer.length) this.grow(bytes);
  }

  writeUint8(value: number): void {
    this.ensure(1);
    this.buffer[this.position++] = value;
  }

  /** An integer in [0, 2^32), seven bits a byte. */
  writeVarint(value: number): void {
    this.ensure(5);
    const buffer = this.buffer;
    let rest = value;
    while (rest > 0x7f) {
      buffer[this.position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    buffer[this.position++] = rest;
  }

  writeInt32(value: number): void {
    this.ensure(4);
    this.view.setInt32(this.position, value, true);
    this.position += 4;
  }

  writeFloat64(value: number): void {
    this.ensure(8);
    this.view.setFloat64(this.position, value, true);
    this.position += 8;
  }

  writeBigInt64(value: bigint): void {
    this.ensure(8);
    this.view.setBigInt64(this.position, value, true);
    this.position += 8;
  }

  writeBytes(bytes: Uint8Array): void {
    this.ensure(bytes.length);
    this.buffer.set(bytes, this.position);
    this.position += bytes.length;
  }

  /** One byte a unit; the caller knows that `isLatin1(text)` and writes the length. */
  writeLatin1(text: string): void {
    this.ensure(text.length);
    this.position += this.buffer.write(text, this.position, text.length, 'latin1');
  }

  /** Two bytes a unit, lone surrogates as they are. */
  writeUtf16(text: string): void {
    this.ensure(text.length * 2);
    this.position += this.buffer.write(text, this.position, text.length * 2, 'utf16le');
  }

  /** The bytes so far, valid until the next write. */
  bytes(): Buffer {
    return this.buffer.subarray(0, this.position);
  }

  private grow(bytes: number): void {
    const needed = this.position + bytes;
    if (needed > this.maxBytes) {
      throw new FlinkError(
        'RECORD_TOO_LARGE',
        `a record or batch needs more than ${this.maxBytes} bytes in serialized form`,
        {
          domain: 'user',
          remedy: 'Send large contents by reference (a file name), or split the record.',
        },
      );
    }
    this.replace(Math.min(this.maxBytes, Math.max(needed, this.buffer.length * 2)), this.position);
  }

  private replace(size: number, keep: number): void {
    const replacement = Buffer.allocUnsafeSlow(size);
    replacement.set(this.buffer.subarray(0, keep));
    this.buffer = replacement;
    this.view = viewOf(replacement);
  }
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
