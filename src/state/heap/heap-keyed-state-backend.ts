/** Keyed state as live objects in memory, in tables by namespace and key group. Mirrors: HeapKeyedStateBackend. */
import type { Key } from '../../api/key.js';
import type {
  AggregatingState,
  AggregatingStateDescriptor,
  KeyedStateStore,
  ListState,
  ListStateDescriptor,
  MapState,
  MapStateDescriptor,
  ReducingState,
  ReducingStateDescriptor,
  StateDescriptor,
  ValueState,
  ValueStateDescriptor,
} from '../../api/state.js';
import { FlinkError } from '../../core/errors.js';
import type { KeyGroupRange } from '../../serialization/key-encoding.js';
import {
  type KeyCursor,
  type KeyedStateBackend,
  type KeyGroupState,
  type MergeableStateDescriptor,
  type Namespace,
  type OperatorState,
  VOID_NAMESPACE,
} from '../keyed-state-backend.js';
import { fromMapKey, type MapKey, toMapKey } from '../map-key.js';
import { HeapKeyedStateStore } from './heap-keyed-state-store.js';
import { readTables, writeTables } from './heap-snapshot.js';
import { mergeValues } from './merge-values.js';
import { noCurrentKey, type Position, StateAccess, type StateKind, StateTable } from './state-table.js';

export class HeapKeyedStateBackend implements KeyedStateBackend {
  readonly maxParallelism: number;
  readonly keyGroupRange: KeyGroupRange;
  readonly namespaced: KeyedStateStore;
  private readonly tables = new Map<string, StateTable>();
  private readonly store: KeyedStateStore;
  private readonly position: Position = { key: '', keyGroup: -1, namespace: VOID_NAMESPACE };
  private key: Key = '';

  /** Without a range the backend owns every key group. */
  constructor(maxParallelism: number, keyGroupRange: KeyGroupRange = { start: 0, end: maxParallelism - 1 }) {
    this.maxParallelism = maxParallelism;
    this.keyGroupRange = keyGroupRange;
    const access = (followsNamespace: boolean) => (descriptor: StateDescriptor) =>
      new StateAccess(this.table(descriptor.name, descriptor.kind), this.position, followsNamespace);
    this.store = new HeapKeyedStateStore(access(false));
    this.namespaced = new HeapKeyedStateStore(access(true));
  }

  get currentKey(): Key {
    if (this.position.keyGroup < 0) throw noCurrentKey('currentKey');
    return this.key;
  }

  get currentKeyGroup(): number {
    return this.position.keyGroup;
  }

  /** hot path */
  setCurrentKey(key: Key, keyGroup: number): void {
    this.key = key;
    this.position.key = toMapKey(key);
    this.position.keyGroup = keyGroup;
  }

  clearCurrentKey(): void {
    this.position.keyGroup = -1;
  }

  /** hot path */
  setCurrentNamespace(namespace: Namespace): void {
    this.position.namespace = namespace;
  }

  getState<T>(descriptor: ValueStateDescriptor<T>): ValueState<T> {
    return this.store.getState(descriptor);
  }

  getListState<T>(descriptor: ListStateDescriptor<T>): ListState<T> {
    return this.store.getListState(descriptor);
  }

  getMapState<K extends string | number | bigint | boolean, V>(descriptor: MapStateDescriptor<K, V>): MapState<K, V> {
    return this.store.getMapState(descriptor);
  }

  getReducingState<T>(descriptor: ReducingStateDescriptor<T>): ReducingState<T> {
    return this.store.getReducingState(descriptor);
  }

  getAggregatingState<IN, ACC, OUT>(descriptor: AggregatingStateDescriptor<IN, ACC, OUT>): AggregatingState<IN, OUT> {
    return this.store.getAggregatingState(descriptor);
  }

  getOperatorState(name: string): OperatorState {
    return new HeapOperatorState(new StateAccess(this.table(name, 'operator'), this.position, true), this);
  }

