/** How several values of one state become one, for windows that merge. Mirrors: InternalMergingState. */
import type { AggregateFunction, ReduceFunction } from '../../api/functions.js';
import { FlinkError } from '../../core/errors.js';
import type { MergeableStateDescriptor } from '../keyed-state-backend.js';
import type { Reduce } from './heap-states.js';

export function reduceOf<T>(reduce: ReduceFunction<T>): Reduce {
  return (typeof reduce === 'function' ? reduce : reduce.reduce.bind(reduce)) as unknown as Reduce;
}

/** `undefined` when there are no values. */
export function mergeValues(descriptor: MergeableStateDescriptor, values: readonly unknown[]): unknown {
  if (values.length < 2) return values[0];
  switch (descriptor.kind) {
    case 'list':
      return (values as unknown[][]).flat();
    case 'reducing': {
      const reduce = reduceOf(descriptor.reduce);
      // Wrapped, for Array.reduce passes an index too, and functions such as Math.min would take it for a value.
      return values.reduce((a, b) => reduce(a, b));
    }
    case 'aggregating':
      return values.reduce((a, b) =>
        mergeAccumulators(descriptor.aggregate as AggregateFunction<unknown, unknown, unknown>, a, b),
      );
  }
}

export function mergeAccumulators(
  aggregate: AggregateFunction<unknown, unknown, unknown>,
  a: unknown,
  b: unknown,
): unknown {
  if (aggregate.merge === undefined) {
    throw new FlinkError(
      'AGGREGATE_CANNOT_MERGE',
      'an aggregate function without merge() was used with windows that merge',
      {
        domain: 'user',
        remedy: 'Give the AggregateFunction a merge(a, b) that combines two accumulators.',
      },
    );
  }
  const merged = aggregate.merge(a, b);
  if (merged === undefined) {
    throw new FlinkError('UNDEFINED_RESULT', 'merge() of an aggregate function returned undefined', {
      domain: 'user',
      remedy: 'Return the merged accumulator.',
    });
  }
  return merged;
}
