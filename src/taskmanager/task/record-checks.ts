/**
 * Finds in a local run what would only fail on a cluster: records changed after they were emitted (they are frozen) and
 * records that cannot be serialized (they pass through the codec). Sampled: the first 100 of an edge, then one in 10,000.
 */
import { asyncResult } from './user-code-error.js';

export type RecordCheckMode = 'none' | 'sampled' | 'all';

/** Encodes and decodes one record; throws VALUE_NOT_SERIALIZABLE with the path of the offending part. */
export type RoundTrip = (value: unknown) => unknown;

const FIRST = 100;
const EVERY = 10_000;

export class RecordChecks {
  /** Records to let through before the next check; hot paths count it down themselves. */
  untilNext: number;
  private seen = 0;
  private readonly mode: RecordCheckMode;
  private readonly operator: string;
  private readonly roundTrip: RoundTrip;

  constructor(mode: RecordCheckMode, operator: string, roundTrip: RoundTrip) {
    this.mode = mode;
    this.operator = operator;
    this.roundTrip = roundTrip;
    this.untilNext = mode === 'none' ? Number.POSITIVE_INFINITY : 1;
  }

  /** Counts a sampled record; the next one follows as the mode says. */
  count(): void {
    this.seen++;
    this.untilNext = this.mode === 'all' || this.seen < FIRST ? 1 : EVERY;
  }

  /** Returns the record as another slot would get it, frozen. */
  check(value: unknown): unknown {
    this.count();
    if (isThenable(value)) throw asyncResult(this.operator, value);
    deepFreeze(value);
    return deepFreeze(this.roundTrip(value));
  }
}

export function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** Freezes plain objects and arrays all the way down; typed arrays cannot be frozen and are left. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
}
