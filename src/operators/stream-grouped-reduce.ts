/** Keeps one folded value per key and emits it after every record. Mirrors: StreamGroupedReduceOperator. */
import type { ReduceFunction } from '../api/functions.js';
import type { Erased } from '../api/transformation.js';
import type { OperatorState } from '../state/keyed-state-backend.js';
import { AbstractOperator } from './abstract-operator.js';
import { keyedStateOf } from './keyed-state-of.js';
import type { OneInputOperator, OperatorContext } from './stream-operator.js';
import { badResult, isThenable, methodOf } from './user-function.js';

export class StreamGroupedReduce extends AbstractOperator implements OneInputOperator {
  private readonly reduce: (a: unknown, b: unknown) => unknown;
  private readonly values: OperatorState;

  constructor(fn: ReduceFunction<Erased>, context: OperatorContext) {
    super(context, fn);
    this.reduce = methodOf(fn, 'reduce', context.name);
    this.values = keyedStateOf(context).getOperatorState('reduced-value');
  }

  /** hot path */
  processElement(value: unknown, timestamp: number): void {
    const current = this.values.get();
    const reduced = current === undefined ? value : this.reduce(current, value);
    if (reduced === undefined || (typeof reduced === 'object' && isThenable(reduced)))
      throw badResult(reduced, this.name, value);
    this.values.put(reduced);
    this.output.collect(reduced, timestamp);
  }
}
