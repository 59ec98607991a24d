/**
 * Makes the shared memory of a result partition and its channels: a fixed number of segments. Each channel can always get
 * its exclusive ones, the floating ones go to whoever asks first. Mirrors: NetworkBufferPool, BufferPool.
 */
import { checkArgument } from '../core/assert.js';
import type { ChannelHandle } from './channel-handle.js';

export type SharedChannelHandle = Extract<ChannelHandle, { readonly kind: 'shared' }>;

export interface SharedPartitionOptions {
  readonly numChannels: number;
  readonly segmentBytes: number;
  /** At least 1, else a channel could starve for ever. */
  readonly exclusivePerChannel: number;
  readonly floating: number;
}

export interface SharedPartition {
  readonly segments: SharedArrayBuffer;
  readonly states: SharedArrayBuffer;
  readonly segmentBytes: number;
  /** One a channel. */
  readonly rings: readonly SharedArrayBuffer[];
}

/**
 * Pages of memory that no record ever reached stay untouched by the operating system, so that a wide fan-out costs what
 * it uses.
 */
export function createSharedPartition(options: SharedPartitionOptions): SharedPartition {
  const { numChannels, segmentBytes, exclusivePerChannel, floating } = options;
  checkArgument(
    segmentBytes >= 1 && exclusivePerChannel >= 1 && floating >= 0,
    `a channel needs at least one segment of at least one byte, not ${exclusivePerChannel} of ${segmentBytes}`,
  );
  const numSegments = numChannels * exclusivePerChannel + floating;
  return {
    segments: new SharedArrayBuffer(numSegments * segmentBytes),
    states: new SharedArrayBuffer(numSegments * Int32Array.BYTES_PER_ELEMENT),
    segmentBytes,
    rings: Array.from({ length: numChannels }, () => createRing(exclusivePerChannel, floating)),
  };
}

/** Words of a ring before its entries. HEAD and TAIL count modulo twice the capacity, which tells full from empty. */
export const Ring = { HEAD: 0, TAIL: 1, BLOCKED: 2, EXCLUSIVE: 3, ENTRIES: 4 } as const;

/** The queue of one channel's filled segments: as long as the channel can have segments. */
export function createRing(exclusivePerChannel: number, floating: number): SharedArrayBuffer {
  const words = Ring.ENTRIES + 2 * (exclusivePerChannel + floating);
  const ring = new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT);
  new Int32Array(ring)[Ring.EXCLUSIVE] = exclusivePerChannel;
  return ring;
}

/** Segments that fit in a ring. */
export function ringCapacity(ring: Int32Array): number {
  return (ring.length - Ring.ENTRIES) / 2;
}

/** The position after `position`. */
export function nextPosition(position: number, capacity: number): number {
  return position + 1 === 2 * capacity ? 0 : position + 1;
}

/** Index of the first word of the entry at a position: segment, then length. */
export function entryIndex(position: number, capacity: number): number {
  return Ring.ENTRIES + 2 * (position < capacity ? position : position - capacity);
}
