/** State of an operator itself, over one table of the heap backend. */
import type { KeyCursor, Namespace, OperatorState, StateCell } from '../keyed-state-backend.js';
import { HeapKeyCursor } from './heap-key-cursor.js';
import type { Position } from './position.js';
import { CurrentNamespaceAccess, NamespaceAccess } from './state-access.js';
import type { StateTable } from './state-table.js';

export class HeapOperatorState implements OperatorState {
  private readonly access: CurrentNamespaceAccess;
  private readonly table: StateTable;
  private readonly position: Position;

  constructor(table: StateTable, position: Position) {
    this.access = new CurrentNamespaceAccess(table, position);
    this.table = table;
    this.position = position;
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

  in(namespace: Namespace): StateCell {
    return new NamespaceAccess(this.table, namespace, this.position);
  }

  drop(namespace: Namespace): void {
    this.table.drop(namespace);
  }

  namespaces(): IterableIterator<Namespace> {
    return this.table.namespaces();
  }

  keysOf(namespace: Namespace): KeyCursor {
    return new HeapKeyCursor(this.table.find(namespace), this.position);
  }
}
