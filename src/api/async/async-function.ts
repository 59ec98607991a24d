/** Functions that ask something outside for each record. Mirrors: AsyncFunction, RichAsyncFunction, ResultFuture. */
import type { RichFunction } from '../runtime-context.js';

/** Where an asynchronous function leaves what it found for one record. The first call counts, later ones are ignored. */
export interface ResultFuture<OUT> {
  /** Any number of results, all of which get the event time of the record. */
  complete(results: readonly OUT[]): void;
  /** There are none: the request is tried again if its retry strategy says so, else the job fails. */
  completeExceptionally(error: unknown): void;
}

/**
 * Starts a request for each record and must not block; many requests are on their way at a time, on one thread. It has no
 * keyed state. Mirrors: RichAsyncFunction.
 */
export interface AsyncFunction<IN, OUT> extends RichFunction {
  /**
   * Completes `resultFuture`, now or later; or returns a promise of the results. A promise of undefined leaves it to
   * `resultFuture`. What it throws, or a promise rejects with, is as `completeExceptionally`.
   */
  asyncInvoke(value: IN, resultFuture: ResultFuture<OUT>): void | Promise<readonly OUT[] | void>;
  /**
   * Called when the timeout is over before `resultFuture` was completed; completes it, or returns a promise of the
   * results. Whichever comes first counts, this or the request itself. Without this method the job fails with ASYNC_TIMEOUT.
   */
  timeout?(value: IN, resultFuture: ResultFuture<OUT>): void | Promise<readonly OUT[] | void>;
}

/** The arrow form of AsyncFunction. */
export type AsyncLambda<IN, OUT> = (value: IN) => Promise<readonly OUT[]>;
