/**
 * The serial executor of an endpoint: everything that changes the endpoint's state runs here, one closure after the
 * other, and nothing runs after `stop`. The outcome of an asynchronous call comes back through `handle`, so that a
 * handler may rely on `assertMainThread`. Mirrors: RpcEndpoint.MainThreadExecutor.
 */
import type { Cancel, Clock } from './clock.js';
import { Deferred } from './deferred.js';
import { FlinkError } from './errors.js';

export class MainThread {
  readonly name: string;
  private readonly clock: Clock;
  private readonly onError: (error: unknown) => void;
  private readonly timers = new Set<Cancel>();
  private readonly waiting = new Set<Deferred<never>>();
  private queue: (() => void)[] = [];
  private isDrainScheduled = false;
  private isInside = false;
  private isPaused = false;
  private stopped = false;

  /** `onError` gets what a closure throws; the closures behind it still run. */
  constructor(name: string, clock: Clock, onError: (error: unknown) => void) {
    this.name = name;
    this.clock = clock;
    this.onError = onError;
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  /** Runs `action` in a later turn, after everything that was handed in before. Ignored after `stop`. */
  execute(action: () => void): void {
    if (this.stopped) return;
    this.queue.push(action);
    if (this.isDrainScheduled) return;
    this.isDrainScheduled = true;
    this.clock.nextTurn(this.drain);
  }

  /** Runs `action` here and settles with its outcome; rejects with ENDPOINT_STOPPED when this thread stops before. */
  call<T>(action: () => T | Promise<T>): Promise<T> {
    if (this.stopped) return Promise.reject(this.stoppedError());
    const stop = new Deferred<never>();
    this.waiting.add(stop);
    const outcome = new Promise<T>((resolve, reject) => {
      this.execute(() => {
        try {
          resolve(action());
        } catch (error) {
          reject(error);
        }
      });
    });
    return Promise.race([outcome, stop.promise]).finally(() => this.waiting.delete(stop));
  }

  /** Runs `action` here, not before `delayMs` have passed. */
  schedule(delayMs: number, action: () => void): Cancel {
    if (this.stopped) return () => undefined;
    let isCancelled = false;
    const cancelTimer = this.clock.schedule(delayMs, () => {
      this.timers.delete(cancel);
      this.execute(() => {
        if (!isCancelled) action();
      });
    });
    const cancel = (): void => {
      isCancelled = true;
      this.timers.delete(cancel);
      cancelTimer();
    };
    this.timers.add(cancel);
    return cancel;
  }

  /** Hands the outcome of `promise` to one of the handlers on this thread; to none of them after `stop`. */
  handle<T>(promise: Promise<T>, onValue: (value: T) => void, onFailure: (error: unknown) => void): void {
    void promise.then(
      (value) => this.execute(() => onValue(value)),
      (error: unknown) => this.execute(() => onFailure(error)),
    );
  }

  /** Continues here with the value of `promise`; rejects as `promise` or `action` do. */
  continueWith<T, R>(promise: Promise<T>, action: (value: T) => R | Promise<R>): Promise<R> {
    return promise.then((value) => this.call(() => action(value)));
  }

  /** Throws when the caller is not a closure of this thread: it would race with them. */
  assertMainThread(): void {
    if (!this.isInside) throw new FlinkError('NOT_MAIN_THREAD', `Called outside the main thread of ${this.name}`);
  }

  /** Runs nothing until `resume`, as in a long garbage collection: what is handed in meanwhile waits. For tests. */
  pause(): void {
    this.isPaused = true;
  }

  /** Runs at once, in order, what waited since `pause`. */
  resume(): void {
    this.isPaused = false;
    this.drain();
  }

  /** Drops what is queued and scheduled. Idempotent. */
  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.queue = [];
    for (const cancel of [...this.timers]) cancel();
    const error = this.stoppedError();
    for (const deferred of this.waiting) deferred.reject(error);
    this.waiting.clear();
  }

  private readonly drain = (): void => {
    if (this.isPaused) return;
    const batch = this.queue;
    this.queue = [];
    this.isDrainScheduled = false;
    this.isInside = true;
    for (const action of batch) {
      if (this.stopped) break;
      try {
        action();
      } catch (error) {
        this.onError(error);
      }
    }
    this.isInside = false;
  };

  private stoppedError(): FlinkError {
    return new FlinkError('ENDPOINT_STOPPED', `${this.name} has stopped`, { domain: 'external' });
  }
}
