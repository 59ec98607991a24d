/** Slots as worker threads: the production adapter of SlotHost. */
import { Worker } from 'node:worker_threads';
import type { Doorbells } from '../../network/doorbell.js';
import type { SlotHost, SlotThread, SlotThreadListener } from '../slot-host.js';
import type { ToSlot } from '../slot-messages.js';
import type { FromThread, SlotThreadData } from './slot-thread-protocol.js';

export interface WorkerSlotHostOptions {
  readonly doorbells: Doorbells;
  /** Receives what the slot's code writes to its console. */
  readonly console: (stream: 'stdout' | 'stderr', text: string) => void;
  /** Module that a worker starts from; it composes the slot's runtime with this package's API. */
  readonly workerModule: URL;
}

export class WorkerSlotHost implements SlotHost {
  private readonly options: WorkerSlotHostOptions;

  constructor(options: WorkerSlotHostOptions) {
    this.options = options;
  }

  start(name: string, doorbellIndex: number, listener: SlotThreadListener): SlotThread {
    return new WorkerSlot(this.options, name, doorbellIndex, listener);
  }
}

class WorkerSlot implements SlotThread {
  private readonly worker: Worker;
  private readonly doorbells: Doorbells;
  private readonly doorbellIndex: number;
  private isTerminated = false;

  constructor(options: WorkerSlotHostOptions, name: string, doorbellIndex: number, listener: SlotThreadListener) {
    this.doorbells = options.doorbells;
    this.doorbellIndex = doorbellIndex;
    const workerData: SlotThreadData = { doorbells: options.doorbells.memory, doorbellIndex };
    this.worker = new Worker(options.workerModule, { name, workerData, stdout: false, stderr: false });
    this.worker.on('message', (message: FromThread) => {
      if (this.isTerminated) return;
      if (message.type === 'console') options.console(message.stream, message.text);
      else listener.onMessage(message);
    });
    this.worker.on('error', (error: unknown) => this.onGone(listener, error));
    this.worker.on('exit', (code) =>
      this.onGone(listener, new Error(`the thread of slot ${name} ended with code ${code}`)),
    );
  }

  post(message: ToSlot): void {
    if (this.isTerminated) return;
    this.worker.postMessage(message);
    // A slot that waits for data sleeps on its doorbell, not on its messages.
    this.doorbells.ring(this.doorbellIndex);
  }

  async terminate(): Promise<void> {
    this.isTerminated = true;
    await this.worker.terminate();
  }

  private onGone(listener: SlotThreadListener, cause: unknown): void {
    if (this.isTerminated) return;
    this.isTerminated = true;
    listener.onExit(cause instanceof Error ? cause : new Error(String(cause)));
  }
}
