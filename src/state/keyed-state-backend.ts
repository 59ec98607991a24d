/** Keyed state of one operator subtask. State address: (operator uid, state name, key group). Mirrors: KeyedStateBackend. */
import type { Key } from '../api/key.js';
import type {
  AggregatingStateDescriptor,
  KeyedStateStore,
  ListStateDescriptor,
  ReducingStateDescriptor,
} from '../api/state.js';

/** Distinguishes state of one key by, say, window; VOID_NAMESPACE where there is nothing to distinguish. */
export type Namespace = string | number;
export const VOID_NAMESPACE: Namespace = '';

/** Descriptors whose values of several namespaces can become one. */
export type MergeableStateDescriptor =
  | ListStateDescriptor<never>
  | ReducingStateDescriptor<never>
  | AggregatingStateDescriptor<never, never, never>;

/** Walks the keys of one namespace, over all key groups. */
export interface KeyCursor {
  /** Makes the next key the current one; false, and nothing changed, when there is none left. */
  advance(): boolean;
  /** What that key has in the namespace, until it is changed; undefined before the first key. */
  readonly value: unknown;
}

export const NO_KEYS: KeyCursor = { advance: () => false, value: undefined };

/** One value of the current key. */
export interface StateCell {
  /** `undefined` when there is none. */
  get(): unknown;
  /** `undefined` removes. */
  put(value: unknown): void;
  remove(): void;
}

/** State that an operator keeps for itself: one value at (current key, current namespace). Not visible to user functions. */
export interface OperatorState extends StateCell {
  /** The value in that namespace, whatever the current one is; for operators that come back to it with many records. */
  in(namespace: Namespace): StateCell;
  /** Removes what any key has in a namespace. */
  drop(namespace: Namespace): void;
  /** Namespaces in which any key has a value. */
  namespaces(): IterableIterator<Namespace>;
  /** Values may be changed while the cursor is in use, keys may neither be added nor removed. */
  keysOf(namespace: Namespace): KeyCursor;
}

/** The state of one key group as plain data that shares nothing with the live state. */
export interface KeyGroupState {
  readonly keyGroup: number;
  readonly states: readonly {
    readonly name: string;
    readonly kind: string;
    readonly entries: readonly (readonly [namespace: Namespace, key: Key, value: unknown])[];
  }[];
}

/** The handles of the store itself read and write at (current key, VOID_NAMESPACE): they are what users get. */
export interface KeyedStateBackend extends KeyedStateStore {
  readonly maxParallelism: number;
  /** Throws NO_CURRENT_KEY outside the processing of a record or timer. */
  readonly currentKey: Key;
  /** -1 without a current key. */
  readonly currentKeyGroup: number;
  /** Selects the key; `keyGroup` was computed where the record was keyed. */
  setCurrentKey(key: Key, keyGroup: number): void;
  /** Until a key is selected, every access to state throws NO_CURRENT_KEY. */
  clearCurrentKey(): void;
  setCurrentNamespace(namespace: Namespace): void;
  /** Handles that read and write at (current key, current namespace). */
  readonly namespaced: KeyedStateStore;
  /** State of the operator itself; a user state of this name is a STATE_CONFLICT. */
  getOperatorState(name: string): OperatorState;
  /** Folds what the current key has under `sources` into `target`; the sources keep nothing. */
  mergeNamespaces(descriptor: MergeableStateDescriptor, target: Namespace, sources: readonly Namespace[]): void;
  /** Removes all that the current key has in a namespace, over all states. */
  clearNamespace(namespace: Namespace): void;
  /** Removes all that any key has in a namespace, over all states. */
  dropNamespace(namespace: Namespace): void;
  /** Entries over all states, keys and namespaces; for metrics and tests. */
  numEntries(): number;
  /** A copy of everything, by key group. */
  snapshotState(): readonly KeyGroupState[];
  /** Fills an empty backend; key groups that it does not own are refused. */
  restoreState(groups: readonly KeyGroupState[]): void;
}
