/** Turns each record into any number of records. Mirrors: StreamFlatMap. */
import type { Collector, FlatMapFunction } from '../api/functions.js';
import { AbstractOperator } from './abstract-operator.js';
import type { OneInputOperator, OperatorContext } from './stream-operator.js';
import { TimestampedCollector } from './timestamped-collector.js';
import { methodOf, refusePromise } from './user-function.js';

export class StreamFlatMap extends AbstractOperator implements OneInputOperator {
  private readonly flatMap: (value: unknown, out: Collector<unknown>) => unknown;
  private readonly collector: TimestampedCollector;

  constructor(fn: FlatMapFunction<never, unknown>, context: OperatorContext) {
    super(context, fn);
    this.flatMap = methodOf(fn, 'flatMap', context.name);
    this.collector = new TimestampedCollector(context.output, context.name);
  }

  /** hot path */
  processElement(value: unknown, timestamp: number): void {
    this.collector.begin(timestamp);
    const result = this.flatMap(value, this.collector);
    this.collector.end();
    if (result !== undefined) refusePromise(result, this.name, value);
  }
}
