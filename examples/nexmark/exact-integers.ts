/** Arithmetic on whole numbers that is exact or refused: beyond 2^53 a JavaScript number would round without a word. */

/** Throws RangeError where the sum is not exact. */
export function exactSum(a: number, b: number): number {
  return exact(a + b);
}

/** The mean without its fraction, as SQL's AVG of integers; exact, since the sum of the values is. */
export function truncatedMean(sum: number, count: number): number {
  return Math.trunc(sum / count);
}

/** The number itself; throws RangeError unless it is a whole number below 2^53. */
export function exact(value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`${value} is not a whole number below 2^53: it would be rounded`);
}
