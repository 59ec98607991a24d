/** Chooses the kind of segment for a key and a value. Learned kinds only widen: each holds all that those before it can. */
import type { CellPool } from './cell-pool.js';
import { INT_KEY, OTHER_KEY, type Position } from './position.js';
import { IntSegment, isInt } from './int-segment.js';
import { MapSegment } from './map-segment.js';
import { NumberSegment } from './number-segment.js';
import type { Segment, SegmentScope } from './segment.js';

/** Integers by integer, numbers by number, anything by number, anything by anything. */
export type SegmentKind = 0 | 1 | 2 | 3;

const OBJECTS_BY_NUMBER = 2;
const NUMBERS_BY_NUMBER = 1;
const INTS_BY_INT = 0;
const ANYTHING = 3;

export function kindFor({ kind }: Position, value: unknown): SegmentKind {
  if (kind === OTHER_KEY) return ANYTHING;
  if (typeof value !== 'number') return OBJECTS_BY_NUMBER;
  return kind === INT_KEY && isInt(value) ? INTS_BY_INT : NUMBERS_BY_NUMBER;
}

export function newSegment(kind: SegmentKind, scope: SegmentScope, slots: number, pool: CellPool): Segment {
  switch (kind) {
    case INTS_BY_INT:
      return new IntSegment(scope, slots, pool);
    case NUMBERS_BY_NUMBER:
    case OBJECTS_BY_NUMBER:
      return new NumberSegment(scope, slots, pool, kind === OBJECTS_BY_NUMBER);
    case ANYTHING:
      return new MapSegment(scope);
  }
}
