/** The broadcast state of an operator: the maps it declared, with a view that cannot write. Mirrors: HeapBroadcastState. */
import type { BroadcastState, MapStateDescriptor, ReadOnlyBroadcastState } from '../api/state.js';
import { FlinkError } from '../core/errors.js';
import { refuseTtl } from './ttl/ttl-conflicts.js';

type Entries = Readonly<Record<string, readonly (readonly [key: unknown, value: unknown])[]>>;

export class BroadcastStates {
  private readonly operator: string;
  private readonly states = new Map<
    string,
    { readonly writable: HeapBroadcastState; readonly readOnly: ReadOnlyView }
  >();

  constructor(descriptors: readonly MapStateDescriptor<unknown, unknown>[], operator: string) {
    this.operator = operator;
    for (const descriptor of descriptors) {
      refuseTtl(descriptor, 'broadcast state');
      const { name } = descriptor;
      const writable = new HeapBroadcastState();
      this.states.set(name, { writable, readOnly: new ReadOnlyView(writable) });
    }
  }

  /** Throws UNKNOWN_BROADCAST_STATE for what the operator did not declare. */
  writable<K, V>(descriptor: MapStateDescriptor<K, V>): BroadcastState<K, V> {
    return this.find(descriptor.name).writable as unknown as BroadcastState<K, V>;
  }

  readOnly<K, V>(descriptor: MapStateDescriptor<K, V>): ReadOnlyBroadcastState<K, V> {
    return this.find(descriptor.name).readOnly as unknown as ReadOnlyBroadcastState<K, V>;
  }

  snapshotState(): Entries {
    const entries = [...this.states].map(
      ([name, { writable }]) => [name, structuredClone([...writable.entries()])] as const,
    );
    return Object.fromEntries(entries);
  }

  restoreState(snapshot: Entries): void {
    for (const [name, entries] of Object.entries(snapshot)) {
      const state = this.states.get(name)?.writable;
      for (const [key, value] of structuredClone(entries)) state?.put(key, value);
    }
  }

  private find(name: string) {
    const state = this.states.get(name);
    if (state !== undefined) return state;
    const declared = [...this.states.keys()].map((known) => `'${known}'`).join(', ');
    throw new FlinkError(
      'UNKNOWN_BROADCAST_STATE',
      `operator '${this.operator}' has no broadcast state '${name}'; it declares ${declared || 'none'}`,
      {
        domain: 'user',
        remedy: 'Pass the descriptor to broadcast(...) of the stream that fills the state.',
        details: { operator: this.operator, state: name },
      },
    );
  }
}

class HeapBroadcastState implements BroadcastState<unknown, unknown> {
  private readonly map = new Map<unknown, unknown>();

  get(key: unknown): unknown {
    return this.map.get(key);
  }

  has(key: unknown): boolean {
    return this.map.has(key);
  }

  entries(): IterableIterator<[unknown, unknown]> {
    return this.map.entries();
  }

  put(key: unknown, value: unknown): void {
    this.map.set(key, value);
  }

  remove(key: unknown): void {
    this.map.delete(key);
  }

  clear(): void {
    this.map.clear();
  }
}

/** Has no methods that write, whatever the caller's types say. */
class ReadOnlyView implements ReadOnlyBroadcastState<unknown, unknown> {
  readonly #state: HeapBroadcastState;

  constructor(state: HeapBroadcastState) {
    this.#state = state;
  }

  get(key: unknown): unknown {
    return this.#state.get(key);
  }

  has(key: unknown): boolean {
    return this.#state.has(key);
  }

  entries(): IterableIterator<[unknown, unknown]> {
    return this.#state.entries();
  }
}
