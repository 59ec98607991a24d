/**
 * A part of a table that grows, widens and splits on its own, so that no step of growth is long however large the state:
 * it moves some ten thousand entries at most. The kinds differ in what they hold: see int-segment, number-segment, map-segment.
 */
import type { MapKey } from '../map-key.js';
import type { Position } from './position.js';

export const FEWEST_SLOTS = 8;

/** Entries that fit so many slots of open addressing: at five eighths a search looks at two cells, or four in vain. */
export function entriesFor(slots: number): number {
  return (slots >> 1) + (slots >> 3);
}

/** The square roots of the first primes, without their whole parts: multiples of each are spread evenly. */
const SPREADS = [
  0x6a09_e667, 0xbb67_ae85, 0x3c6e_f373, 0xa54f_f53b, 0x510e_527f, 0x9b05_688d, 0x1f83_d9ab, 0x5be0_cd19,
] as const;

/**
 * What hashes are multiplied with, to have their slot in the highest bits. Another number for each size: entries that
 * come out of one table in the order of its slots and go into another would fill the beginning of that first, as long as
 * it is smaller, and searches there would become very long.
 */
export function spreadFor(slots: number): number {
  return SPREADS[Math.clz32(slots) & 7] as number;
}

/** What a segment is for. */
export interface SegmentScope {
  /** Of all its keys; -1 where there are several: then each entry has its own beside it. */
  readonly keyGroup: number;
  /** Slots at most: a power of two. A segment that needs more is full, and is divided. */
  readonly maxSlots: number;
}

export abstract class Segment {
  readonly scope: SegmentScope;
  /** Entries. */
  size = 0;
  /** Its places in the directory of its table: the first, and the one after the last. */
  from = 0;
  to = 0;

  protected constructor(scope: SegmentScope) {
    this.scope = scope;
  }

  /** The value of the current key; undefined when there is none. hot path */
  abstract get(position: Position): unknown;
  /** False, and nothing changed, when the segment is full or cannot hold such a key or value. hot path */
  abstract put(position: Position, value: unknown): boolean;
  /** False when there is nothing to remove. */
  abstract remove(position: Position): boolean;

  /** Slots are numbered from 0. */
  abstract get numSlots(): number;
  /** The first slot from this one on that has an entry; -1 if none has. */
  abstract nextEntry(slot: number): number;
  /** These are for slots with an entry. */
  abstract keyAt(slot: number): MapKey;
  abstract valueAt(slot: number): unknown;
  abstract keyGroupAt(slot: number): number;

  /** An empty segment of this kind, for some of these keys. */
  abstract makeLike(scope: SegmentScope, slots: number): Segment;
  /** Whether a new segment of this kind can take the key and the value. */
  abstract canHold(position: Position, value: unknown): boolean;
  /** Gives memory back; the segment must not be used any more. */
  abstract release(): void;
}
