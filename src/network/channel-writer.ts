/**
 * The producing end of a channel: collects records to batches and encodes them into shared segments.
 * Never waits: bytes without a segment stay in its overflow until `drain`. Mirrors: RecordWriter, PipelinedSubpartition.
 */
import { isFlinkError } from '../core/errors.js';
import { BatchBuilder } from '../serialization/batch-builder.js';
import { ByteQueue } from './byte-queue.js';
import { Doorbells } from './doorbell.js';
import { FRAME_HEADER_BYTES, FrameKind, MAX_BATCH_BYTES, MAX_FRAME_BYTES } from './frames.js';
import type { PartitionPool } from './partition-pool.js';
import { entryIndex, nextPosition, Ring, ringCapacity, type SharedChannelHandle } from './shared-channel.js';

/** Of a segment, to be filled by one frame: frames that need a bit more than expected would have to be copied. */
const FILL_RATIO = 7 / 8;
const FIRST_BATCH_RECORDS = 32;
const MAX_WANTED_RECORDS = 2048;
/** A frame of fewer records says little about how large records are. */
const MIN_JUDGED_RECORDS = 16;
/** Of a frame beside its records, about. */
const OVERHEAD_BYTES = 64;
const NO_SEGMENT = -1;

export class ChannelWriter {
  private readonly pool: PartitionPool;
  private readonly channel: number;
  private readonly ring: Int32Array;
  private readonly capacity: number;
  private readonly doorbells: Doorbells;
  private readonly consumerDoorbell: number;
  private readonly targetFrameBytes: number;

  private readonly batch = new BatchBuilder();
  /** Records of the next frame, from the size of the last. */
  private batchRecords = FIRST_BATCH_RECORDS;
  private bytesPerRecord = OVERHEAD_BYTES;

  private segment = NO_SEGMENT;
  private filled = 0;
  /**
   * Where the frame begins: in the segment, or, when it did not fit there, at the same place of the pool's frame buffer. So
   * both are as far from a word's boundary: copying to shared memory byte by byte takes seven times as long as by words.
   */
  private frameStart = 0;
  private tail = 0;
  private readonly overflow = new ByteQueue();
  private isFlushWanted = false;

  /** `channel` counts the channels of the pool that have memory. */
  constructor(pool: PartitionPool, channel: number, handle: SharedChannelHandle, targetFrameBytes: number) {
    this.pool = pool;
    this.channel = channel;
    this.ring = new Int32Array(handle.ring);
    this.capacity = ringCapacity(this.ring);
    this.doorbells = new Doorbells(handle.doorbells);
    this.consumerDoorbell = handle.consumerDoorbell;
    this.targetFrameBytes = Math.min(targetFrameBytes, handle.segmentBytes * FILL_RATIO);
  }

  /**
   * Takes a record; it must not be changed afterwards. `keyGroup` is -1 for all records of the channel or for none.
   * May throw VALUE_NOT_SERIALIZABLE or RECORD_TOO_LARGE for this record or an earlier one. hot path
   */
  write(value: unknown, timestamp: number, keyGroup: number): void {
    const { batch } = this;
    batch.add(value, timestamp, keyGroup);
    if (batch.count >= this.batchRecords) this.encodePending();
  }

  writeWatermark(timestamp: number): void {
    const frame = this.beginControlFrame(FrameKind.WATERMARK);
    frame.writeFloat64(timestamp);
    this.appendFrame();
  }

  writeIdle(isIdle: boolean): void {
    const frame = this.beginControlFrame(FrameKind.IDLE);
    frame.writeUint8(isIdle ? 1 : 0);
    this.appendFrame();
  }

  /** The last thing of a channel; flushes. */
  writeEndOfData(): void {
    this.beginControlFrame(FrameKind.END_OF_DATA);
    this.appendFrame();
    this.flush();
  }

  /** Makes everything written so far visible to the consumer, now or, while blocked, by the `drain` that finds room. */
  flush(): void {
    if (this.batch.count > 0) this.encodePending();
    if (this.isBlocked) this.isFlushWanted = true;
    else this.publish();
  }

