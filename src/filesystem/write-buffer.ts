/** What a FileWriter holds between two flushes: bytes and text in the order in which they were written. */

/** Large enough that a flush costs little per record, small enough for one buffer per open file. */
const FLUSH_THRESHOLD_BYTES = 256 * 1024;

export class WriteBuffer {
  private chunks: Uint8Array[] = [];
  private text = '';
  private buffered = 0;

  /** A lower bound: text counts one byte a UTF-16 unit until it is encoded. */
  get lengthBytes(): number {
    return this.buffered;
  }

  get wantsFlush(): boolean {
    return this.buffered >= FLUSH_THRESHOLD_BYTES;
  }

  // hot path: once per record
  write(data: string | Uint8Array): void {
    if (typeof data === 'string') {
      this.text += data;
    } else {
      this.encodeText();
      this.chunks.push(data.slice());
    }
    this.buffered += data.length;
  }

  /** Empties the buffer and returns what was in it. */
  drain(): readonly Uint8Array[] {
    this.encodeText();
    const chunks = this.chunks;
    this.chunks = [];
    this.buffered = 0;
    return chunks;
  }

  private encodeText(): void {
    if (this.text === '') return;
    this.chunks.push(Buffer.from(this.text, 'utf8'));
    this.text = '';
  }
}
