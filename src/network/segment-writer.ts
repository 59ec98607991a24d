/**
 * The bytes of one channel on their way into shared segments. Never waits: bytes without a segment stay in its overflow
 * until `drain`. Mirrors: PipelinedSubpartition, BufferBuilder.
 */
import type { ByteWriter } from '../serialization/byte-writer.js';
import { ByteQueue } from './byte-queue.js';
import { Doorbells } from './doorbell.js';
import type { FrameTarget } from './frame-target.js';
import { beginFrame, endFrame } from './frames.js';
import type { PartitionPool } from './partition-pool.js';
import { entryIndex, nextPosition, Ring, ringCapacity, type SharedChannelHandle } from './shared-channel.js';

const NO_SEGMENT = -1;
/** Full segments for which the consumer is woken once: being woken costs it as much as 50 large records. */
const SEGMENTS_PER_RING = 2;

export class SegmentWriter implements FrameTarget {
  private readonly pool: PartitionPool;
  private readonly channel: number;
  private readonly ring: Int32Array;
  private readonly capacity: number;
  private readonly doorbells: Doorbells;
  private readonly consumerDoorbell: number;

  private segment = NO_SEGMENT;
  private filled = 0;
  /**
   * Where the frame begins: in the segment, or, when it did not fit there, at the same place of the pool's frame buffer. So
   * both are as far from a word's boundary: copying to shared memory byte by byte takes seven times as long as by words.
   */
  private frameStart = 0;
  private tail = 0;
  private numUnrung = 0;
  private readonly overflow = new ByteQueue();
  private isFlushWanted = false;

  /** `channel` counts the channels of the pool that have memory. */
  constructor(pool: PartitionPool, channel: number, handle: SharedChannelHandle) {
    this.pool = pool;
    this.channel = channel;
    this.ring = new Int32Array(handle.ring);
    this.capacity = ringCapacity(this.ring);
    this.doorbells = new Doorbells(handle.doorbells);
    this.consumerDoorbell = handle.consumerDoorbell;
  }

  get frameBytes(): number {
    return this.pool.segmentBytes;
  }

  /** In the segment itself where there is one; a new one is begun where the rest of this is likely to be too short. */
  beginFrame(kind: number, expectedBytes: number): ByteWriter {
    const { frame, segmentBytes } = this.pool;
    if (this.filled + expectedBytes > segmentBytes && expectedBytes <= segmentBytes) this.publish();
    this.frameStart = 0;
    if (!this.isBlocked && this.hasSegment()) {
      const { buffer, view } = this.pool.segment(this.segment);
      this.frameStart = this.filled;
      frame.borrow(buffer, view, this.filled);
    } else {
      frame.reset();
    }
    return beginFrame(frame, kind);
  }

  endFrame(): void {
    const { frame } = this.pool;
    endFrame(frame, this.frameStart);
    if (frame.isBorrowed) this.advance(frame.position - this.frameStart);
    else this.append(frame.buffer, this.frameStart, frame.position);
  }

  /** A copy of bytes that make up a whole frame. */
  append(source: Buffer, start: number, end: number): void {
    const wasBlocked = this.isBlocked;
    const copied = wasBlocked ? start : this.copyToSegments(source, start, end);
    if (copied === end) return;
    this.overflow.append(source, copied, end);
    if (!wasBlocked) this.becomeBlocked();
  }

  flush(): void {
    if (this.isBlocked) {
      this.isFlushWanted = true;
    } else {
      this.publish();
      this.ringConsumer();
    }
  }

  get isBlocked(): boolean {
    return this.overflow.length > 0;
  }

  drain(): boolean {
    if (this.overflow.length === 0) return true;
    while (this.overflow.length > 0 && this.hasSegment()) {
      const room = this.pool.segmentBytes - this.filled;
      this.advance(this.overflow.moveTo(this.pool.memory, this.offset(), room));
    }
    if (this.overflow.length > 0) {
      this.ringConsumer();
      return false;
    }
    Atomics.store(this.ring, Ring.BLOCKED, 0);
    if (this.isFlushWanted) this.flush();
    this.isFlushWanted = false;
    return true;
  }

  get retainedBytes(): number {
    return this.overflow.length;
  }

  /** Segments that are filled and not given back. */
  get numQueued(): number {
    const distance = this.tail - Atomics.load(this.ring, Ring.HEAD);
    return distance < 0 ? distance + 2 * this.capacity : distance;
  }

  /** Copies as far as there are segments and returns up to where. */
  private copyToSegments(source: Buffer, start: number, end: number): number {
    let copied = start;
    while (copied < end && this.hasSegment()) {
      const to = Math.min(end, copied + this.pool.segmentBytes - this.filled);
      source.copy(this.pool.memory, this.offset(), copied, to);
      this.advance(to - copied);
      copied = to;
    }
    return copied;
  }

  /** After the flag is set the consumer rings for every segment that it frees; one freed just before needs another look. */
  private becomeBlocked(): void {
    Atomics.store(this.ring, Ring.BLOCKED, 1);
    this.drain();
  }

  private hasSegment(): boolean {
    if (this.segment === NO_SEGMENT) this.segment = this.pool.acquire(this.channel);
    return this.segment !== NO_SEGMENT;
  }

  private offset(): number {
    return this.segment * this.pool.segmentBytes + this.filled;
  }

  private advance(bytes: number): void {
    this.filled += bytes;
    if (this.filled === this.pool.segmentBytes) this.publish();
  }

  /** Hands the segment to the consumer: its entry first, then the one store that makes it visible. */
  private publish(): void {
    if (this.filled === 0) return;
    const entry = entryIndex(this.tail, this.capacity);
    this.ring[entry] = this.segment;
    this.ring[entry + 1] = this.filled;
    this.tail = nextPosition(this.tail, this.capacity);
    Atomics.store(this.ring, Ring.TAIL, this.tail);
    this.segment = NO_SEGMENT;
    this.filled = 0;
    if (++this.numUnrung === SEGMENTS_PER_RING) this.ringConsumer();
  }

  private ringConsumer(): void {
    if (this.numUnrung === 0) return;
    this.numUnrung = 0;
    this.doorbells.ring(this.consumerDoorbell);
  }
}
