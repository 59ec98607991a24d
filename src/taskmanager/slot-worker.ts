/**
 * The thread of a slot or of a coordinator host from start to end, seen from the TaskExecutor's main thread: prepared once,
 * talked to, ended once. Messages of a thread that has ended are dropped.
 */
import { Deferred } from '../core/deferred.js';
import { deserializeError, FlinkError } from '../core/errors.js';
import type { Logger } from '../core/logger.js';
import type { MainThread } from '../core/main-thread.js';
import type { SlotHost, SlotThread } from './slot-host.js';
import type { FromSlot, ToSlot } from './slot-messages.js';

/** A thread that is told to end may close what its program opened; after this time it is ended by force. */
const SHUTDOWN_GRACE_MS = 5_000;

export type PrepareMessage = Extract<ToSlot, { type: 'prepare' }>;
/** What is left for the owner: preparation, failure and log lines are handled here. */
export type WorkMessage = Exclude<FromSlot, { type: 'prepared' | 'failed' | 'log' }>;

export interface SlotWorkerListener {
  /** Before any message of the program. */
  onPrepared?(): void;
  onMessage(message: WorkMessage): void;
  /** The thread is gone, or cannot go on, without having been asked to end. Nothing follows. */
  onFailed(error: Error): void;
}

/** The threads of one TaskExecutor: starts them and knows those that are not gone yet. */
export class SlotThreads {
  readonly mainThread: MainThread;
  readonly log: Logger;
  private readonly host: SlotHost;
  private readonly alive = new Set<SlotThread>();

  constructor(host: SlotHost, mainThread: MainThread, log: Logger) {
    this.host = host;
    this.mainThread = mainThread;
    this.log = log;
  }

  get numAlive(): number {
    return this.alive.size;
  }

  start(...args: Parameters<SlotHost['start']>): SlotThread {
    const thread = this.host.start(...args);
    this.alive.add(thread);
    return thread;
  }

  async terminate(thread: SlotThread): Promise<void> {
    try {
      await thread.terminate();
    } catch (error) {
      this.log.warn('A slot thread did not end cleanly', { error });
    } finally {
      this.alive.delete(thread);
    }
  }

  /** Ends all threads wherever they are; settles when they are gone. */
  async terminateAll(): Promise<void> {
    await Promise.all([...this.alive].map((thread) => this.terminate(thread)));
  }
}

export class SlotWorker {
  /** Settles once: the program is loaded and bound, or why it is not. */
  readonly prepared: Promise<void>;
  private readonly name: string;
  private readonly threads: SlotThreads;
  private readonly listener: SlotWorkerListener;
  private readonly thread: SlotThread;
  private readonly preparation = new Deferred<void>();
  private isEnded = false;

  constructor(
    name: string,
    doorbellIndex: number,
    prepare: PrepareMessage,
    threads: SlotThreads,
    listener: SlotWorkerListener,
  ) {
    this.name = name;
    this.threads = threads;
    this.listener = listener;
    this.prepared = this.preparation.promise;
    // Whoever asked for the preparation hears of the rejection; nobody may be waiting any more when the thread is ended.
    this.prepared.catch(() => undefined);
    const { mainThread } = threads;
    this.thread = threads.start(name, doorbellIndex, {
      onMessage: (message) => mainThread.execute(() => this.receive(message)),
      onExit: (error) => mainThread.execute(() => this.fail(this.died(error))),
    });
    this.thread.post(prepare);
  }

  /** Ignored once the thread has ended. */
  post(message: ToSlot): void {
    if (!this.isEnded) this.thread.post(message);
  }

  /** Ends the thread in good order; nothing of it is heard from now on. Idempotent. */
  shutdown(): void {
    if (this.isEnded) return;
    this.end();
    this.thread.post({ type: 'shutdown' });
    this.threads.mainThread.schedule(SHUTDOWN_GRACE_MS, () => void this.threads.terminate(this.thread));
  }

  /** Ends the thread wherever it is. Idempotent. */
  terminate(): void {
    this.end();
    void this.threads.terminate(this.thread);
  }

  private receive(message: FromSlot): void {
    if (this.isEnded) return;
    if (message.type === 'prepared') {
      this.preparation.resolve();
      this.listener.onPrepared?.();
    } else if (message.type === 'failed') this.fail(deserializeError(message.error));
    else if (message.type === 'log') this.threads.log[message.level](message.message, message.fields);
    else this.listener.onMessage(message);
  }

  private fail(error: Error): void {
    if (this.isEnded) return;
    this.preparation.reject(error);
    this.terminate();
    this.listener.onFailed(error);
  }

  private end(): void {
    this.isEnded = true;
    this.preparation.reject(new FlinkError('SLOT_THREAD_ENDED', `${this.name} was ended`, { domain: 'external' }));
  }

  private died(cause: Error): FlinkError {
    return new FlinkError('SLOT_THREAD_DIED', `the thread of ${this.name} died: ${cause.message}`, {
      domain: 'external',
      cause,
      remedy: 'Look for process.exit, a native crash or too little memory in the log of the TaskManager.',
    });
  }
}
