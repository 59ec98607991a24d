/**
 * The producing end of a channel, or of channels that get the same: collects records to batches and encodes them as frames.
 * Never waits. Mirrors: RecordWriter.
 */
import { isFlinkError } from '../core/errors.js';
import { BatchBuilder } from '../serialization/batch-builder.js';
import type { FrameTarget } from './frame-target.js';
import { FrameKind, MAX_BATCH_BYTES, MAX_FRAME_BYTES } from './frames.js';

/** Of a segment, to be filled by one frame: frames that need a bit more than expected would have to be copied. */
const FILL_RATIO = 7 / 8;
const FIRST_BATCH_RECORDS = 32;
const MAX_WANTED_RECORDS = 2048;
/** A frame of fewer records says little about how large records are. */
const MIN_JUDGED_RECORDS = 16;
/** Of a frame beside its records, about. */
const OVERHEAD_BYTES = 64;

export class ChannelWriter {
  /** True while bytes wait for a segment. The consumer then rings the producer's doorbell when it frees one. */
  isBlocked = false;
  private readonly target: FrameTarget;
  private readonly targetFrameBytes: number;
  private readonly explain: (error: unknown) => unknown;
  private readonly batch = new BatchBuilder();
  /** Records of the next frame, from the size of the last. */
  private batchRecords = FIRST_BATCH_RECORDS;
  private bytesPerRecord = OVERHEAD_BYTES;

  /**
   * `maxFrameBytes`: frames are made about as large at most, to bound what waits for them in many channels. `explain`: what
   * to throw in place of the error when a record cannot be encoded.
   */
  constructor(target: FrameTarget, maxFrameBytes: number, explain: (error: unknown) => unknown) {
    this.target = target;
    this.explain = explain;
    this.targetFrameBytes = Math.min(maxFrameBytes, target.frameBytes * FILL_RATIO);
  }

  /**
   * Takes a record; what it refers to must not be changed afterwards. `keyGroup` is -1 for all records of the channel or
   * for none. May throw VALUE_NOT_SERIALIZABLE or RECORD_TOO_LARGE for this record or an earlier one. hot path
   */
  write(value: unknown, timestamp: number, keyGroup: number): void {
    const { batch } = this;
    batch.add(value, timestamp, keyGroup);
    if (batch.count >= this.batchRecords) this.encodePending();
  }

  writeWatermark(timestamp: number): void {
    this.encodePending();
    this.target.beginFrame(FrameKind.WATERMARK, OVERHEAD_BYTES).writeFloat64(timestamp);
    this.endFrame();
  }

  writeIdle(isIdle: boolean): void {
    this.encodePending();
    this.target.beginFrame(FrameKind.IDLE, OVERHEAD_BYTES).writeUint8(isIdle ? 1 : 0);
    this.endFrame();
  }

  /** The last thing of a channel; flushes. */
  writeEndOfData(): void {
    this.encodePending();
    this.target.beginFrame(FrameKind.END_OF_DATA, OVERHEAD_BYTES);
    this.endFrame();
    this.flush();
  }

  /** Makes everything written so far visible to the consumer, now or, while blocked, by the `drain` that finds room. */
  flush(): void {
    this.encodePending();
    this.target.flush();
  }

  /** Moves waiting bytes into segments as far as there is room. True if none wait any more. */
  drain(): boolean {
    const isDrained = this.target.drain();
    this.isBlocked = !isDrained;
    return isDrained;
  }

  /** Bytes outside of segments, to be counted as network memory. */
  get retainedBytes(): number {
    return this.target.retainedBytes;
  }

  private encodePending(): void {
    const { batch } = this;
    const { count } = batch;
    if (count === 0) return;
    try {
      const bytes = this.encodeRecords(0, count);
      if (count >= MIN_JUDGED_RECORDS) this.adaptBatchSize(bytes / count);
    } catch (error) {
      throw this.explain(error);
    } finally {
      batch.clear();
    }
  }

  /** Passes the records on as one frame, or as several where one would be too large. Returns the bytes. */
  private encodeRecords(from: number, count: number): number {
    const expectedBytes = OVERHEAD_BYTES + Math.ceil(count * this.bytesPerRecord);
    const frame = this.target.beginFrame(FrameKind.RECORDS, expectedBytes);
    const start = frame.position;
    frame.maxBytes = start + (count === 1 ? MAX_FRAME_BYTES : MAX_BATCH_BYTES);
    try {
      this.batch.write(from, count, frame);
    } catch (error) {
      if (count === 1 || !isFlinkError(error) || error.code !== 'RECORD_TOO_LARGE') throw error;
      const half = count >> 1;
      return this.encodeRecords(from, half) + this.encodeRecords(from + half, count - half);
    }
    const bytes = frame.position - start;
    this.endFrame();
    return bytes;
  }

  private endFrame(): void {
    this.target.endFrame();
    this.isBlocked = this.target.isBlocked;
  }

  /** Frames of about the target size; at most four times more records than before, should sizes vary. */
  private adaptBatchSize(bytesPerRecord: number): void {
    this.bytesPerRecord = bytesPerRecord;
    const wanted = Math.floor(this.targetFrameBytes / bytesPerRecord);
    this.batchRecords = Math.max(1, Math.min(wanted, this.batchRecords * 4, MAX_WANTED_RECORDS));
  }
}
