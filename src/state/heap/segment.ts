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

/** Which keys a segment is for. */
export interface SegmentScope {
  /** Of all its keys; -1 where there are several: then each entry has its own beside it. */
  readonly keyGroup: number;
  /** How many of the highest bits of the hash are the same in all its keys. */
  readonly hashBits: number;
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
  /** Undefined for an empty slot. */
  abstract keyAt(slot: number): MapKey | undefined;
  /** The next two are for slots that have a key. */
  abstract valueAt(slot: number): unknown;
  abstract keyGroupAt(slot: number): number;

  /** An empty segment of this kind, for some of these keys. */
  abstract makeLike(scope: SegmentScope, slots: number): Segment;
  /** Whether a new segment of this kind can take the key and the value. */
  abstract canHold(position: Position, value: unknown): boolean;
  /** Gives memory back; the segment must not be used any more. */
  abstract release(): void;
}
