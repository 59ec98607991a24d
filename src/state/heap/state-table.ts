/** All values of one state of an operator subtask, by namespace and key. Mirrors: StateTable. */
import type { KeyGroupRange } from '../../serialization/key-encoding.js';
import { type Namespace, VOID_NAMESPACE } from '../keyed-state-backend.js';
import type { MapKey } from '../map-key.js';
import type { CellPool } from './cell-pool.js';
import { NamespaceTable, type TableSettings } from './namespace-table.js';
import type { Position } from './position.js';
import { entriesFor, FEWEST_SLOTS } from './segment.js';

export type StateKind = 'value' | 'list' | 'map' | 'reducing' | 'aggregating' | 'operator';

/** A namespace begins at most this large, whatever the one before needed: many may be open at a time. */
const MOST_INITIAL_SLOTS = 1 << 15;

export class StateTable {
  readonly name: string;
  readonly kind: StateKind;
  private readonly settings: TableSettings;
  private readonly tables = new Map<Namespace, NamespaceTable>();

  constructor(name: string, kind: StateKind, range: KeyGroupRange, maxSlots: number, pool: CellPool) {
    this.name = name;
    this.kind = kind;
    this.settings = { name, range, pool, maxSlots, kind: 0, initialSlots: FEWEST_SLOTS };
  }

  find(namespace: Namespace): NamespaceTable | undefined {
    return this.tables.get(namespace);
  }

  findOrCreate(namespace: Namespace): NamespaceTable {
    let table = this.tables.get(namespace);
    if (table === undefined) {
      table = new NamespaceTable(this.settings);
      this.tables.set(namespace, table);
    }
    return table;
  }

  namespaces(): IterableIterator<Namespace> {
    return this.tables.keys();
  }

  removeKey(position: Position, namespace: Namespace): void {
    const table = this.tables.get(namespace);
    if (table === undefined || !table.remove(position)) return;
    if (namespace !== VOID_NAMESPACE && table.isEmpty) this.drop(namespace);
  }

  /** VOID_NAMESPACE is only emptied: it fills again with the next record, and who reads it need not look for it. */
  drop(namespace: Namespace): void {
    const table = this.tables.get(namespace);
    if (table === undefined) return;
    if (namespace === VOID_NAMESPACE) return table.clear();
    this.tables.delete(namespace);
    this.settings.initialSlots = initialSlotsFor(table.size);
    table.isDetached = true;
    table.clear();
  }

  *entries(): IterableIterator<[Namespace, keyGroup: number, MapKey, value: unknown]> {
    for (const [namespace, table] of this.tables) {
      for (const segment of table.segments()) {
        for (let slot = segment.nextEntry(0); slot >= 0; slot = segment.nextEntry(slot + 1)) {
          yield [namespace, segment.keyGroupAt(slot), segment.keyAt(slot), segment.valueAt(slot)];
        }
      }
    }
  }

  numEntries(): number {
    let count = 0;
    for (const table of this.tables.values()) count += table.size;
    return count;
  }
}

/** Half of what would be needed: one step of growth costs little, and not every namespace is as large as the last. */
function initialSlotsFor(entries: number): number {
  let slots = FEWEST_SLOTS;
  while (slots < MOST_INITIAL_SLOTS && 2 * entriesFor(slots) < entries) slots *= 2;
  return slots;
}
