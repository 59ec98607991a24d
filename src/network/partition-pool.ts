/**
 * The producing side of a result partition: its writers and the segments that they share. All belongs to one thread.
 * Mirrors: ResultPartition with its LocalBufferPool.
 */
import { checkArgument } from '../core/assert.js';
import { ByteWriter, viewOf } from '../serialization/byte-writer.js';
import type { ChannelHandle } from './channel-handle.js';
import { BroadcastTarget } from './broadcast-target.js';
import { ChannelWriter } from './channel-writer.js';
import { MAX_FRAME_BYTES } from './frames.js';
import { SegmentWriter } from './segment-writer.js';
import { Ring, ringCapacity } from './shared-channel.js';

const NO_SEGMENT = -1;
/**
 * What may wait in all channels of a partition for their next frames, about. Objects that wait for long are moved by the
 * garbage collector and fall out of caches: with whole segments 128 channels take twice the time of four.
 */
const PENDING_BYTES = 1 << 20;
const MIN_TARGET_BYTES = 4 << 10;

export interface Segment {
  readonly buffer: Buffer;
  readonly view: DataView;
}

export interface PartitionOptions {
  /** Every channel gets every record. */
  readonly isBroadcast?: boolean;
  /** What to throw in place of the error when a record cannot be encoded: who sent it is not known here. */
  readonly explain?: (error: unknown) => unknown;
}

export class PartitionPool {
  /** One a channel of the partition; undefined where both ends are in one slot, and for all channels when all get the same. */
  readonly writers: readonly (ChannelWriter | undefined)[];
  /** Writes to every channel that has memory, when all channels get the same and there is such a one. */
  readonly broadcast: ChannelWriter | undefined;
  private readonly allWriters: readonly ChannelWriter[];
  private readonly segmentWriters: readonly SegmentWriter[];
  readonly segmentBytes: number;
  /** All segments, one after the other. */
  readonly memory: Buffer;
  private readonly segments: (Segment | undefined)[];
  /** Where the writers, one at a time, put a frame together. */
  readonly frame = new ByteWriter(1024, MAX_FRAME_BYTES);
  private readonly states: Int32Array;
  /** Segments [c × this, (c + 1) × this) are only for channel c, so that no channel can starve another. */
  private readonly exclusivePerChannel: number;
  private readonly firstFloating: number;

  /** The channels of one result partition in order. */
  constructor(channels: readonly ChannelHandle[], options: PartitionOptions = {}) {
    const { isBroadcast = false, explain = (error: unknown) => error } = options;
    const shared = channels.filter((channel) => channel.kind === 'shared');
    const memory = shared[0];
    checkArgument(
      shared.every((channel) => channel.segments === memory?.segments),
      'the channels of a result partition must share its segments',
    );
    this.segmentBytes = memory?.segmentBytes ?? 0;
    this.memory = Buffer.from(memory?.segments ?? new SharedArrayBuffer(0));
    this.states = new Int32Array(memory?.states ?? new SharedArrayBuffer(0));
    this.segments = new Array<Segment | undefined>(this.states.length).fill(undefined);
    const ring = new Int32Array(memory?.ring ?? new SharedArrayBuffer(Ring.ENTRIES * Int32Array.BYTES_PER_ELEMENT));
    this.exclusivePerChannel = ring[Ring.EXCLUSIVE] as number;
    this.firstFloating = this.states.length - (ringCapacity(ring) - this.exclusivePerChannel);
    checkArgument(
      shared.length * this.exclusivePerChannel <= this.firstFloating,
      `${this.states.length} segments are too few for ${shared.length} channels`,
    );
    this.segmentWriters = shared.map((channel, index) => new SegmentWriter(this, index, channel));
    const maxFrameBytes = Math.max(MIN_TARGET_BYTES, Math.floor(PENDING_BYTES / shared.length));
    const own = isBroadcast
      ? []
      : this.segmentWriters.map((target) => new ChannelWriter(target, maxFrameBytes, explain));
    const hasAll = isBroadcast && shared.length > 0;
    const all = hasAll ? new BroadcastTarget(this.segmentWriters, this.segmentBytes) : undefined;
    this.broadcast = all === undefined ? undefined : new ChannelWriter(all, this.segmentBytes, explain);
    this.allWriters = this.broadcast === undefined ? own : [this.broadcast];
    const unused = [...own];
    this.writers = channels.map((channel) => (channel.kind === 'shared' ? unused.shift() : undefined));
  }

  /** A segment that is now the channel's, or -1: first of those that only this channel may take, then of the floating. */
  acquire(channel: number): number {
    const firstExclusive = channel * this.exclusivePerChannel;
    const found = this.firstFree(firstExclusive, firstExclusive + this.exclusivePerChannel);
    return found === NO_SEGMENT ? this.firstFree(this.firstFloating, this.states.length) : found;
  }

  /** The memory of a segment. */
  segment(index: number): Segment {
    let segment = this.segments[index];
    if (segment === undefined) {
      const buffer = this.memory.subarray(index * this.segmentBytes, (index + 1) * this.segmentBytes);
      segment = { buffer, view: viewOf(buffer) };
      this.segments[index] = segment;
    }
    return segment;
  }

  /** True while any channel waits for segments: the task must not be called. */
  get isBlocked(): boolean {
    return this.allWriters.some((writer) => writer.isBlocked);
  }

  /** Moves what waits as far as there is room. True if nothing waits any more. */
  drain(): boolean {
    let isDrained = true;
    for (const writer of this.allWriters) if (!writer.drain()) isDrained = false;
    return isDrained;
  }

  /** Makes everything written so far visible to the consumers, as far as there is room; the rest by `drain`. */
  flush(): void {
    for (const writer of this.allWriters) writer.flush();
  }

  /** Bytes outside of segments, to be counted as network memory. */
  get retainedBytes(): number {
    return this.segmentWriters.reduce((sum, writer) => sum + writer.retainedBytes, 0);
  }

  /** Segments that are filled and that no consumer has given back. */
  get numQueuedSegments(): number {
    return this.segmentWriters.reduce((sum, writer) => sum + writer.numQueued, 0);
  }

  /** Segments of all channels together. */
  get numSegments(): number {
    return this.states.length;
  }

  private firstFree(from: number, to: number): number {
    for (let segment = from; segment < to; segment++) {
      if (Atomics.load(this.states, segment) === 0) {
        Atomics.store(this.states, segment, 1);
        return segment;
      }
    }
    return NO_SEGMENT;
  }
}
