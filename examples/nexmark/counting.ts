/** Counts records: the accumulator is the count itself, a plain number. */
import type { AggregateFunction } from 'flink-yarn';

export const counting: AggregateFunction<unknown, number, number> = {
  createAccumulator: () => 0,
  add: (_record, count) => count + 1,
  getResult: (count) => count,
  merge: (a, b) => a + b,
  mergesExactly: true,
};
