/** How much two records differ. Mirrors: DeltaFunction. */
import { checkArgument } from '../../core/assert.js';

/** The difference between a record and one that came later, in any unit; the threshold has the same one. */
export type DeltaFunction<T> = (oldDataPoint: T, newDataPoint: T) => number;

/** Throws ILLEGAL_ARGUMENT for what nothing can be compared with. */
export function checkThreshold(threshold: number): void {
  checkArgument(
    typeof threshold === 'number' && !Number.isNaN(threshold),
    `the threshold must be a number, but is ${threshold}`,
  );
}
