/** One record and what was asked about it, over all attempts. Mirrors: AsyncWaitOperator.ResultHandler, RetryableResultHandlerDelegator. */
import type { ResultFuture } from '../../api/async/async-function.js';
import type { QueuedRequest } from './stream-element-queue.js';

export type Outcome = { readonly results: readonly unknown[] } | { readonly error: unknown };

export class AsyncRequest implements QueuedRequest {
  readonly value: unknown;
  readonly timestamp: number;
  /** Processing time at which the timeout is over. */
  readonly deadline: number;
  results: readonly unknown[] | undefined;
  /** Attempts that were begun. */
  attempts = 0;
  isTimedOut = false;
  /** The attempt has ended, and the operator has not looked at how. */
  outcome: Outcome | undefined;
  /** Calls off the next attempt, while one is due. */
  cancelRetry: (() => void) | undefined;

  constructor(value: unknown, timestamp: number, deadline: number) {
    this.value = value;
    this.timestamp = timestamp;
    this.deadline = deadline;
  }

  get isFinished(): boolean {
    return this.results !== undefined;
  }
}

/** What the user's function gets: takes one outcome, as long as its attempt is the last one. */
export class AttemptFuture implements ResultFuture<unknown> {
  private readonly request: AsyncRequest;
  private readonly attempt: number;
  private readonly onOutcome: (request: AsyncRequest) => void;

  constructor(request: AsyncRequest, onOutcome: (request: AsyncRequest) => void) {
    this.request = request;
    this.attempt = request.attempts;
    this.onOutcome = onOutcome;
  }

  complete(results: readonly unknown[]): void {
    this.end({ results });
  }

  completeExceptionally(error: unknown): void {
    this.end({ error });
  }

  private end(outcome: Outcome): void {
    const { request } = this;
    if (request.isFinished || request.outcome !== undefined || request.attempts !== this.attempt) return;
    // Between two attempts nothing may come from the one that has ended.
    if (request.cancelRetry !== undefined) return;
    request.outcome = outcome;
    this.onOutcome(request);
  }
}
