/** Keyed state of one operator subtask. State address: (operator uid, state name, key group). Mirrors: KeyedStateBackend. */
import type { Key } from '../api/key.js';
import type { KeyedStateStore } from '../api/state.js';

/** Distinguishes state of one key by, say, window; VOID_NAMESPACE where there is nothing to distinguish. */
export type Namespace = string | number;
export const VOID_NAMESPACE: Namespace = '';

/** State handles read and write at (current key, current namespace). */
export interface KeyedStateBackend extends KeyedStateStore {
  readonly maxParallelism: number;
  readonly currentKey: Key;
  readonly currentKeyGroup: number;
  /** Selects the key; `keyGroup` was computed where the record was keyed. */
  setCurrentKey(key: Key, keyGroup: number): void;
  setCurrentNamespace(namespace: Namespace): void;
  /** Entries over all states, keys and namespaces; for metrics and tests. */
  numEntries(): number;
}
