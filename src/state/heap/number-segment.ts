/**
 * Keys that are numbers, with values of any type: numbers stay unboxed until the first value that is none.
 *
 *   keys      open addressing with linear probing; NaN marks an empty slot
 *   doubles   the value of each slot while all are numbers
 *   objects   else
 */
import type { MapKey } from '../map-key.js';
import type { CellPool } from './cell-pool.js';
import { hashNumber, OTHER_KEY, type Position } from './position.js';
import { entriesFor, Segment, type SegmentScope, spreadFor } from './segment.js';

export class NumberSegment extends Segment {
  private readonly pool: CellPool;
  private keys: Float64Array;
  private doubles: Float64Array | undefined;
  private objects: unknown[] | undefined;
  private groups: Uint16Array | undefined;
  /** From a hash to the slot where the search begins: see `home`. */
  private spread: number;
  private shift: number;
  /** Where the last value was read: writing it then costs no search. */
  private last = 0;

  /** `slots` is a power of two. */
  constructor(scope: SegmentScope, slots: number, pool: CellPool, hasObjects: boolean) {
    super(scope);
    this.pool = pool;
    this.keys = pool.takeDoubles(slots);
    if (hasObjects) this.objects = emptyObjects(slots);
    else this.doubles = pool.takeDoubles(slots);
    this.groups = scope.keyGroup < 0 ? new Uint16Array(slots) : undefined;
    this.spread = spreadFor(slots);
    this.shift = Math.clz32(slots - 1);
  }

  get(position: Position): unknown {
    if (position.kind === OTHER_KEY) return undefined;
    const at = this.find(position.double, position.hash);
    if (at < 0) return undefined;
    this.last = at;
    return this.valueAt(at);
  }

  put(position: Position, value: unknown): boolean {
    if (position.kind === OTHER_KEY) return false;
    let at = this.last;
    if (this.keys[at] !== position.double) {
      at = this.find(position.double, position.hash);
      if (at < 0) at = this.insert(position, ~at);
      if (at < 0) return false;
      this.last = at;
    }
    if (this.objects !== undefined) this.objects[at] = value;
    else if (typeof value === 'number') (this.doubles as Float64Array)[at] = value;
    else this.widen()[at] = value;
    return true;
  }

  remove(position: Position): boolean {
    if (position.kind === OTHER_KEY) return false;
    let hole = this.find(position.double, position.hash);
    if (hole < 0) return false;
    // Entries behind the hole move up if they could have stood there: a search ends at the first empty slot.
    const { keys } = this;
    const mask = keys.length - 1;
    for (let at = (hole + 1) & mask; !Number.isNaN(keys[at]); at = (at + 1) & mask) {
      const home = this.home(hashNumber(keys[at] as number));
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      this.move(at, hole);
      hole = at;
    }
    keys[hole] = Number.NaN;
    if (this.objects !== undefined) this.objects[hole] = undefined;
    this.size--;
    return true;
  }

  get numSlots(): number {
    return this.keys.length;
  }

  nextEntry(slot: number): number {
    const { keys } = this;
    for (let at = slot; at < keys.length; at++) if (!Number.isNaN(keys[at])) return at;
    return -1;
  }

  keyAt(slot: number): MapKey {
    return this.keys[slot] as number;
  }

  valueAt(slot: number): unknown {
    return this.objects === undefined ? (this.doubles as Float64Array)[slot] : this.objects[slot];
  }

  keyGroupAt(slot: number): number {
    return this.groups === undefined ? this.scope.keyGroup : (this.groups[slot] as number);
  }

  makeLike(scope: SegmentScope, slots: number): Segment {
    return new NumberSegment(scope, slots, this.pool, this.objects !== undefined);
  }

  canHold({ kind }: Position): boolean {
    return kind !== OTHER_KEY;
  }

  release(): void {
    this.pool.giveDoubles(this.keys);
    if (this.doubles !== undefined) this.pool.giveDoubles(this.doubles);
  }

  /** The slot of the key, or the complement of the empty slot where it would go. */
  private find(key: number, hash: number): number {
    const { keys } = this;
    const mask = keys.length - 1;
    let at = this.home(hash);
    for (;;) {
      const found = keys[at] as number;
      if (found === key) return at;
      if (Number.isNaN(found)) return ~at;
      at = (at + 1) & mask;
    }
  }

  private home(hash: number): number {
    return Math.imul(hash, this.spread) >>> this.shift;
  }

  /** Takes the empty slot, or finds another among more; -1 when the segment is full. */
  private insert({ double, hash, keyGroup }: Position, empty: number): number {
    let at = empty;
    if (this.size >= entriesFor(this.numSlots)) {
      if (this.numSlots >= this.scope.maxSlots) return -1;
      this.grow();
      at = ~this.find(double, hash);
    }
    this.keys[at] = double;
    if (this.groups !== undefined) this.groups[at] = keyGroup;
    this.size++;
    return at;
  }

  private grow(): void {
    const { keys, doubles, objects, groups } = this;
    const slots = 2 * keys.length;
    this.keys = this.pool.takeDoubles(slots);
    if (doubles !== undefined) this.doubles = this.pool.takeDoubles(slots);
    if (objects !== undefined) this.objects = emptyObjects(slots);
    if (groups !== undefined) this.groups = new Uint16Array(slots);
    this.spread = spreadFor(slots);
    this.shift--;
    for (let from = 0; from < keys.length; from++) {
      const key = keys[from] as number;
      if (Number.isNaN(key)) continue;
      const at = ~this.find(key, hashNumber(key));
      this.keys[at] = key;
      if (this.objects !== undefined) this.objects[at] = objects?.[from];
      else (this.doubles as Float64Array)[at] = doubles?.[from] as number;
      if (this.groups !== undefined) this.groups[at] = groups?.[from] as number;
    }
    this.pool.giveDoubles(keys);
    if (doubles !== undefined) this.pool.giveDoubles(doubles);
  }

  private move(from: number, to: number): void {
    const { keys, doubles, objects, groups } = this;
    keys[to] = keys[from] as number;
    if (doubles !== undefined) doubles[to] = doubles[from] as number;
    if (objects !== undefined) objects[to] = objects[from];
    if (groups !== undefined) groups[to] = groups[from] as number;
  }

  private widen(): unknown[] {
    const doubles = this.doubles as Float64Array;
    const objects = emptyObjects(doubles.length);
    for (let slot = 0; slot < doubles.length; slot++) {
      if (!Number.isNaN(this.keys[slot])) objects[slot] = doubles[slot];
    }
    this.objects = objects;
    this.doubles = undefined;
    this.pool.giveDoubles(doubles);
    return objects;
  }
}

function emptyObjects(slots: number): unknown[] {
  return new Array<unknown>(slots).fill(undefined);
}