  mergeNamespaces(descriptor: MergeableStateDescriptor, target: Namespace, sources: readonly Namespace[]): void {
    const access = new StateAccess(this.table(descriptor.name, descriptor.kind), this.position, true);
    const before = this.position.namespace;
    const values: unknown[] = [];
    for (const namespace of [target, ...sources]) {
      this.position.namespace = namespace;
      const value = access.get();
      if (value !== undefined) values.push(value);
      if (namespace !== target) access.remove();
    }
    this.position.namespace = target;
    access.put(mergeValues(descriptor, values));
    this.position.namespace = before;
  }

  clearNamespace(namespace: Namespace): void {
    for (const table of this.tables.values()) table.removeKey(this.position, namespace);
  }

  dropNamespace(namespace: Namespace): void {
    for (const table of this.tables.values()) table.drop(namespace);
  }

  numEntries(): number {
    let count = 0;
    for (const table of this.tables.values()) count += table.numEntries();
    return count;
  }

  snapshotState(): readonly KeyGroupState[] {
    return writeTables(this.tables.values());
  }

  restoreState(groups: readonly KeyGroupState[]): void {
    for (const { keyGroup } of groups) this.checkOwned(keyGroup);
    readTables(groups, (name, kind) => this.table(name, kind));
  }

  private table(name: string, kind: StateKind): StateTable {
    let table = this.tables.get(name);
    if (table === undefined) {
      table = new StateTable(name, kind, this.keyGroupRange);
      this.tables.set(name, table);
    }
    if (table.kind !== kind) throw stateConflict(name, table.kind, kind);
    return table;
  }

  private checkOwned(keyGroup: number): void {
    const { start, end } = this.keyGroupRange;
    if (keyGroup >= start && keyGroup <= end) return;
    throw new FlinkError(
      'ILLEGAL_STATE',
      `key group ${keyGroup} was restored to the subtask of key groups ${start} to ${end}`,
    );
  }
}

class HeapOperatorState implements OperatorState {
  private readonly access: StateAccess;
  private readonly backend: HeapKeyedStateBackend;

  constructor(access: StateAccess, backend: HeapKeyedStateBackend) {
    this.access = access;
    this.backend = backend;
  }

  get(): unknown {
    return this.access.get();
  }

  put(value: unknown): void {
    this.access.put(value);
  }

  remove(): void {
    this.access.remove();
  }

  namespaces(): IterableIterator<Namespace> {
    return this.access.table.namespaces();
  }

  keysOf(namespace: Namespace): KeyCursor {
    return new HeapKeyCursor(this.access.table, namespace, this.backend);
  }
}

class HeapKeyCursor implements KeyCursor {
  private readonly backend: HeapKeyedStateBackend;
  private readonly groups: IterableIterator<[number, Map<MapKey, unknown>]>;
  private keyGroup = -1;
  private keys: IterableIterator<MapKey> | undefined;

  constructor(table: StateTable, namespace: Namespace, backend: HeapKeyedStateBackend) {
    this.backend = backend;
    this.groups = (table.slice(namespace)?.keyGroups() ?? [].values()) as IterableIterator<
      [number, Map<MapKey, unknown>]
    >;
  }

  advance(): boolean {
    for (;;) {
      const next = this.keys?.next();
      if (next !== undefined && next.done !== true) {
        this.backend.setCurrentKey(fromMapKey(next.value), this.keyGroup);
        return true;
      }
      const group = this.groups.next();
      if (group.done === true) return false;
      this.keyGroup = group.value[0];
      this.keys = group.value[1].keys();
    }
  }
}

function stateConflict(name: string, registered: StateKind, wanted: StateKind): FlinkError {
  const own = registered === 'operator' || wanted === 'operator';
  const kind = registered === 'operator' ? wanted : registered;
  return new FlinkError(
    'STATE_CONFLICT',
    own
      ? `state '${name}' (${kind}) has the name of a state that the operator keeps for itself`
      : `state '${name}' was asked for as ${wanted} state, but is ${registered} state`,
    {
      domain: 'user',
      remedy: 'Give each state of an operator a name of its own.',
      details: { state: name, registered, wanted },
    },
  );
}
