/** The keys of one state, walked round and round a few at a time while keys come and go. Mirrors: TtlIncrementalCleanup's iterator. */
import type { Key } from '../../api/key.js';
import { fromMapKey, type MapKey, toMapKey } from '../map-key.js';

export class TtlKeyIndex {
  private readonly keyGroups = new Map<MapKey, number>();
  private position: IterableIterator<[MapKey, number]> | undefined;

  get size(): number {
    return this.keyGroups.size;
  }

  add(key: Key, keyGroup: number): void {
    this.keyGroups.set(toMapKey(key), keyGroup);
  }

  remove(key: Key): void {
    this.keyGroups.delete(toMapKey(key));
  }

  /** At the end of a round undefined; then the next round begins. */
  next(): { readonly key: Key; readonly keyGroup: number } | undefined {
    // A Map's iterator goes on over what was added, and skips what was removed since.
    this.position ??= this.keyGroups.entries();
    const next = this.position.next();
    if (next.done === true) {
      this.position = undefined;
      return undefined;
    }
    const [key, keyGroup] = next.value;
    return { key: fromMapKey(key), keyGroup };
  }
}
