/** Reduce functions over one field of a record: sum, min, max, minBy, maxBy. Mirrors: SumAggregator, ComparableAggregator. */

/** The field F of T if it can be added up; else the text that the compiler prints. */
export type NumericField<T, F extends keyof T> = T[F] extends number | bigint ? F : 'the field must be a number';

/** The field F of T if its values have an order. */
export type ComparableField<T, F extends keyof T> = T[F] extends number | bigint | string | Date
  ? F
  : 'the field must be a number, a text or a date';

type Reducer<T> = (a: T, b: T) => T;

/** The first record with the field replaced by the sum. */
export function sumOf<T>(field: keyof T): Reducer<T> {
  return (a, b) => ({ ...a, [field]: (a[field] as number) + (b[field] as number) });
}

/** The first record with the field replaced by the smallest value. */
export function minOf<T>(field: keyof T): Reducer<T> {
  return (a, b) => (b[field] < a[field] ? { ...a, [field]: b[field] } : a);
}

/** The first record with the field replaced by the greatest value. */
export function maxOf<T>(field: keyof T): Reducer<T> {
  return (a, b) => (b[field] > a[field] ? { ...a, [field]: b[field] } : a);
}

/** The record with the smallest value; among equals the first, or the last when `first` is false. */
export function minByOf<T>(field: keyof T, first: boolean): Reducer<T> {
  return first ? (a, b) => (b[field] < a[field] ? b : a) : (a, b) => (b[field] <= a[field] ? b : a);
}

/** The record with the greatest value; among equals the first, or the last when `first` is false. */
export function maxByOf<T>(field: keyof T, first: boolean): Reducer<T> {
  return first ? (a, b) => (b[field] > a[field] ? b : a) : (a, b) => (b[field] >= a[field] ? b : a);
}
