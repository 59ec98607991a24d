/** Bytes in order of arrival, in memory of this thread: what a channel has no segment for yet. */

const KEPT_BYTES = 64 << 10;

export class ByteQueue {
  private bytes = Buffer.alloc(0);
  private start = 0;
  private end = 0;

  get length(): number {
    return this.end - this.start;
  }

  append(source: Buffer, from: number, to: number): void {
    const added = to - from;
    if (this.end + added > this.bytes.length) this.makeRoom(added);
    source.copy(this.bytes, this.end, from, to);
    this.end += added;
  }

  /** Moves up to `length` bytes from the front to `target` and returns how many. */
  moveTo(target: Buffer, offset: number, length: number): number {
    const moved = Math.min(length, this.length);
    this.bytes.copy(target, offset, this.start, this.start + moved);
    this.start += moved;
    if (this.start === this.end) this.clear();
    return moved;
  }

  clear(): void {
    this.start = 0;
    this.end = 0;
    if (this.bytes.length > KEPT_BYTES) this.bytes = Buffer.alloc(0);
  }

  private makeRoom(added: number): void {
    const needed = this.length + added;
    const target = needed > this.bytes.length / 2 ? Buffer.allocUnsafeSlow(Math.max(1024, needed * 2)) : this.bytes;
    this.bytes.copy(target, 0, this.start, this.end);
    this.end -= this.start;
    this.start = 0;
    this.bytes = target;
  }
}
