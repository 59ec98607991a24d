/** The numbers that accumulators of each type take: leaving the range is an error, where Flink's wrap around. */
import { renderValue } from '../../serialization/render-value.js';
import { type AccumulatorType, invalidValue } from './accumulator.js';

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly isWhole: boolean;
}

export const INT: NumberRange = { min: -(2 ** 31), max: 2 ** 31 - 1, isWhole: true };
/** A number of JavaScript is exact up to here. */
export const LONG: NumberRange = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, isWhole: true };
export const DOUBLE: NumberRange = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY, isWhole: false };

/** `value` is what the accumulator would hold after taking `added`. hot path */
export function checkRange(value: number, range: NumberRange, type: AccumulatorType, added: unknown): number {
  const isNumber = range.isWhole ? Number.isInteger(value) : typeof value === 'number';
  if (isNumber && !(value < range.min) && !(value > range.max)) return value;
  if (!isNumber || typeof added !== 'number') throw invalidValue(type, `${renderValue(added)} cannot be added`);
  throw invalidValue(type, `adding ${added} leaves the range from ${range.min} to ${range.max}`);
}
