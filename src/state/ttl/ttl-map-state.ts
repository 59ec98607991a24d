/** A map of which each entry has its own time to live. Mirrors: TtlMapState. */
import type { MapState } from '../../api/state.js';
import type { MapKeyOfUser, TtlMap, TtlValue } from './expiry.js';
import type { TtlAccess } from './ttl-table.js';

export class TtlMapState implements MapState<MapKeyOfUser, unknown> {
  private readonly access: TtlAccess;

  constructor(access: TtlAccess) {
    this.access = access;
  }

  get(key: MapKeyOfUser): unknown {
    const map = this.access.get<TtlMap>();
    return map === undefined ? undefined : this.visible(map, key)?.value;
  }

  put(key: MapKeyOfUser, value: unknown): void {
    const known = this.access.get<TtlMap>();
    const map: TtlMap = known ?? new Map();
    map.set(key, { value, at: this.access.table.now() });
    this.access.put(map, known === undefined);
  }

  remove(key: MapKeyOfUser): void {
    const map = this.access.get<TtlMap>();
    if (map?.delete(key)) this.store(map);
  }

  has(key: MapKeyOfUser): boolean {
    const map = this.access.get<TtlMap>();
    return map !== undefined && this.visible(map, key) !== undefined;
  }

  *entries(): IterableIterator<[MapKeyOfUser, unknown]> {
    const map = this.access.get<TtlMap>();
    if (map === undefined) return;
    for (const key of map.keys()) {
      const entry = this.visible(map, key);
      if (entry !== undefined) yield [key, entry.value];
    }
  }

  *keys(): IterableIterator<MapKeyOfUser> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): IterableIterator<unknown> {
    for (const [, value] of this.entries()) yield value;
  }

  get isEmpty(): boolean {
    return this.entries().next().done === true;
  }

  clear(): void {
    this.access.remove();
  }

  /** The entry, if it may be read. Reading takes out what is over, and gives the rest new time where that is wanted. */
  private visible(map: TtlMap, key: MapKeyOfUser): TtlValue | undefined {
    const { access } = this;
    const entry = map.get(key);
    if (entry === undefined) return undefined;
    if (access.table.isExpired(entry.at)) {
      map.delete(key);
      this.store(map);
      return access.showsExpired ? entry : undefined;
    }
    if (access.refreshesOnRead) {
      entry.at = access.table.now();
      access.put(map, false);
    }
    return entry;
  }

  private store(map: TtlMap): void {
    if (map.size === 0) this.access.remove();
    else this.access.put(map, false);
  }
}
