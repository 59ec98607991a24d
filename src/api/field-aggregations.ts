/** Reduce functions over one field of a record: sum, min, max, minBy, maxBy. Mirrors: SumAggregator, ComparableAggregator. */

/** The field F of T if it can be added up; else the text that the compiler prints. */
export type NumericField<T, F extends keyof T> = T[F] extends number | bigint ? F : 'the field must be a number';

/** The field F of T if its values have an order. */
export type ComparableField<T, F extends keyof T> = T[F] extends number | bigint | string | Date
  ? F
  : 'the field must be a number, a text or a date';

type Reducer<T> = (a: T, b: T) => T;

/** The signatures above have checked that T has the field, and that it compares or adds up. */
type Field = PropertyKey;

/** The first record with the field replaced by the sum. */
export function sumOf<T>(field: Field): Reducer<T> {
  return (a, b) => ({ ...a, [field]: valueOf(a, field) + valueOf(b, field) });
}

/** The first record with the field replaced by the smallest value. */
export function minOf<T>(field: Field): Reducer<T> {
  return (a, b) => (valueOf(b, field) < valueOf(a, field) ? { ...a, [field]: valueOf(b, field) } : a);
}

/** The first record with the field replaced by the greatest value. */
export function maxOf<T>(field: Field): Reducer<T> {
  return (a, b) => (valueOf(b, field) > valueOf(a, field) ? { ...a, [field]: valueOf(b, field) } : a);
}

/** The record with the smallest value; among equals the first, or the last when `first` is false. */
export function minByOf<T>(field: Field, first: boolean): Reducer<T> {
  return first
    ? (a, b) => (valueOf(b, field) < valueOf(a, field) ? b : a)
    : (a, b) => (valueOf(b, field) <= valueOf(a, field) ? b : a);
}

/** The record with the greatest value; among equals the first, or the last when `first` is false. */
export function maxByOf<T>(field: Field, first: boolean): Reducer<T> {
  return first
    ? (a, b) => (valueOf(b, field) > valueOf(a, field) ? b : a)
    : (a, b) => (valueOf(b, field) >= valueOf(a, field) ? b : a);
}

function valueOf(record: unknown, field: Field): number {
  return (record as Record<Field, number>)[field] as number;
}
