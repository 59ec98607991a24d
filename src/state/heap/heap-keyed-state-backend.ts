/** Keyed state in memory: numbers in typed tables, all else as live objects. Mirrors: HeapKeyedStateBackend. */
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
import type {
  KeyedStateBackend,
  KeyGroupState,
  MergeableStateDescriptor,
  Namespace,
  OperatorState,
} from '../keyed-state-backend.js';
import { CellPool } from './cell-pool.js';
import { HeapKeyedStateStore } from './heap-keyed-state-store.js';
import { HeapOperatorState } from './heap-operator-state.js';
import { readTables, writeTables } from './heap-snapshot.js';
import { mergeValues } from './merge-values.js';
import { noCurrentKey } from './namespace-table.js';
import { Position } from './position.js';
import { CurrentNamespaceAccess, VoidNamespaceAccess } from './state-access.js';
import { type StateKind, StateTable } from './state-table.js';

/** Slots of a segment of a table: dividing a full one takes some five milliseconds, whatever the size of the state. */
const MAX_SLOTS = 1 << 17;

export class HeapKeyedStateBackend implements KeyedStateBackend {
  readonly maxParallelism: number;
  readonly keyGroupRange: KeyGroupRange;
  readonly namespaced: KeyedStateStore;
  private readonly tables = new Map<string, StateTable>();
  private readonly store: KeyedStateStore;
  private readonly position = new Position();
  private readonly pool = new CellPool();
  private readonly maxSlots: number;

  /** Without a range the backend owns every key group. Tests make segments smaller, to see them divided. */
  constructor(
    maxParallelism: number,
    keyGroupRange: KeyGroupRange = { start: 0, end: maxParallelism - 1 },
    maxSlots: number = MAX_SLOTS,
  ) {
    this.maxParallelism = maxParallelism;
    this.keyGroupRange = keyGroupRange;
    this.maxSlots = maxSlots;
    const { position } = this;
    const tableOf = ({ name, kind }: StateDescriptor) => this.table(name, kind);
    this.store = new HeapKeyedStateStore((descriptor) => new VoidNamespaceAccess(tableOf(descriptor), position));
    this.namespaced = new HeapKeyedStateStore(
      (descriptor) => new CurrentNamespaceAccess(tableOf(descriptor), position),
    );
  }

  get currentKey(): Key {
    if (this.position.keyGroup < 0) throw noCurrentKey('currentKey');
    return this.position.key;
  }

  get currentKeyGroup(): number {
    return this.position.keyGroup;
  }

  /** hot path */
  setCurrentKey(key: Key, keyGroup: number): void {
    this.position.select(key, keyGroup);
  }

  clearCurrentKey(): void {
    this.position.clear();
  }

  /** hot path */
  setCurrentNamespace(namespace: Namespace): void {
    this.position.enter(namespace);
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
    return new HeapOperatorState(this.table(name, 'operator'), this.position);
  }

  mergeNamespaces(descriptor: MergeableStateDescriptor, target: Namespace, sources: readonly Namespace[]): void {
    const access = new CurrentNamespaceAccess(this.table(descriptor.name, descriptor.kind), this.position);
    const before = this.position.namespace;
    const values: unknown[] = [];
    for (const namespace of [target, ...sources]) {
      this.position.enter(namespace);
      const value = access.get();
      if (value !== undefined) values.push(value);
      if (namespace !== target) access.remove();
    }
    this.position.enter(target);
    access.put(mergeValues(descriptor, values));
    this.position.enter(before);
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
      table = new StateTable(name, kind, this.keyGroupRange, this.maxSlots, this.pool);
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
