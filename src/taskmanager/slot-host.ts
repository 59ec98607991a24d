/** The port behind which a slot runs: a worker thread, or the calling thread (simulation, programs that cannot be bound). */
import type { FromSlot, ToSlot } from './slot-messages.js';

export interface SlotThread {
  post(message: ToSlot): void;
  /** Ends it at once, wherever it is; nothing is reported afterwards. Idempotent. */
  terminate(): Promise<void>;
}

export interface SlotThreadListener {
  onMessage(message: FromSlot): void;
  /** The thread is gone without having been asked: `error` says why as far as known. */
  onExit(error: Error): void;
}

export interface SlotHost {
  /** Starts a thread; it has no job until the first message `prepare`. `name` shows in logs and thread dumps. */
  start(name: string, doorbellIndex: number, listener: SlotThreadListener): SlotThread;
}
