/** The number of key groups where nobody set it. Mirrors: KeyGroupRangeAssignment.computeDefaultMaxParallelism. */
import { UPPER_BOUND_MAX_PARALLELISM } from '../api/operator-settings.js';

const DEFAULT_LOWER_BOUND = 128;

/** One and a half times the parallelism, up to the next power of two, from 128 to 32768. */
export function defaultMaxParallelism(parallelism: number): number {
  const wanted = parallelism + Math.floor(parallelism / 2);
  const rounded = 2 ** Math.ceil(Math.log2(wanted));
  return Math.min(Math.max(rounded, DEFAULT_LOWER_BOUND), UPPER_BOUND_MAX_PARALLELISM);
}
