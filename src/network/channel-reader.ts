/**
 * The consuming end of a channel: puts frames together from the segments that come in and gives each segment back as
 * soon as it was read. Never waits. Mirrors: InputChannel, RecordReader.
 */
import { BatchReader } from '../serialization/batch-reader.js';
import { ByteReader, corrupt } from '../serialization/byte-reader.js';
import { viewOf } from '../serialization/byte-writer.js';
import { Doorbells } from './doorbell.js';
import {
  type EndOfDataFrame,
  FRAME_HEADER_BYTES,
  type Frame,
  FrameKind,
  type IdleFrame,
  MAX_FRAME_BYTES,
  type RecordsFrame,
  type WatermarkFrame,
} from './frames.js';
import { entryIndex, nextPosition, Ring, ringCapacity, type SharedChannelHandle } from './shared-channel.js';

export type { Frame };

const NO_SEGMENT = -1;
const KEPT_BYTES = 256 << 10;

export class ChannelReader {
  private readonly ring: Int32Array;
  private readonly capacity: number;
  private readonly states: Int32Array;
  private readonly memory: Buffer;
  private readonly memoryView: DataView;
  private readonly segmentBytes: number;
  private readonly doorbells: Doorbells;
  private readonly producerDoorbell: number;

  private head = 0;
  private segment = NO_SEGMENT;
  private position = 0;
  private end = 0;

  /** A frame that did not end in the segment in which it began. */
  private partial = Buffer.alloc(0);
  private partialView = viewOf(this.partial);
  private partialLength = 0;
  /** Where it begins in `partial`: as far from a word's boundary as in its segment, for the speed of the copy. */
  private partialStart = 0;

  private readonly input = new ByteReader();
  private readonly batch = new BatchReader();
  private readonly recordsFrame: RecordsFrame = {
    kind: 'records',
    records: [],
    timestamps: new Float64Array(0),
    keyGroups: null,
    count: 0,
  };
  private readonly watermarkFrame: WatermarkFrame = { kind: 'watermark', timestamp: 0 };
  private readonly idleFrame: IdleFrame = { kind: 'idle', isIdle: false };
  private readonly endOfDataFrame: EndOfDataFrame = { kind: 'endOfData' };

  constructor(handle: SharedChannelHandle) {
    this.ring = new Int32Array(handle.ring);
    this.capacity = ringCapacity(this.ring);
    this.states = new Int32Array(handle.states);
    this.memory = Buffer.from(handle.segments);
    this.memoryView = viewOf(this.memory);
    this.segmentBytes = handle.segmentBytes;
    this.doorbells = new Doorbells(handle.doorbells);
    this.producerDoorbell = handle.producerDoorbell;
  }

  /** The next frame, valid until the next call; undefined while none is complete. Throws CORRUPT_DATA. */
  poll(): Frame | undefined {
    while (this.position < this.end || this.takeSegment()) {
      const frame = this.partialLength === 0 ? (this.pollInPlace() ?? this.collect()) : this.collect();
      if (frame !== undefined) return frame;
    }
    return undefined;
  }

  /** Whether there are bytes to look at; `poll` may still find no whole frame in them. */
  hasData(): boolean {
    return this.position < this.end || Atomics.load(this.ring, Ring.TAIL) !== this.head;
  }

  /** A frame that lies in the current segment as a whole is read from there, without a copy. */
  private pollInPlace(): Frame | undefined {
    const available = this.end - this.position;
    if (available < FRAME_HEADER_BYTES) return undefined;
    const length = checkLength(this.memoryView.getInt32(this.position, true));
    if (available < FRAME_HEADER_BYTES + length) return undefined;
    const start = this.position + FRAME_HEADER_BYTES;
    const frame = this.decode(this.memory, this.memoryView, start, start + length);
    this.moveOn(FRAME_HEADER_BYTES + length);
    return frame;
  }

