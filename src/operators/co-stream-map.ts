/** Maps the records of two inputs with a function each. Mirrors: CoStreamMap. */
import type { CoMapFunction } from '../api/functions.js';
import { AbstractOperator } from './abstract-operator.js';
import type { OperatorContext, TwoInputOperator } from './stream-operator.js';
import { badResult, checkMethods, isThenable } from './user-function.js';

export class CoStreamMap extends AbstractOperator implements TwoInputOperator {
  private readonly fn: CoMapFunction<unknown, unknown, unknown>;

  constructor(fn: CoMapFunction<unknown, unknown, unknown>, context: OperatorContext) {
    super(context, fn);
    checkMethods(fn, ['map1', 'map2'], context.name);
    this.fn = fn;
  }

  /** hot path */
  processElement1(value: unknown, timestamp: number): void {
    this.emit(this.fn.map1(value), value, timestamp);
  }

  /** hot path */
  processElement2(value: unknown, timestamp: number): void {
    this.emit(this.fn.map2(value), value, timestamp);
  }

  private emit(result: unknown, value: unknown, timestamp: number): void {
    if (result === undefined || (typeof result === 'object' && isThenable(result)))
      throw badResult(result, this.name, value);
    this.output.collect(result, timestamp);
  }
}
