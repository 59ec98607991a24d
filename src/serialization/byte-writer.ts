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
  private own: Buffer;
  private ownView: DataView;
  private borrowedFrom = 0;

  constructor(initialBytes = 1024, maxBytes = 256 << 20) {
    this.initialBytes = initialBytes;
    this.maxBytes = maxBytes;
    this.own = Buffer.allocUnsafeSlow(initialBytes);
    this.ownView = viewOf(this.own);
    this.buffer = this.own;
    this.view = this.ownView;
  }

  /** Starts anew; memory that an unusually large value needed is given back. */
  reset(): void {
    this.position = 0;
    if (this.own.length > KEPT_BYTES && this.own.length > this.initialBytes) this.allocate(this.initialBytes);
    this.buffer = this.own;
    this.view = this.ownView;
  }

  /**
   * Starts anew at `position` of somebody else's memory, `view` being over the same. What turns out not to fit there moves
   * to memory of this writer, to the same positions.
   */
  borrow(buffer: Buffer, view: DataView, position: number): void {
    this.buffer = buffer;
    this.view = view;
    this.position = position;
    this.borrowedFrom = position;
  }

  /** Whether everything since `borrow` was written to the borrowed memory. */
  get isBorrowed(): boolean {
    return this.buffer !== this.own;
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
        `a record or batch needs at least ${needed} bytes in serialized form, and ${this.maxBytes} are allowed`,
        {
          domain: 'user',
          remedy: 'Send large contents by reference (a file name), or split the record.',
          details: { bytes: needed, maxBytes: this.maxBytes },
        },
      );
    }
    const { buffer, isBorrowed } = this;
    const from = isBorrowed ? this.borrowedFrom : 0;
    const size = Math.min(this.maxBytes, Math.max(needed, buffer.length * 2));
    if (!isBorrowed || this.own.length < needed) this.allocate(size);
    buffer.copy(this.own, from, from, this.position);
    this.buffer = this.own;
    this.view = this.ownView;
  }

  private allocate(size: number): void {
    this.own = Buffer.allocUnsafeSlow(size);
    this.ownView = viewOf(this.own);
  }
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
