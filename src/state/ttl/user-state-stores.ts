/**
 * What user functions get of a keyed state backend: states with a time to live are wrapped, all others are the backend's
 * own handles. Mirrors: TtlStateFactory, DefaultKeyedStateStore.
 */
import type { AggregateFunction } from '../../api/functions.js';
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
  State,
  StateDescriptor,
  ValueState,
  ValueStateDescriptor,
} from '../../api/state.js';
import type { StateTtlConfig } from '../../api/state-ttl-config.js';
import type { Clock } from '../../core/clock.js';
import { reduceOf } from '../heap/merge-values.js';
import type { KeyedStateBackend, KeyGroupState } from '../keyed-state-backend.js';
import { type TtlContent, withoutExpired } from './expiry.js';
import { differentConfig, explainConflict } from './ttl-conflicts.js';
import { TtlAggregatingState, TtlReducingState } from './ttl-folding-states.js';
import { TtlListState } from './ttl-list-state.js';
import { TtlMapState } from './ttl-map-state.js';
import { type TtlAccess, TtlTable } from './ttl-table.js';
import { TtlValueState } from './ttl-value-state.js';

type AnyDescriptor = StateDescriptor & { readonly ttlConfig?: StateTtlConfig };

export class UserStateStores {
  /** State of the current key. */
  readonly keyed: KeyedStateStore;
  /** State of the current key in the current namespace: that of a window. */
  readonly namespaced: KeyedStateStore;
  private readonly backend: KeyedStateBackend;
  private readonly clock: Clock;
  private readonly select: KeyedStateBackend['setCurrentKey'];
  private readonly tables = new Map<string, TtlTable>();

  constructor(backend: KeyedStateBackend, clock: Clock) {
    this.backend = backend;
    this.clock = clock;
    this.select = backend.setCurrentKey.bind(backend);
    const access = (isNamespaced: boolean) => (descriptor: AnyDescriptor) =>
      this.table(descriptor).access(isNamespaced);
    this.keyed = new TtlAwareStore(backend, access(false));
    this.namespaced = new TtlAwareStore(backend.namespaced, access(true));
  }

  /** As that of the backend, without what is over. */
  snapshotState(): readonly KeyGroupState[] {
    const groups = this.backend.snapshotState();
    if (this.tables.size === 0) return groups;
    return groups.map(({ keyGroup, states }) => ({
      keyGroup,
      states: states.map((state) => {
        const table = this.tables.get(state.name);
        return table === undefined ? state : { ...state, entries: this.entriesLeft(table, state.entries) };
      }),
    }));
  }

  private entriesLeft(table: TtlTable, entries: KeyGroupState['states'][number]['entries']) {
    const now = this.clock.now();
    return entries.flatMap(([namespace, key, value]) => {
      const left = withoutExpired(value as TtlContent, now, table.config.timeToLiveMs);
      return left === undefined ? [] : ([[namespace, key, left]] as const);
    });
  }

  private table(descriptor: AnyDescriptor): TtlTable {
    const { name, kind, ttlConfig } = descriptor;
    let table = this.tables.get(name);
    if (table === undefined) {
      table = new TtlTable(name, kind, ttlConfig as StateTtlConfig, this.backend, this.select, this.clock);
      this.tables.set(name, table);
      if (table.config.incrementalCleanup?.runCleanupForEveryRecord === true) this.cleanUpWithEveryKey();
    }
    if (table.kind !== kind || !isSame(table.config, ttlConfig as StateTtlConfig)) throw differentConfig(name);
    return table;
  }

  /** The backend tells nobody that a key was selected, so that states without a time to live do not pay for it. */
  private cleanUpWithEveryKey(): void {
    const wanting = [...this.tables.values()].filter(
      ({ config }) => config.incrementalCleanup?.runCleanupForEveryRecord === true,
    );
    this.backend.setCurrentKey = (key, keyGroup) => {
      this.select(key, keyGroup);
      for (const table of wanting) table.cleanUp();
    };
  }
}

/** Each wrapped handle once per descriptor, as the backend does with its own. */
class TtlAwareStore implements KeyedStateStore {
  private readonly store: KeyedStateStore;
  private readonly access: (descriptor: AnyDescriptor) => TtlAccess;
  private readonly handles = new Map<unknown, State>();

  constructor(store: KeyedStateStore, access: (descriptor: AnyDescriptor) => TtlAccess) {
    this.store = store;
    this.access = access;
  }

  getState<T>(descriptor: ValueStateDescriptor<T>): ValueState<T> {
    if (!hasTtl(descriptor)) return this.plain('getState', descriptor);
    return this.wrapped(descriptor, (access) => new TtlValueState(access, descriptor.defaultValue));
  }

  getListState<T>(descriptor: ListStateDescriptor<T>): ListState<T> {
    if (!hasTtl(descriptor)) return this.plain('getListState', descriptor);
    return this.wrapped(descriptor, (access) => new TtlListState(access));
  }

  getMapState<K extends string | number | bigint | boolean, V>(descriptor: MapStateDescriptor<K, V>): MapState<K, V> {
    if (!hasTtl(descriptor)) return this.plain('getMapState', descriptor);
    return this.wrapped(descriptor, (access) => new TtlMapState(access));
  }

  getReducingState<T>(descriptor: ReducingStateDescriptor<T>): ReducingState<T> {
    if (!hasTtl(descriptor)) return this.plain('getReducingState', descriptor);
    return this.wrapped(descriptor, (access) => new TtlReducingState(access, reduceOf(descriptor.reduce)));
  }

  getAggregatingState<IN, ACC, OUT>(descriptor: AggregatingStateDescriptor<IN, ACC, OUT>): AggregatingState<IN, OUT> {
    if (!hasTtl(descriptor)) return this.plain('getAggregatingState', descriptor);
    const aggregate = descriptor.aggregate as AggregateFunction<unknown, unknown, unknown>;
    return this.wrapped(descriptor, (access) => new TtlAggregatingState(access, aggregate));
  }

  private plain<S extends State>(method: keyof KeyedStateStore, descriptor: { readonly name: string }): S {
    try {
      return (this.store[method] as (descriptor: unknown) => unknown).call(this.store, descriptor) as S;
    } catch (error) {
      throw explainConflict(error, descriptor.name);
    }
  }

  private wrapped<S extends State>(descriptor: { readonly name: string }, wrap: (access: TtlAccess) => State): S {
    let handle = this.handles.get(descriptor);
    if (handle === undefined) {
      try {
        handle = wrap(this.access(descriptor as AnyDescriptor));
      } catch (error) {
        throw explainConflict(error, descriptor.name);
      }
      this.handles.set(descriptor, handle);
    }
    return handle as S;
  }
}

function hasTtl(descriptor: { readonly ttlConfig?: StateTtlConfig | undefined }): boolean {
  return descriptor.ttlConfig?.isEnabled === true;
}

function isSame(a: StateTtlConfig, b: StateTtlConfig): boolean {
  return a.timeToLiveMs === b.timeToLiveMs && a.updateType === b.updateType && a.stateVisibility === b.stateVisibility;
}
