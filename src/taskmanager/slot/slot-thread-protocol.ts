/** What passes between a slot's worker thread and its host beside the slot's own messages. */
import type { FromSlot } from '../slot-messages.js';

export interface SlotThreadData {
  readonly doorbells: SharedArrayBuffer;
  readonly doorbellIndex: number;
}

/** Console output travels as messages: a worker that waits in Atomics.wait would never flush its streams. */
export type FromThread =
  | FromSlot
  | { readonly type: 'console'; readonly stream: 'stdout' | 'stderr'; readonly text: string };
