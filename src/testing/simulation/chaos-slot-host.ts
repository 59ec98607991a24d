/** Slots in the calling thread that die on demand, or stop listening to cancellation. */
import type { SlotHost, SlotThread, SlotThreadListener } from '../../taskmanager/slot-host.js';
import type { ToSlot } from '../../taskmanager/slot-messages.js';

export class ChaosSlotHost implements SlotHost {
  private readonly inner: SlotHost;
  private readonly threads = new Set<ChaosThread>();

  constructor(inner: SlotHost) {
    this.inner = inner;
  }

  start(name: string, doorbellIndex: number, listener: SlotThreadListener): SlotThread {
    const thread: ChaosThread = new ChaosThread(this.inner.start(name, doorbellIndex, listener), listener, () =>
      this.threads.delete(thread),
    );
    this.threads.add(thread);
    return thread;
  }

  /** One of the living threads exits by itself; false when there is none. `target` is a share in [0, 1). */
  loseThread(target: number): boolean {
    const thread = this.choose(target);
    thread?.die();
    return thread !== undefined;
  }

  /** One of the living threads hears no cancellation and no request to end any more; false when there is none. */
  deafenThread(target: number): boolean {
    const thread = this.choose(target);
    if (thread !== undefined) thread.isDeaf = true;
    return thread !== undefined;
  }

  private choose(target: number): ChaosThread | undefined {
    return [...this.threads][Math.floor(target * this.threads.size)];
  }
}

class ChaosThread implements SlotThread {
  isDeaf = false;
  private readonly inner: SlotThread;
  private readonly listener: SlotThreadListener;
  private readonly onEnded: () => void;

  constructor(inner: SlotThread, listener: SlotThreadListener, onEnded: () => void) {
    this.inner = inner;
    this.listener = listener;
    this.onEnded = onEnded;
  }

  post(message: ToSlot): void {
    if (this.isDeaf && (message.type === 'cancel' || message.type === 'shutdown')) return;
    this.inner.post(message);
    if (message.type === 'shutdown') this.onEnded();
  }

  async terminate(): Promise<void> {
    this.onEnded();
    await this.inner.terminate();
  }

  die(): void {
    void this.terminate();
    this.listener.onExit(new Error('the simulation ended this thread'));
  }
}
