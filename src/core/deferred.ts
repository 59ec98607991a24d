/** Promises that somebody else settles, and deadlines on promises. */
import type { Clock } from './clock.js';
import { FlinkError } from './errors.js';

export class Deferred<T> {
  readonly promise: Promise<T>;
  resolve!: (value: T | PromiseLike<T>) => void;
  reject!: (reason: unknown) => void;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

/** Settles as `promise` does, or rejects with TIMEOUT after `timeoutMs`; the work itself is not stopped. */
export function withTimeout<T>(clock: Clock, promise: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.schedule(timeoutMs, () =>
      reject(new FlinkError('TIMEOUT', `${what} did not finish within ${timeoutMs} ms`, { domain: 'external' })),
    );
    promise.then(resolve, reject).finally(cancel);
  });
}
