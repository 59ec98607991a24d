/** All values of one state in one namespace: a Map per key group. Most namespaces of sessions hold one key, so one is free. */
import type { KeyGroupRange } from '../../serialization/key-encoding.js';
import type { MapKey } from '../map-key.js';

export type Entries = Map<MapKey, unknown>;

export class NamespaceSlice {
  /** Set once the slice left its table: whoever cached it has to look again. */
  isDetached = false;
  private readonly range: KeyGroupRange;
  private soleGroup = -1;
  private soleEntries: Entries | undefined;
  private groups: (Entries | undefined)[] | undefined;

  constructor(range: KeyGroupRange) {
    this.range = range;
  }

  /** The entries of a key group, undefined when there are none. hot path */
  entriesOf(keyGroup: number): Entries | undefined {
    if (this.groups !== undefined) return this.groups[keyGroup - this.range.start];
    return keyGroup === this.soleGroup ? this.soleEntries : undefined;
  }

  create(keyGroup: number): Entries {
    const entries: Entries = new Map();
    if (this.groups !== undefined) {
      this.groups[keyGroup - this.range.start] = entries;
    } else if (this.soleEntries === undefined) {
      this.soleGroup = keyGroup;
      this.soleEntries = entries;
    } else {
      this.groups = new Array<Entries | undefined>(this.range.end - this.range.start + 1).fill(undefined);
      this.groups[this.soleGroup - this.range.start] = this.soleEntries;
      this.groups[keyGroup - this.range.start] = entries;
      this.soleEntries = undefined;
    }
    return entries;
  }

  /** Key groups that have entries. */
  *keyGroups(): IterableIterator<[keyGroup: number, entries: Entries]> {
    if (this.soleEntries !== undefined && this.soleEntries.size > 0) yield [this.soleGroup, this.soleEntries];
    const count = this.groups?.length ?? 0;
    for (let i = 0; i < count; i++) {
      const entries = this.groups?.[i];
      if (entries !== undefined && entries.size > 0) yield [this.range.start + i, entries];
    }
  }

  get isEmpty(): boolean {
    if (this.groups === undefined) return this.soleEntries === undefined || this.soleEntries.size === 0;
    for (const entries of this.groups) if (entries !== undefined && entries.size > 0) return false;
    return true;
  }
}
