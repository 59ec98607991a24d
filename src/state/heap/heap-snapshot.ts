/** Copies state tables to plain data by key group, and back. Mirrors: HeapSnapshotStrategy, HeapRestoreOperation. */
import { FlinkError } from '../../core/errors.js';
import { renderValue } from '../../serialization/render-value.js';
import type { KeyGroupState, Namespace } from '../keyed-state-backend.js';
import type { Key } from '../../api/key.js';
import { fromMapKey, type MapKey } from '../map-key.js';
import { Position } from './position.js';
import type { StateKind, StateTable } from './state-table.js';

type StateEntries = { name: string; kind: string; entries: [Namespace, Key, unknown][] };

export function writeTables(tables: Iterable<StateTable>): readonly KeyGroupState[] {
  const groups = new Map<number, StateEntries[]>();
  const byName = [...tables].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const table of byName) writeTable(table, groups);
  return [...groups.entries()].sort(([a], [b]) => a - b).map(([keyGroup, states]) => ({ keyGroup, states }));
}

function writeTable(table: StateTable, groups: Map<number, StateEntries[]>): void {
  const byGroup = new Map<number, StateEntries>();
  for (const [namespace, keyGroup, key, value] of table.entries()) {
    let state = byGroup.get(keyGroup);
    if (state === undefined) {
      state = { name: table.name, kind: table.kind, entries: [] };
      byGroup.set(keyGroup, state);
      groups.set(keyGroup, [...(groups.get(keyGroup) ?? []), state]);
    }
    state.entries.push([namespace, fromMapKey(key), copy(table.name, key, value)]);
  }
}

/** `tableOf` finds or makes the table of a state. */
export function readTables(
  groups: readonly KeyGroupState[],
  tableOf: (name: string, kind: StateKind) => StateTable,
): void {
  const position = new Position();
  for (const { keyGroup, states } of groups) {
    for (const { name, kind, entries } of states) {
      const table = tableOf(name, kind as StateKind);
      for (const [namespace, key, value] of entries) {
        position.select(key, keyGroup);
        table.findOrCreate(namespace).put(position, copy(name, key, value));
      }
    }
  }
}

function copy(state: string, key: Key | MapKey, value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'string') return value;
  try {
    return structuredClone(value);
  } catch (cause) {
    throw new FlinkError(
      'STATE_NOT_SERIALIZABLE',
      `state '${state}' of key ${renderValue(key)} holds what cannot be stored`,
      {
        domain: 'user',
        cause,
        remedy: 'Keep plain data in state: no functions, symbols, promises or open resources.',
        details: { state, key: renderValue(key) },
      },
    );
  }
}
