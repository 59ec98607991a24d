/** The state handles of the heap backend: live objects, no copies. Mirrors: HeapValueState, HeapListState, HeapMapState, … */
import type { AggregateFunction } from '../../api/functions.js';
import type { AggregatingState, ListState, MapState, ReducingState, ValueState } from '../../api/state.js';
import { FlinkError } from '../../core/errors.js';
import type { StateAccess } from './state-access.js';

export class HeapValueState implements ValueState<unknown> {
  private readonly access: StateAccess;
  private readonly defaultValue: unknown;

  constructor(access: StateAccess, defaultValue: unknown) {
    this.access = access;
    this.defaultValue = defaultValue;
  }

  value(): unknown {
    const value = this.access.get();
    return value === undefined ? this.defaultValue : value;
  }

  update(value: unknown): void {
    this.access.put(value);
  }

  clear(): void {
    this.access.remove();
  }
}

const NOTHING: readonly unknown[] = Object.freeze([]);

export class HeapListState implements ListState<unknown> {
  private readonly access: StateAccess;

  constructor(access: StateAccess) {
    this.access = access;
  }

  get(): readonly unknown[] {
    return (this.access.get() as unknown[] | undefined) ?? NOTHING;
  }

  add(value: unknown): void {
    const list = this.access.get() as unknown[] | undefined;
    if (list === undefined) this.access.put([value]);
    else list.push(value);
  }

  addAll(values: Iterable<unknown>): void {
    for (const value of values) this.add(value);
  }

  update(values: readonly unknown[]): void {
    this.access.put(values.length === 0 ? undefined : [...values]);
  }

  clear(): void {
    this.access.remove();
  }
}

type UserKey = string | number | bigint | boolean;

export class HeapMapState implements MapState<UserKey, unknown> {
  private readonly access: StateAccess;

  constructor(access: StateAccess) {
    this.access = access;
  }

  get(key: UserKey): unknown {
    return this.map()?.get(key);
  }

  put(key: UserKey, value: unknown): void {
    let map = this.map();
    if (map === undefined) {
      map = new Map();
      this.access.put(map);
    }
    map.set(key, value);
  }

  remove(key: UserKey): void {
    const map = this.map();
    if (map?.delete(key) && map.size === 0) this.access.remove();
  }

  has(key: UserKey): boolean {
    return this.map()?.has(key) ?? false;
  }

  entries(): IterableIterator<[UserKey, unknown]> {
    return (this.map() ?? new Map<UserKey, unknown>()).entries();
  }

  keys(): IterableIterator<UserKey> {
    return (this.map() ?? new Map<UserKey, unknown>()).keys();
  }

  values(): IterableIterator<unknown> {
    return (this.map() ?? new Map<UserKey, unknown>()).values();
  }

  get isEmpty(): boolean {
    return this.map() === undefined;
  }

  clear(): void {
    this.access.remove();
  }

  private map(): Map<UserKey, unknown> | undefined {
    return this.access.get() as Map<UserKey, unknown> | undefined;
  }
}

export type Reduce = (a: unknown, b: unknown) => unknown;

export class HeapReducingState implements ReducingState<unknown> {
  private readonly access: StateAccess;
  private readonly reduce: Reduce;

  constructor(access: StateAccess, reduce: Reduce) {
    this.access = access;
    this.reduce = reduce;
  }

  get(): unknown {
    return this.access.get();
  }

  add(value: unknown): void {
    const current = this.access.get();
    this.access.put(current === undefined ? value : checkFolded(this.reduce(current, value), this.access));
  }

  clear(): void {
    this.access.remove();
  }
}

export class HeapAggregatingState implements AggregatingState<unknown, unknown> {
  private readonly access: StateAccess;
  private readonly aggregate: AggregateFunction<unknown, unknown, unknown>;

  constructor(access: StateAccess, aggregate: AggregateFunction<unknown, unknown, unknown>) {
    this.access = access;
    this.aggregate = aggregate;
  }

  get(): unknown {
    const accumulator = this.access.get();
    return accumulator === undefined ? undefined : this.aggregate.getResult(accumulator);
  }

  add(value: unknown): void {
    const current = this.access.get();
    const accumulator = current === undefined ? this.aggregate.createAccumulator() : current;
    this.access.put(checkFolded(this.aggregate.add(value, accumulator), this.access));
  }

  clear(): void {
    this.access.remove();
  }
}

/** A folding function that forgets its `return` would silently clear the state. */
export function checkFolded(value: unknown, access: StateAccess): unknown {
  const isPromise = typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
  if (value !== undefined && !isPromise) return value;
  const [code, what] = isPromise ? ['ASYNC_RESULT', 'a promise'] : ['UNDEFINED_RESULT', 'undefined'];
  throw new FlinkError(code, `the function that folds into state '${access.stateName}' returned ${what}`, {
    domain: 'user',
    remedy: 'Return the new value or accumulator, synchronously.',
    details: { state: access.stateName },
  });
}
