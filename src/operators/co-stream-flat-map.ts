/** Turns the records of two inputs into any number of records each. Mirrors: CoStreamFlatMap. */
import type { CoFlatMapFunction } from '../api/functions.js';
import { AbstractOperator } from './abstract-operator.js';
import type { OperatorContext, TwoInputOperator } from './stream-operator.js';
import { TimestampedCollector } from './timestamped-collector.js';
import { checkMethods, refusePromise } from './user-function.js';

export class CoStreamFlatMap extends AbstractOperator implements TwoInputOperator {
  private readonly fn: CoFlatMapFunction<unknown, unknown, unknown>;
  private readonly collector: TimestampedCollector;

  constructor(fn: CoFlatMapFunction<unknown, unknown, unknown>, context: OperatorContext) {
    super(context, fn);
    checkMethods(fn, ['flatMap1', 'flatMap2'], context.name);
    this.fn = fn;
    this.collector = new TimestampedCollector(context.output, context.name);
  }

  /** hot path */
  processElement1(value: unknown, timestamp: number): void {
    this.collector.begin(timestamp);
    const result: unknown = this.fn.flatMap1(value, this.collector);
    this.finish(result, value);
  }

  /** hot path */
  processElement2(value: unknown, timestamp: number): void {
    this.collector.begin(timestamp);
    const result: unknown = this.fn.flatMap2(value, this.collector);
    this.finish(result, value);
  }

  private finish(result: unknown, value: unknown): void {
    this.collector.end();
    if (result !== undefined) refusePromise(result, this.name, value);
  }
}
