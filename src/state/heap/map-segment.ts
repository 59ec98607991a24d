/**
 * Keys and values of any type. A Map finds the index of an entry in arrays, so that reading and then writing a value
 * costs one search, and numbers are not boxed while all values are numbers.
 */
import type { MapKey } from '../map-key.js';
import type { Position } from './position.js';
import { entriesFor, Segment, type SegmentScope } from './segment.js';

export class MapSegment extends Segment {
  private readonly indices = new Map<MapKey, number>();
  private readonly keys: MapKey[] = [];
  private readonly values: unknown[] = [];
  private readonly groups: number[] | undefined;
  private last = 0;

  constructor(scope: SegmentScope) {
    super(scope);
    this.groups = scope.keyGroup < 0 ? [] : undefined;
  }

  get({ mapKey }: Position): unknown {
    const index = this.indices.get(mapKey);
    if (index === undefined) return undefined;
    this.last = index;
    return this.values[index];
  }

  put(position: Position, value: unknown): boolean {
    const { mapKey } = position;
    if (this.keys[this.last] === mapKey) {
      this.values[this.last] = value;
      return true;
    }
    const index = this.indices.get(mapKey);
    if (index === undefined) return this.insert(position, value);
    this.values[index] = value;
    return true;
  }

  remove({ mapKey }: Position): boolean {
    const hole = this.indices.get(mapKey);
    if (hole === undefined) return false;
    this.indices.delete(mapKey);
    this.size--;
    const lastKey = this.keys.pop() as MapKey;
    const lastValue = this.values.pop();
    const lastGroup = this.groups?.pop();
    if (hole === this.size) return true;
    this.keys[hole] = lastKey;
    this.values[hole] = lastValue;
    if (this.groups !== undefined) this.groups[hole] = lastGroup as number;
    this.indices.set(lastKey, hole);
    return true;
  }

  get numSlots(): number {
    return this.size;
  }

  nextEntry(slot: number): number {
    return slot < this.size ? slot : -1;
  }

  keyAt(slot: number): MapKey {
    return this.keys[slot] as MapKey;
  }

  valueAt(slot: number): unknown {
    return this.values[slot];
  }

  keyGroupAt(slot: number): number {
    return this.groups === undefined ? this.scope.keyGroup : (this.groups[slot] as number);
  }

  makeLike(scope: SegmentScope): Segment {
    return new MapSegment(scope);
  }

  canHold(): boolean {
    return true;
  }

  release(): void {
    // All of it is on the heap.
  }

  /** A segment of one key group takes any number of entries, as nothing else divides its keys. */
  private insert({ mapKey, keyGroup }: Position, value: unknown): boolean {
    if (keyGroup < 0 || (this.groups !== undefined && this.size >= entriesFor(this.scope.maxSlots))) return false;
    this.indices.set(mapKey, this.size++);
    this.keys.push(mapKey);
    this.values.push(value);
    this.groups?.push(keyGroup);
    return true;
  }
}
