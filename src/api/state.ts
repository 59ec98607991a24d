/** Keyed state as user functions see it. Every access is for the key of the record or timer at hand. */
import type { AggregateFunction, ReduceFunction } from './functions.js';

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

/** Names a state and carries its type; create it once, outside the per-record method. */
export interface ValueStateDescriptor<T> {
  readonly kind: 'value';
  readonly name: string;
  readonly defaultValue?: T | undefined;
  readonly __type?: T;
}
export interface ListStateDescriptor<T> {
  readonly kind: 'list';
  readonly name: string;
  readonly __type?: T;
}
export interface MapStateDescriptor<K, V> {
  readonly kind: 'map';
  readonly name: string;
  readonly __type?: [K, V];
}
export interface ReducingStateDescriptor<T> {
  readonly kind: 'reducing';
  readonly name: string;
  readonly reduce: ReduceFunction<T>;
}
export interface AggregatingStateDescriptor<IN, ACC, OUT> {
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

export function valueState<T>(name: string, defaultValue?: T): ValueStateDescriptor<T> {
  return { kind: 'value', name, defaultValue };
}
export function listState<T>(name: string): ListStateDescriptor<T> {
  return { kind: 'list', name };
}
export function mapState<K extends string | number | bigint | boolean, V>(name: string): MapStateDescriptor<K, V> {
  return { kind: 'map', name };
}
export function reducingState<T>(name: string, reduce: ReduceFunction<T>): ReducingStateDescriptor<T> {
  return { kind: 'reducing', name, reduce };
}
export function aggregatingState<IN, ACC, OUT>(
  name: string,
  aggregate: AggregateFunction<IN, ACC, OUT>,
): AggregatingStateDescriptor<IN, ACC, OUT> {
  return { kind: 'aggregating', name, aggregate };
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
