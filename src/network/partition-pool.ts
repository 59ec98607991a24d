/**
 * The producing side of a result partition: its writers and the segments that they share. All belongs to one thread.
 * Mirrors: ResultPartition with its LocalBufferPool.
 */
import { checkArgument } from '../core/assert.js';
import { ByteWriter, viewOf } from '../serialization/byte-writer.js';
import type { ChannelHandle } from './channel-handle.js';
import { ChannelWriter } from './channel-writer.js';
import { MAX_FRAME_BYTES } from './frames.js';
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

export class PartitionPool {
  /** One a channel of the partition; undefined where both ends are in one slot and need no memory. */
  readonly writers: readonly (ChannelWriter | undefined)[];
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
  constructor(channels: readonly ChannelHandle[]) {
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
    this.writers = this.createWriters(channels);
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
    for (const writer of this.writers) if (writer?.isBlocked === true) return true;
    return false;
  }

  /** Moves what waits as far as there is room. True if nothing waits any more. */
  drain(): boolean {
    let isDrained = true;
    for (const writer of this.writers) if (writer?.drain() === false) isDrained = false;
    return isDrained;
  }

  /** Makes everything written so far visible to the consumers, as far as there is room; the rest by `drain`. */
  flush(): void {
    for (const writer of this.writers) writer?.flush();
  }

  get retainedBytes(): number {
    let bytes = 0;
    for (const writer of this.writers) bytes += writer?.retainedBytes ?? 0;
    return bytes;
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

  private createWriters(channels: readonly ChannelHandle[]): readonly (ChannelWriter | undefined)[] {
    let next = 0;
    const numShared = channels.filter((channel) => channel.kind === 'shared').length;
    const targetFrameBytes = Math.max(MIN_TARGET_BYTES, Math.floor(PENDING_BYTES / numShared));
    return channels.map((channel) =>
      channel.kind === 'shared' ? new ChannelWriter(this, next++, channel, targetFrameBytes) : undefined,
    );
  }
}