  /** True while bytes wait for a segment. The consumer then rings the producer's doorbell when it frees one. */
  get isBlocked(): boolean {
    return this.overflow.length > 0;
  }

  /** Moves waiting bytes into segments as far as there is room. True if none wait any more. */
  drain(): boolean {
    if (this.overflow.length === 0) return true;
    while (this.overflow.length > 0 && this.hasSegment()) {
      const room = this.pool.segmentBytes - this.filled;
      this.advance(this.overflow.moveTo(this.pool.memory, this.offset(), room));
    }
    if (this.overflow.length > 0) return false;
    Atomics.store(this.ring, Ring.BLOCKED, 0);
    if (this.isFlushWanted) this.publish();
    this.isFlushWanted = false;
    return true;
  }

  /** Bytes outside of segments, to be counted as network memory. */
  get retainedBytes(): number {
    return this.overflow.length;
  }

  private encodePending(): void {
    const { batch } = this;
    try {
      const bytes = this.encodeRecords(0, batch.count);
      if (batch.count >= MIN_JUDGED_RECORDS) this.adaptBatchSize(bytes / batch.count);
    } finally {
      batch.clear();
    }
  }

  /** Appends the records as one frame, or as several where one would be too large. Returns the bytes. */
  private encodeRecords(from: number, count: number): number {
    const frame = this.beginFrame(FrameKind.RECORDS, OVERHEAD_BYTES + Math.ceil(count * this.bytesPerRecord));
    frame.maxBytes = this.frameStart + (count === 1 ? MAX_FRAME_BYTES : MAX_BATCH_BYTES);
    try {
      this.batch.write(from, count, frame);
    } catch (error) {
      if (count === 1 || !isFlinkError(error) || error.code !== 'RECORD_TOO_LARGE') throw error;
      const half = count >> 1;
      return this.encodeRecords(from, half) + this.encodeRecords(from + half, count - half);
    }
    const bytes = frame.position - this.frameStart;
    this.appendFrame();
    return bytes;
  }

  /** Frames of about the target size; at most four times more records than before, should sizes vary. */
  private adaptBatchSize(bytesPerRecord: number): void {
    this.bytesPerRecord = bytesPerRecord;
    const wanted = Math.floor(this.targetFrameBytes / bytesPerRecord);
    this.batchRecords = Math.max(1, Math.min(wanted, this.batchRecords * 4, MAX_WANTED_RECORDS));
  }

  private beginControlFrame(kind: number) {
    if (this.batch.count > 0) this.encodePending();
    return this.beginFrame(kind, OVERHEAD_BYTES);
  }

  /** In the segment itself where there is one; a new one is begun where the rest of this is likely to be too short. */
  private beginFrame(kind: number, expectedBytes: number) {
    const { frame, segmentBytes } = this.pool;
    if (this.filled + expectedBytes > segmentBytes && expectedBytes <= segmentBytes) this.publish();
    frame.reset();
    this.frameStart = 0;
    if (!this.isBlocked && this.hasSegment()) {
      const { buffer, view } = this.pool.segment(this.segment);
      this.frameStart = this.filled;
      frame.borrow(buffer, view, this.filled);
    }
    frame.writeInt32(0);
    frame.writeUint8(kind);
    return frame;
  }

  private appendFrame(): void {
    const { frame } = this.pool;
    const end = frame.position;
    frame.view.setInt32(this.frameStart, end - this.frameStart - FRAME_HEADER_BYTES, true);
    if (frame.isBorrowed) return this.advance(end - this.frameStart);
    const wasBlocked = this.isBlocked;
    const copied = wasBlocked ? this.frameStart : this.copyToSegments(frame.buffer, this.frameStart, end);
    if (copied === end) return;
    this.overflow.append(frame.buffer, copied, end);
    if (!wasBlocked) this.becomeBlocked();
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
    this.doorbells.ring(this.consumerDoorbell);
  }
}