  /** Adds bytes of the current segment to the frame begun before; the frame, when that completes it. */
  private collect(): Frame | undefined {
    if (this.partialLength === 0) this.partialStart = this.position & 7;
    const start = this.partialStart;
    const isHeaderComplete = this.partialLength >= FRAME_HEADER_BYTES;
    const body = isHeaderComplete ? this.partialView.getInt32(start, true) : 0;
    const taken = Math.min(FRAME_HEADER_BYTES + body - this.partialLength, this.end - this.position);
    this.reserve(start + this.partialLength + taken);
    this.memory.copy(this.partial, start + this.partialLength, this.position, this.position + taken);
    this.partialLength += taken;
    this.moveOn(taken);
    if (!isHeaderComplete) {
      if (this.partialLength === FRAME_HEADER_BYTES) checkLength(this.partialView.getInt32(start, true));
      return undefined;
    }
    if (this.partialLength < FRAME_HEADER_BYTES + body) return undefined;
    this.partialLength = 0;
    return this.decode(this.partial, this.partialView, start + FRAME_HEADER_BYTES, start + FRAME_HEADER_BYTES + body);
  }

  private decode(buffer: Buffer, view: DataView, start: number, end: number): Frame {
    const input = this.input;
    input.reset(buffer, view, start, end);
    const frame = this.decodeFrame(input);
    if (input.remaining !== 0) throw corrupt(`a ${frame.kind} frame has ${input.remaining} bytes too many`);
    return frame;
  }

  private decodeFrame(input: ByteReader): Frame {
    const kind = input.readUint8();
    switch (kind) {
      case FrameKind.RECORDS:
        return this.decodeRecords(input);
      case FrameKind.WATERMARK:
        this.watermarkFrame.timestamp = input.readFloat64();
        return this.watermarkFrame;
      case FrameKind.IDLE:
        this.idleFrame.isIdle = input.readUint8() !== 0;
        return this.idleFrame;
      case FrameKind.END_OF_DATA:
        return this.endOfDataFrame;
      default:
        throw corrupt(`a frame is of the unknown kind ${kind}`);
    }
  }

  private decodeRecords(input: ByteReader): RecordsFrame {
    const { batch, recordsFrame } = this;
    batch.read(input);
    recordsFrame.records = batch.records;
    recordsFrame.timestamps = batch.timestamps;
    recordsFrame.keyGroups = batch.keyGroups;
    recordsFrame.count = batch.count;
    return recordsFrame;
  }

  private takeSegment(): boolean {
    if (Atomics.load(this.ring, Ring.TAIL) === this.head) return false;
    const entry = entryIndex(this.head, this.capacity);
    const segment = this.ring[entry] as number;
    const length = this.ring[entry + 1] as number;
    if (segment < 0 || segment >= this.states.length || length < 1 || length > this.segmentBytes) {
      throw corrupt(`the channel announces ${length} bytes in segment ${segment}`);
    }
    this.segment = segment;
    this.position = segment * this.segmentBytes;
    this.end = this.position + length;
    return true;
  }

  private moveOn(bytes: number): void {
    this.position += bytes;
    if (this.position === this.end) this.releaseSegment();
  }

  /** The place in the ring first: whoever finds the segment free then also finds a place. */
  private releaseSegment(): void {
    this.head = nextPosition(this.head, this.capacity);
    Atomics.store(this.ring, Ring.HEAD, this.head);
    Atomics.store(this.states, this.segment, 0);
    this.segment = NO_SEGMENT;
    if (Atomics.load(this.ring, Ring.BLOCKED) === 1) this.doorbells.ring(this.producerDoorbell);
  }

  /** Grows with the bytes that came, not with what a header promises; large memory is given back with the next frame. */
  private reserve(length: number): void {
    const isOversized = this.partialLength === 0 && this.partial.length > KEPT_BYTES;
    if (length <= this.partial.length && !isOversized) return;
    const replacement = Buffer.allocUnsafeSlow(Math.max(1024, length * 2));
    this.partial.copy(replacement, 0, 0, this.partialStart + this.partialLength);
    this.partial = replacement;
    this.partialView = viewOf(replacement);
  }
}

function checkLength(length: number): number {
  if (length < 1 || length > MAX_FRAME_BYTES) throw corrupt(`a frame of ${length} bytes is announced`);
  return length;
}
