/**
 * Finds in a local run what would only fail on a cluster: records that change after they were emitted, and records that
 * cannot be serialized. Sampled checks look at the first 100 records of an edge, then at one in 10,000, and leave the
 * records alone: frozen or copied objects would have hidden classes of their own and halve the speed of all later ones.
 * Where all records are checked, in tests, they are frozen and copied.
 */
import { FlinkError, isFlinkError } from '../../core/errors.js';
import { renderValue } from '../../serialization/render-value.js';
import { asyncResult } from './user-code-error.js';

export type RecordCheckMode = 'none' | 'sampled' | 'all';

/** Throws VALUE_NOT_SERIALIZABLE with the path of the offending part. */
export interface RecordCodec {
  encode(value: unknown): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

interface Emitted {
  readonly value: unknown;
  readonly bytes: Uint8Array;
  readonly text: string;
}

const FIRST = 100;
const EVERY = 10_000;

export class RecordChecks {
  /** Records to let through before the next check; hot paths count it down themselves. */
  untilNext: number;
  private seen = 0;
  private last: Emitted | undefined;
  private readonly mode: RecordCheckMode;
  private readonly operator: string;
  private readonly codec: RecordCodec;

  constructor(mode: RecordCheckMode, operator: string, codec: RecordCodec) {
    this.mode = mode;
    this.operator = operator;
    this.codec = codec;
    this.untilNext = mode === 'none' ? Number.POSITIVE_INFINITY : 1;
  }

  /** Counts a sampled record; the next one follows as the mode says. */
  count(): void {
    this.seen++;
    this.untilNext = this.mode === 'all' || this.seen < FIRST ? 1 : EVERY;
  }

  /** Checks a record that the operator emits, and the one before it again. Returns what to pass on. */
  check(value: unknown): unknown {
    this.count();
    this.verifyLast();
    if (isThenable(value)) throw asyncResult(this.operator, value);
    const bytes = this.encode(value);
    if (this.mode === 'all') {
      deepFreeze(value);
      return deepFreeze(this.codec.decode(bytes));
    }
    this.last = { value, bytes, text: renderValue(value) };
    return value;
  }

  private encode(value: unknown): Uint8Array {
    try {
      return this.codec.encode(value);
    } catch (error) {
      if (!isFlinkError(error)) throw error;
      throw new FlinkError(
        error.code,
        `operator '${this.operator}' emitted a record that cannot leave its slot: ${error.message}`,
        {
          domain: 'user',
          cause: error,
          details: { ...error.details, operator: this.operator, record: renderValue(value) },
          remedy:
            error.remedy ??
            'Emit plain data: objects, arrays, strings, numbers, bigint, Date, Map, Set and typed arrays.',
        },
      );
    }
  }

  /** Throws RECORD_MUTATED when the last record checked has changed since; `culprit` is who ran in between, if known. */
  verifyLast(culprit?: string): void {
    const { last } = this;
    this.last = undefined;
    if (last === undefined || equalBytes(last.bytes, this.codec.encode(last.value))) return;
    const who = culprit === undefined ? `operator '${this.operator}', or one after it,` : `operator '${culprit}'`;
    throw new FlinkError(
      'RECORD_MUTATED',
      `${who} changed a record that was already emitted: ${last.text} became ${renderValue(last.value)}`,
      {
        domain: 'user',
        details: { operator: culprit ?? this.operator, record: last.text },
        remedy: 'Emit a new object instead, for example ({ ...record, field: value }).',
      },
    );
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

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
