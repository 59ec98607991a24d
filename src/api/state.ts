/** Keyed state as user functions see it. Every access is for the key of the record or timer at hand. */
import type { AggregateFunction, ReduceFunction } from './functions.js';
import type { StateTtlConfig } from './state-ttl-config.js';

export interface State {
  /** Removes the value of the current key. */
  clear(): void;
}

export interface ValueState<T> extends State {
  /** The current key's value, or undefined when there is none. */
  value(): T | undefined;
  update(value: T): void;
}

export interface ListState<T> extends State {
  get(): readonly T[];
  add(value: T): void;
  addAll(values: Iterable<T>): void;
  update(values: readonly T[]): void;
}

export interface MapState<K extends string | number | bigint | boolean, V> extends State {
  get(key: K): V | undefined;
  put(key: K, value: V): void;
  remove(key: K): void;
  has(key: K): boolean;
  entries(): IterableIterator<[K, V]>;
  keys(): IterableIterator<K>;
  values(): IterableIterator<V>;
  readonly isEmpty: boolean;
}

/** Folds what is added with a ReduceFunction. */
export interface ReducingState<T> extends State {
  get(): T | undefined;
  add(value: T): void;
}

/** Folds what is added into an accumulator and reads its result. */
export interface AggregatingState<IN, OUT> extends State {
  get(): OUT | undefined;
  add(value: IN): void;
}

/** What all descriptors have. Mirrors: StateDescriptor. */
export interface WithTimeToLive {
  /** undefined: the state lives until it is cleared. */
  readonly ttlConfig?: StateTtlConfig | undefined;
  /** Gives this state a time to live; answers the descriptor itself. Keyed state only, and not that of triggers. */
  enableTimeToLive(ttlConfig: StateTtlConfig): this;
}

/** Names a state and carries its type; create it once, outside the per-record method. */
export interface ValueStateDescriptor<T> extends WithTimeToLive {
  readonly kind: 'value';
  readonly name: string;
  readonly defaultValue?: T | undefined;
  readonly __type?: T;
}
export interface ListStateDescriptor<T> extends WithTimeToLive {
  readonly kind: 'list';
  readonly name: string;
  readonly __type?: T;
}
export interface MapStateDescriptor<K, V> extends WithTimeToLive {
  readonly kind: 'map';
  readonly name: string;
  readonly __type?: [K, V];
}
export interface ReducingStateDescriptor<T> extends WithTimeToLive {
  readonly kind: 'reducing';
  readonly name: string;
  readonly reduce: ReduceFunction<T>;
}
export interface AggregatingStateDescriptor<IN, ACC, OUT> extends WithTimeToLive {
  readonly kind: 'aggregating';
  readonly name: string;
  readonly aggregate: AggregateFunction<IN, ACC, OUT>;
}
// biome-ignore lint: the union is over all instantiations
export type StateDescriptor =
  | ValueStateDescriptor<unknown>
  | ListStateDescriptor<unknown>
  | MapStateDescriptor<unknown, unknown>
  | ReducingStateDescriptor<never>
  | AggregatingStateDescriptor<never, unknown, unknown>;

class Descriptor implements WithTimeToLive {
  ttlConfig: StateTtlConfig | undefined;

  constructor(fields: object) {
    Object.assign(this, fields);
  }

  enableTimeToLive(ttlConfig: StateTtlConfig): this {
    this.ttlConfig = ttlConfig;
    return this;
  }
}

function describe<D extends WithTimeToLive>(fields: Omit<D, keyof WithTimeToLive | '__type'>): D {
  return new Descriptor(fields) as unknown as D;
}

export function valueState<T>(name: string, defaultValue?: T): ValueStateDescriptor<T> {
  return describe<ValueStateDescriptor<T>>({ kind: 'value', name, defaultValue });
}
export function listState<T>(name: string): ListStateDescriptor<T> {
  return describe<ListStateDescriptor<T>>({ kind: 'list', name });
}
export function mapState<K extends string | number | bigint | boolean, V>(name: string): MapStateDescriptor<K, V> {
  return describe<MapStateDescriptor<K, V>>({ kind: 'map', name });
}
export function reducingState<T>(name: string, reduce: ReduceFunction<T>): ReducingStateDescriptor<T> {
  return describe<ReducingStateDescriptor<T>>({ kind: 'reducing', name, reduce });
}
export function aggregatingState<IN, ACC, OUT>(
  name: string,
  aggregate: AggregateFunction<IN, ACC, OUT>,
): AggregatingStateDescriptor<IN, ACC, OUT> {
  return describe<AggregatingStateDescriptor<IN, ACC, OUT>>({ kind: 'aggregating', name, aggregate });
}

/** Gives access to the keyed state of the operator. Mirrors: KeyedStateStore. */
export interface KeyedStateStore {
  getState<T>(descriptor: ValueStateDescriptor<T>): ValueState<T>;
  getListState<T>(descriptor: ListStateDescriptor<T>): ListState<T>;
  getMapState<K extends string | number | bigint | boolean, V>(descriptor: MapStateDescriptor<K, V>): MapState<K, V>;
  getReducingState<T>(descriptor: ReducingStateDescriptor<T>): ReducingState<T>;
  getAggregatingState<IN, ACC, OUT>(descriptor: AggregatingStateDescriptor<IN, ACC, OUT>): AggregatingState<IN, OUT>;
}

/** Broadcast state: the same map on every subtask, written only from the broadcast side. */
export interface ReadOnlyBroadcastState<K, V> {
  get(key: K): V | undefined;
  has(key: K): boolean;
  entries(): IterableIterator<[K, V]>;
}
export interface BroadcastState<K, V> extends ReadOnlyBroadcastState<K, V> {
  put(key: K, value: V): void;
  remove(key: K): void;
  clear(): void;
}
