/**
 * Starts and ends worker processes where a cluster manager can be asked for them. A standalone cluster has no driver:
 * its ResourceManager hands out what registers by itself. Mirrors: ResourceManagerDriver.
 */
import type { ResourceId } from '../../core/ids.js';

/** What a driver tells the ResourceManager. May be called from any turn; handled on the main thread. */
export interface ResourceEventHandler {
  /** Workers of an earlier leader that still run; they will register by themselves. */
  onPreviousWorkersRecovered(workers: readonly ResourceId[]): void;
  onWorkerTerminated(worker: ResourceId, reason: string): void;
  /** The driver cannot go on, for instance because the cluster manager refused the application. */
  onError(error: unknown): void;
}

export interface ResourceManagerDriver {
  /** Connects to the cluster manager. Called once, before any other method. */
  initialize(handler: ResourceEventHandler): Promise<void>;
  /** Asks for one worker; settles with its id when the cluster manager granted it, before it registers. */
  requestWorker(): Promise<ResourceId>;
  /** Ends the worker. Idempotent. */
  releaseWorker(worker: ResourceId): Promise<void>;
  /** Looks for workers of an earlier leader and reports them through the handler. */
  recoverPreviousWorkers(): Promise<void>;
  /** Gives everything back and ends the application with this final status. */
  deregister(status: 'SUCCEEDED' | 'FAILED' | 'KILLED', diagnostics: string): Promise<void>;
}
