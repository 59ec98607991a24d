/**
 * Whether and when a request is tried again. Mirrors: AsyncRetryStrategy, AsyncRetryPredicate, AsyncRetryStrategies,
 * RetryPredicates.
 */
import { checkArgument } from '../../core/assert.js';
import { type Duration, toPositiveMillis } from '../duration.js';

/** Says for which outcomes a request is tried again; an outcome without a predicate is final. */
export interface AsyncRetryPredicate<OUT> {
  readonly resultPredicate?: ((results: readonly OUT[]) => boolean) | undefined;
  readonly exceptionPredicate?: ((error: unknown) => boolean) | undefined;
}

/** Keeps nothing: one strategy serves all requests. The timeout spans all attempts of a request. */
export interface AsyncRetryStrategy<OUT> {
  /** `currentAttempts` counts the attempts that were made, from 1. */
  canRetry(currentAttempts: number): boolean;
  /** Milliseconds until the next attempt. */
  getBackoffTimeMillis(currentAttempts: number): number;
  getRetryPredicate(): AsyncRetryPredicate<OUT>;
}

/** Predicates for `ifResult` and `ifException`. Mirrors: RetryPredicates. */
export const RetryPredicates = {
  EMPTY_RESULT_PREDICATE: (results: readonly unknown[]): boolean => results.length === 0,
  HAS_EXCEPTION_PREDICATE: (_error: unknown): boolean => true,
} as const;

abstract class RetryStrategyBuilder<OUT> {
  private predicate: AsyncRetryPredicate<OUT> = {};

  /** Tries again when the results are such. */
  ifResult(resultPredicate: (results: readonly OUT[]) => boolean): this {
    this.predicate = { ...this.predicate, resultPredicate };
    return this;
  }

  /** Tries again when the request failed with such an error. */
  ifException(exceptionPredicate: (error: unknown) => boolean): this {
    this.predicate = { ...this.predicate, exceptionPredicate };
    return this;
  }

  build(): AsyncRetryStrategy<OUT> {
    const { predicate } = this;
    return {
      canRetry: (currentAttempts) => currentAttempts <= this.maxAttempts,
      getBackoffTimeMillis: (currentAttempts) => this.backoffMs(currentAttempts),
      getRetryPredicate: () => predicate,
    };
  }

  /** How often a request is tried again at the most. */
  protected abstract readonly maxAttempts: number;
  protected abstract backoffMs(currentAttempts: number): number;
}

/** The same time between all attempts: `maxAttempts` more of them, 1 or more. Mirrors: FixedDelayRetryStrategyBuilder. */
class FixedDelayRetryStrategyBuilder<OUT> extends RetryStrategyBuilder<OUT> {
  protected readonly maxAttempts: number;
  private readonly delayMs: number;

  constructor(maxAttempts: number, backoffTime: Duration) {
    super();
    this.maxAttempts = checkAttempts(maxAttempts);
    this.delayMs = toPositiveMillis(backoffTime, 'backoffTime');
  }

  protected backoffMs(): number {
    return this.delayMs;
  }
}

/**
 * `initialDelay` before the second attempt, then `multiplier` times as long before each, `maxRetryDelay` at the longest.
 * Mirrors: ExponentialBackoffDelayRetryStrategyBuilder.
 */
class ExponentialBackoffDelayRetryStrategyBuilder<OUT> extends RetryStrategyBuilder<OUT> {
  protected readonly maxAttempts: number;
  private readonly initialDelayMs: number;
  private readonly maxRetryDelayMs: number;
  private readonly multiplier: number;

  constructor(maxAttempts: number, initialDelay: Duration, maxRetryDelay: Duration, multiplier: number) {
    super();
    this.maxAttempts = checkAttempts(maxAttempts);
    this.initialDelayMs = toPositiveMillis(initialDelay, 'initialDelay');
    this.maxRetryDelayMs = toPositiveMillis(maxRetryDelay, 'maxRetryDelay');
    checkArgument(multiplier >= 1, `multiplier must be 1 or more, but is ${multiplier}`);
    this.multiplier = multiplier;
  }

  protected backoffMs(currentAttempts: number): number {
    const delayMs = this.initialDelayMs * this.multiplier ** Math.max(0, currentAttempts - 1);
    return Math.floor(Math.min(delayMs, this.maxRetryDelayMs));
  }
}

function checkAttempts(maxAttempts: number): number {
  checkArgument(
    Number.isInteger(maxAttempts) && maxAttempts > 0,
    `maxAttempts must be a whole number greater than 0, but is ${maxAttempts}`,
  );
  return maxAttempts;
}

/** Builders throw INVALID_DURATION and ILLEGAL_ARGUMENT. Mirrors: AsyncRetryStrategies. */
export const AsyncRetryStrategies = {
  NO_RETRY_STRATEGY: {
    canRetry: () => false,
    getBackoffTimeMillis: () => 0,
    getRetryPredicate: () => ({}),
  } satisfies AsyncRetryStrategy<unknown>,
  FixedDelayRetryStrategyBuilder,
  ExponentialBackoffDelayRetryStrategyBuilder,
} as const;
