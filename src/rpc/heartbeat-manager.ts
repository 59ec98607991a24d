/**
 * Watches whether the other sides are alive: each must be heard of within the timeout. The sending side also asks its
 * targets regularly; the asked side answers through its own gateway. Mirrors: HeartbeatManagerImpl,
 * HeartbeatManagerSenderImpl.
 */
import type { Cancel } from '../core/clock.js';
import { isFlinkError } from '../core/errors.js';
import type { MainThread } from '../core/main-thread.js';

export interface HeartbeatListener<Id extends string> {
  /** Nothing was heard of the target for the whole timeout, or it refused `rpcFailureThreshold` requests in a row. */
  onHeartbeatTimeout(id: Id, reason: string): void;
}

export interface HeartbeatOptions {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Requests in a row that found nobody at the address, after which the target counts as dead; -1 waits for the timeout. */
  readonly rpcFailureThreshold: number;
}

/** Asks one target for a sign of life. Rejections count as failed requests. */
export type RequestHeartbeat = () => Promise<unknown>;

interface Monitor {
  cancelTimeout: Cancel;
  cancelRequest: Cancel;
  failures: number;
}

export class HeartbeatManager<Id extends string> {
  private readonly options: HeartbeatOptions;
  private readonly mainThread: MainThread;
  private readonly listener: HeartbeatListener<Id>;
  private readonly monitors = new Map<Id, Monitor>();

  constructor(options: HeartbeatOptions, mainThread: MainThread, listener: HeartbeatListener<Id>) {
    this.options = options;
    this.mainThread = mainThread;
    this.listener = listener;
  }

  /** Starts to watch `id`; with `request` it is also asked every interval, the first time at once. */
  monitorTarget(id: Id, request?: RequestHeartbeat): void {
    this.unmonitorTarget(id);
    const monitor: Monitor = { cancelTimeout: this.startTimeout(id), cancelRequest: () => undefined, failures: 0 };
    this.monitors.set(id, monitor);
    if (request !== undefined) this.ask(id, monitor, request);
  }

  unmonitorTarget(id: Id): void {
    const monitor = this.monitors.get(id);
    if (monitor === undefined) return;
    this.monitors.delete(id);
    monitor.cancelTimeout();
    monitor.cancelRequest();
  }

  /** A sign of life arrived. Ignored for targets that are not watched. */
  receiveHeartbeat(id: Id): void {
    const monitor = this.monitors.get(id);
    if (monitor === undefined) return;
    monitor.failures = 0;
    monitor.cancelTimeout();
    monitor.cancelTimeout = this.startTimeout(id);
  }

  stop(): void {
    for (const id of [...this.monitors.keys()]) this.unmonitorTarget(id);
  }

  private startTimeout(id: Id): Cancel {
    const { timeoutMs } = this.options;
    return this.mainThread.schedule(timeoutMs, () => this.giveUp(id, `no heartbeat for ${timeoutMs} ms`));
  }

  private ask(id: Id, monitor: Monitor, request: RequestHeartbeat): void {
    this.mainThread.handle(
      request(),
      () => undefined,
      (error) => this.onRequestFailed(id, monitor, error),
    );
    monitor.cancelRequest = this.mainThread.schedule(this.options.intervalMs, () => this.ask(id, monitor, request));
  }

  private onRequestFailed(id: Id, monitor: Monitor, error: unknown): void {
    if (this.monitors.get(id) !== monitor) return;
    // A missing answer may be a slow process; only "nobody there" and "not the one you mean" are counted.
    if (!isFlinkError(error) || error.code === 'TIMEOUT') return;
    monitor.failures++;
    const { rpcFailureThreshold } = this.options;
    if (rpcFailureThreshold > 0 && monitor.failures >= rpcFailureThreshold) {
      this.giveUp(id, `${monitor.failures} heartbeat requests failed: ${error.message}`);
    }
  }

  private giveUp(id: Id, reason: string): void {
    if (!this.monitors.has(id)) return;
    this.unmonitorTarget(id);
    this.listener.onHeartbeatTimeout(id, reason);
  }
}
