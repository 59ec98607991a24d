/** Lets records pass for which a predicate holds. Chains run the predicate inlined instead. Mirrors: StreamFilter. */
import type { FilterFunction } from '../api/functions.js';
import { AbstractOperator } from './abstract-operator.js';
import type { OneInputOperator, OperatorContext } from './stream-operator.js';
import { methodOf, refusePromise } from './user-function.js';

export class StreamFilter extends AbstractOperator implements OneInputOperator {
  private readonly filter: (value: unknown) => unknown;

  constructor(fn: FilterFunction<never>, context: OperatorContext) {
    super(context, fn);
    this.filter = methodOf(fn, 'filter', context.name);
  }

  /** hot path */
  processElement(value: unknown, timestamp: number): void {
    const passes = this.filter(value);
    if (typeof passes === 'object') refusePromise(passes, this.name, value);
    if (passes) this.output.collect(value, timestamp);
  }
}
