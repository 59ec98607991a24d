/**
 * Keys and values that are 32-bit integers: counts by id. One typed array, so that a search and the value it finds are
 * mostly in one line of the processor's cache.
 *
 *   cells   key 0 | value 0 | key 1 | value 1 | …      open addressing with linear probing; NO_INT marks an empty slot
 */
import type { MapKey } from '../map-key.js';
import type { CellPool } from './cell-pool.js';
import { hashNumber, INT_KEY, NO_INT, type Position } from './position.js';
import { entriesFor, Segment, type SegmentScope, spreadFor } from './segment.js';

export class IntSegment extends Segment {
  private readonly pool: CellPool;
  private cells: Int32Array;
  private groups: Uint16Array | undefined;
  /** From a hash to the cell where the search begins: see `home`. */
  private spread: number;
  private shift: number;
  /** Where the last value was read: writing it then costs no search. */
  private last = 0;

  /** `slots` is a power of two. */
  constructor(scope: SegmentScope, slots: number, pool: CellPool) {
    super(scope);
    this.pool = pool;
    this.cells = pool.takeInts(2 * slots);
    this.groups = scope.keyGroup < 0 ? new Uint16Array(slots) : undefined;
    this.spread = spreadFor(slots);
    this.shift = Math.clz32(2 * slots - 1);
  }

  get(position: Position): unknown {
    if (position.kind !== INT_KEY) return undefined;
    const at = this.find(position.int, position.hash);
    if (at < 0) return undefined;
    this.last = at;
    return this.cells[at + 1];
  }

  put(position: Position, value: unknown): boolean {
    if (position.kind !== INT_KEY || typeof value !== 'number') return false;
    const int = value | 0;
    if (int !== value || Object.is(value, -0)) return false;
    let at = this.last;
    if (this.cells[at] !== position.int) {
      at = this.find(position.int, position.hash);
      if (at < 0) at = this.insert(position, ~at);
      if (at < 0) return false;
      this.last = at;
    }
    this.cells[at + 1] = int;
    return true;
  }

  remove(position: Position): boolean {
    if (position.kind !== INT_KEY) return false;
    let hole = this.find(position.int, position.hash);
    if (hole < 0) return false;
    // Entries behind the hole move up if they could have stood there: a search ends at the first empty cell.
    const { cells, groups } = this;
    const mask = cells.length - 1;
    for (let at = (hole + 2) & mask; cells[at] !== NO_INT; at = (at + 2) & mask) {
      const home = this.home(hashNumber(cells[at] as number));
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      cells[hole] = cells[at] as number;
      cells[hole + 1] = cells[at + 1] as number;
      if (groups !== undefined) groups[hole >> 1] = groups[at >> 1] as number;
      hole = at;
    }
    cells[hole] = NO_INT;
    this.size--;
    return true;
  }

  get numSlots(): number {
    return this.cells.length >> 1;
  }

  nextEntry(slot: number): number {
    const { cells } = this;
    for (let at = 2 * slot; at < cells.length; at += 2) if (cells[at] !== NO_INT) return at >> 1;
    return -1;
  }

  keyAt(slot: number): MapKey {
    return this.cells[2 * slot] as number;
  }

  valueAt(slot: number): unknown {
    return this.cells[2 * slot + 1];
  }

  keyGroupAt(slot: number): number {
    return this.groups === undefined ? this.scope.keyGroup : (this.groups[slot] as number);
  }

  makeLike(scope: SegmentScope, slots: number): Segment {
    return new IntSegment(scope, slots, this.pool);
  }

  canHold({ kind }: Position, value: unknown): boolean {
    return kind === INT_KEY && isInt(value);
  }

  release(): void {
    this.pool.giveInts(this.cells);
  }

  /** The cell of the key, or the complement of the empty cell where it would go. */
  private find(key: number, hash: number): number {
    const { cells } = this;
    const mask = cells.length - 1;
    let at = this.home(hash);
    for (;;) {
      const found = cells[at];
      if (found === key) return at;
      if (found === NO_INT) return ~at;
      at = (at + 2) & mask;
    }
  }

  private home(hash: number): number {
    return (Math.imul(hash, this.spread) >>> this.shift) & ~1;
  }

  /** Takes the empty cell, or finds another in a larger array; -1 when the segment is full. */
  private insert({ int, hash, keyGroup }: Position, empty: number): number {
    let at = empty;
    if (this.size >= entriesFor(this.numSlots)) {
      if (this.numSlots >= this.scope.maxSlots) return -1;
      this.grow();
      at = ~this.find(int, hash);
    }
    this.cells[at] = int;
    if (this.groups !== undefined) this.groups[at >> 1] = keyGroup;
    this.size++;
    return at;
  }

  private grow(): void {
    const { cells, groups } = this;
    this.cells = this.pool.takeInts(2 * cells.length);
    if (groups !== undefined) this.groups = new Uint16Array(2 * groups.length);
    this.spread = spreadFor(cells.length);
    this.shift--;
    for (let from = 0; from < cells.length; from += 2) {
      const key = cells[from] as number;
      if (key === NO_INT) continue;
      const at = ~this.find(key, hashNumber(key));
      this.cells[at] = key;
      this.cells[at + 1] = cells[from + 1] as number;
      if (this.groups !== undefined) this.groups[at >> 1] = groups?.[from >> 1] as number;
    }
    this.pool.giveInts(cells);
  }
}

/** Whether 32 bits hold the value as it is: -0 is not 0. */
export function isInt(value: unknown): boolean {
  return typeof value === 'number' && (value | 0) === value && !Object.is(value, -0);
}
