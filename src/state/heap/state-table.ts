/** All values of one state of an operator subtask, by namespace, key group and key. Mirrors: StateTable. */
import { FlinkError } from '../../core/errors.js';
import type { KeyGroupRange } from '../../serialization/key-encoding.js';
import { type Namespace, VOID_NAMESPACE } from '../keyed-state-backend.js';
import type { MapKey } from '../map-key.js';
import { NamespaceSlice } from './namespace-slice.js';

export type StateKind = 'value' | 'list' | 'map' | 'reducing' | 'aggregating' | 'operator';

/** Where the operator is now. One object a backend, written per record. */
export interface Position {
  key: MapKey;
  /** -1 while there is no current key; no table has entries there. */
  keyGroup: number;
  namespace: Namespace;
}

export class StateTable {
  readonly name: string;
  readonly kind: StateKind;
  private readonly range: KeyGroupRange;
  private readonly slices = new Map<Namespace, NamespaceSlice>();

  constructor(name: string, kind: StateKind, range: KeyGroupRange) {
    this.name = name;
    this.kind = kind;
    this.range = range;
  }

  slice(namespace: Namespace): NamespaceSlice | undefined {
    return this.slices.get(namespace);
  }

  sliceForWrite(namespace: Namespace): NamespaceSlice {
    let slice = this.slices.get(namespace);
    if (slice === undefined) {
      slice = new NamespaceSlice(this.range);
      this.slices.set(namespace, slice);
    }
    return slice;
  }

  namespaces(): IterableIterator<Namespace> {
    return this.slices.keys();
  }

  removeKey(position: Position, namespace: Namespace): void {
    const slice = this.slices.get(namespace);
    const entries = slice?.entriesOf(position.keyGroup);
    if (slice === undefined || entries === undefined) return;
    if (entries.delete(position.key) && entries.size === 0) this.dropIfEmpty(namespace, slice);
  }

  drop(namespace: Namespace): void {
    const slice = this.slices.get(namespace);
    if (slice === undefined) return;
    slice.isDetached = true;
    this.slices.delete(namespace);
  }

  numEntries(): number {
    let count = 0;
    for (const slice of this.slices.values()) {
      for (const [, entries] of slice.keyGroups()) count += entries.size;
    }
    return count;
  }

  /** The namespace without distinction stays: it fills again with the next record. */
  private dropIfEmpty(namespace: Namespace, slice: NamespaceSlice): void {
    if (namespace !== VOID_NAMESPACE && slice.isEmpty) this.drop(namespace);
  }
}

/**
 * Reads and writes one table at the current key, either in the current namespace or always in VOID_NAMESPACE. Keeps
 * the last slice, so that an access costs one array read and one Map lookup.
 */
export class StateAccess {
  readonly table: StateTable;
  private readonly position: Position;
  private readonly followsNamespace: boolean;
  private namespace: Namespace = VOID_NAMESPACE;
  private slice: NamespaceSlice | undefined;

  constructor(table: StateTable, position: Position, followsNamespace: boolean) {
    this.table = table;
    this.position = position;
    this.followsNamespace = followsNamespace;
  }

  /** hot path */
  get(): unknown {
    const { position } = this;
    const entries = this.currentSlice()?.entriesOf(position.keyGroup);
    if (entries !== undefined) return entries.get(position.key);
    if (position.keyGroup < 0) throw noCurrentKey(this.table.name);
    return undefined;
  }

  /** `undefined` removes. hot path */
  put(value: unknown): void {
    if (value === undefined) return this.remove();
    const { position } = this;
    const entries = this.currentSlice()?.entriesOf(position.keyGroup) ?? this.createEntries();
    entries.set(position.key, value);
  }

  remove(): void {
    if (this.position.keyGroup < 0) throw noCurrentKey(this.table.name);
    this.table.removeKey(this.position, this.followsNamespace ? this.position.namespace : VOID_NAMESPACE);
  }

  private currentSlice(): NamespaceSlice | undefined {
    const namespace = this.followsNamespace ? this.position.namespace : VOID_NAMESPACE;
    if (this.slice === undefined || this.slice.isDetached || namespace !== this.namespace) {
      this.namespace = namespace;
      this.slice = this.table.slice(namespace);
    }
    return this.slice;
  }

  private createEntries() {
    if (this.position.keyGroup < 0) throw noCurrentKey(this.table.name);
    this.slice = this.table.sliceForWrite(this.namespace);
    return this.slice.create(this.position.keyGroup);
  }
}

export function noCurrentKey(stateName: string): FlinkError {
  return new FlinkError('NO_CURRENT_KEY', `state '${stateName}' was used where there is no current key`, {
    domain: 'user',
    remedy:
      'Use keyed state while a record of the keyed input or a timer is processed; open() and broadcast records have no key.',
    details: { state: stateName },
  });
}
