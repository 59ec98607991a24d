/** Replaces each record by the result of a function. Chains run the function inlined instead. Mirrors: StreamMap. */
import type { MapFunction } from '../api/functions.js';
import { AbstractOperator } from './abstract-operator.js';
import type { OneInputOperator, OperatorContext } from './stream-operator.js';
import { badResult, isThenable, methodOf } from './user-function.js';

export class StreamMap extends AbstractOperator implements OneInputOperator {
  private readonly map: (value: unknown) => unknown;

  constructor(fn: MapFunction<never, unknown>, context: OperatorContext) {
    super(context, fn);
    this.map = methodOf(fn, 'map', context.name);
  }

  /** hot path */
  processElement(value: unknown, timestamp: number): void {
    const result = this.map(value);
    if (result === undefined || (typeof result === 'object' && isThenable(result)))
      throw badResult(result, this.name, value);
    this.output.collect(result, timestamp);
  }
}
