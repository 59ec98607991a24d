/** Reads and writes one state at the current key: in one namespace, or in whichever is current. */
import { type Namespace, type StateCell, VOID_NAMESPACE } from '../keyed-state-backend.js';
import { type NamespaceTable, noCurrentKey } from './namespace-table.js';
import type { Position } from './position.js';
import type { StateTable } from './state-table.js';

export interface StateAccess extends StateCell {
  readonly stateName: string;
}

/** State of the key alone. */
export class VoidNamespaceAccess implements StateAccess {
  private readonly state: StateTable;
  private readonly position: Position;
  /** Always the same. */
  private readonly table: NamespaceTable;

  constructor(state: StateTable, position: Position) {
    this.state = state;
    this.position = position;
    this.table = state.findOrCreate(VOID_NAMESPACE);
  }

  get stateName(): string {
    return this.state.name;
  }

  /** hot path */
  get(): unknown {
    const value = this.table.get(this.position);
    if (value === undefined && this.position.keyGroup < 0) throw noCurrentKey(this.state.name);
    return value;
  }

  /** hot path */
  put(value: unknown): void {
    if (value === undefined) this.remove();
    else this.table.put(this.position, value);
  }

  remove(): void {
    if (this.position.keyGroup < 0) throw noCurrentKey(this.state.name);
    this.table.remove(this.position);
  }
}

/** State in one namespace, which comes and goes. */
export class NamespaceAccess implements StateCell {
  private readonly state: StateTable;
  private readonly namespace: Namespace;
  private readonly position: Position;
  private table: NamespaceTable | undefined;

  constructor(state: StateTable, namespace: Namespace, position: Position) {
    this.state = state;
    this.namespace = namespace;
    this.position = position;
  }

  /** hot path */
  get(): unknown {
    let { table } = this;
    if (table === undefined || table.isDetached) {
      table = this.state.find(this.namespace);
      this.table = table;
    }
    const value = table === undefined ? undefined : table.get(this.position);
    if (value === undefined && this.position.keyGroup < 0) throw noCurrentKey(this.state.name);
    return value;
  }

  /** hot path */
  put(value: unknown): void {
    if (value === undefined) return this.remove();
    if (this.table === undefined || this.table.isDetached) this.table = this.state.findOrCreate(this.namespace);
    this.table.put(this.position, value);
  }

  remove(): void {
    if (this.position.keyGroup < 0) throw noCurrentKey(this.state.name);
    this.state.removeKey(this.position, this.namespace);
  }
}

/** State in the current namespace. Keeps the last table, for several accesses mostly follow each other in one. */
export class CurrentNamespaceAccess implements StateAccess {
  private readonly state: StateTable;
  private readonly position: Position;
  private table: NamespaceTable | undefined;
  private namespaceVersion = -1;

  constructor(state: StateTable, position: Position) {
    this.state = state;
    this.position = position;
  }

  get stateName(): string {
    return this.state.name;
  }

  /** hot path */
  get(): unknown {
    const { position } = this;
    const value = this.currentTable()?.get(position);
    if (value === undefined && position.keyGroup < 0) throw noCurrentKey(this.state.name);
    return value;
  }

  /** hot path */
  put(value: unknown): void {
    if (value === undefined) return this.remove();
    const table = this.currentTable() ?? this.createTable();
    table.put(this.position, value);
  }

  remove(): void {
    const { position } = this;
    if (position.keyGroup < 0) throw noCurrentKey(this.state.name);
    this.state.removeKey(position, position.namespace);
  }

  private currentTable(): NamespaceTable | undefined {
    const { table } = this;
    const { namespaceVersion } = this.position;
    if (table !== undefined && namespaceVersion === this.namespaceVersion && !table.isDetached) return table;
    this.namespaceVersion = namespaceVersion;
    this.table = this.state.find(this.position.namespace);
    return this.table;
  }

  private createTable(): NamespaceTable {
    this.table = this.state.findOrCreate(this.position.namespace);
    return this.table;
  }
}
