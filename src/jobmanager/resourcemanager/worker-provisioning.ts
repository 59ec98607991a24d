/**
 * Asks the driver for as many workers as the missing slots need, and no more: those on their way are counted.
 * Mirrors: ActiveResourceManager.
 */
import type { ResourceId } from '../../core/ids.js';
import type { Logger } from '../../core/logger.js';
import type { MainThread } from '../../core/main-thread.js';
import type { ResourceManagerDriver } from './resource-manager-driver.js';

/** Flink: resourcemanager.start-worker.retry-interval. */
const RETRY_INTERVAL_MS = 3_000;

export class WorkerProvisioning {
  private readonly mainThread: MainThread;
  private readonly log: Logger;
  private readonly driver: ResourceManagerDriver;
  private readonly slotsPerWorker: number;
  private readonly missingSlots: () => number;
  /** Granted by the cluster manager, not registered yet. */
  private readonly starting = new Set<ResourceId>();
  private numRequested = 0;
  private isPaused = false;

  constructor(
    mainThread: MainThread,
    log: Logger,
    driver: ResourceManagerDriver,
    slotsPerWorker: number,
    missingSlots: () => number,
  ) {
    this.mainThread = mainThread;
    this.log = log;
    this.driver = driver;
    this.slotsPerWorker = slotsPerWorker;
    this.missingSlots = missingSlots;
  }

  /** Asks for what is missing now; call it whenever requirements or slots changed. */
  reconcile(): void {
    if (this.isPaused) return;
    const needed = Math.ceil(this.missingSlots() / this.slotsPerWorker);
    while (this.numRequested + this.starting.size < needed) this.request();
  }

  /** A worker of an earlier leader, which will register: it counts as on its way. */
  onRecovered(worker: ResourceId): void {
    this.starting.add(worker);
  }

  onRegistered(worker: ResourceId): void {
    this.starting.delete(worker);
  }

  onTerminated(worker: ResourceId): void {
    this.starting.delete(worker);
    this.reconcile();
  }

  private request(): void {
    this.numRequested++;
    this.mainThread.handle(
      this.driver.requestWorker(),
      (worker) => {
        this.numRequested--;
        this.starting.add(worker);
        this.log.info('Worker granted', { worker });
      },
      (error) => {
        this.numRequested--;
        this.pause(error);
      },
    );
  }

  private pause(error: unknown): void {
    this.log.warn('Requesting a worker failed', { error, retryInMs: RETRY_INTERVAL_MS });
    if (this.isPaused) return;
    this.isPaused = true;
    this.mainThread.schedule(RETRY_INTERVAL_MS, () => {
      this.isPaused = false;
      this.reconcile();
    });
  }
}
