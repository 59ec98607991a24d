/**
 * How the thread of one slot wakes that of another: a counter a slot in shared memory. A ring is counted, so that one
 * which comes between looking for work and waiting is not lost.
 */

/** A slot that runs in the thread of those who ring it: nobody waits in Atomics there, so it is called instead. */
const localListeners = new WeakMap<SharedArrayBuffer, Map<number, () => void>>();

export class Doorbells {
  /** One int32 a slot; to be handed to other threads. */
  readonly memory: SharedArrayBuffer;
  private readonly counters: Int32Array;
  private readonly listeners: Map<number, () => void>;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.counters = new Int32Array(memory);
    this.listeners = listenersOf(memory);
  }

  /**
   * For a slot that runs in this thread: `callback` is called within every ring of `index` by this thread, and should
   * only note that there is work. Rings of other threads do not reach it. Returns what ends that.
   */
  listen(index: number, callback: () => void): () => void {
    this.listeners.set(index, callback);
    return () => {
      if (this.listeners.get(index) === callback) this.listeners.delete(index);
    };
  }

  /** Wakes the slot, or makes its next wait return at once. */
  ring(index: number): void {
    Atomics.add(this.counters, index, 1);
    Atomics.notify(this.counters, index);
    if (this.listeners.size > 0) this.listeners.get(index)?.();
  }

  /** How often it rang: to be read before looking for work, and handed to `wait`. */
  count(index: number): number {
    return Atomics.load(this.counters, index);
  }

  /** Blocks the thread until it rang more than `seen` times or the time is over. Says whether it rang. */
  wait(index: number, seen: number, timeoutMs: number): boolean {
    return Atomics.wait(this.counters, index, seen, timeoutMs) !== 'timed-out';
  }
}

function listenersOf(doorbells: SharedArrayBuffer): Map<number, () => void> {
  let listeners = localListeners.get(doorbells);
  if (listeners === undefined) {
    listeners = new Map();
    localListeners.set(doorbells, listeners);
  }
  return listeners;
}
