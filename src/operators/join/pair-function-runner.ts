/**
 * Calls the user's function on what two inputs have in one key and window: once per pair of records, or once with both
 * lists. What it emits carries the last timestamp of the window. Mirrors: JoinCoGroupFunction, CoGroupWindowFunction.
 */
import type { Collector } from '../../api/functions.js';
import type { PairFunction } from '../../api/transformation.js';
import type { OperatorContext, Output } from '../stream-operator.js';
import { TimestampedCollector } from '../timestamped-collector.js';
import { badResult, isThenable, methodOf, refusePromise } from '../user-function.js';

export interface PairFunctionRunner {
  /** `timestamp` is that of the results; a side without records is undefined. */
  run(first: readonly unknown[] | undefined, second: readonly unknown[] | undefined, timestamp: number): void;
}

export function pairFunctionRunner({ form, fn }: PairFunction, context: OperatorContext): PairFunctionRunner {
  switch (form) {
    case 'join':
      return new JoinRunner(methodOf(fn, 'join', context.name), context);
    case 'flatJoin':
      return new FlatJoinRunner(methodOf(fn, 'join', context.name), context);
    case 'coGroup':
      return new CoGroupRunner(methodOf(fn, 'coGroup', context.name), context);
  }
}

class JoinRunner implements PairFunctionRunner {
  private readonly join: (first: unknown, second: unknown) => unknown;
  private readonly output: Output;
  private readonly operator: string;

  constructor(join: (first: unknown, second: unknown) => unknown, context: OperatorContext) {
    this.join = join;
    this.output = context.output;
    this.operator = context.name;
  }

  /** hot path */
  run(first: readonly unknown[] | undefined, second: readonly unknown[] | undefined, timestamp: number): void {
    if (first === undefined || second === undefined) return;
    for (let i = 0; i < first.length; i++) {
      for (let j = 0; j < second.length; j++) {
        const result = this.join(first[i], second[j]);
        if (result === undefined || (typeof result === 'object' && isThenable(result)))
          throw badResult(result, this.operator, [first[i], second[j]]);
        this.output.collect(result, timestamp);
      }
    }
  }
}

class FlatJoinRunner implements PairFunctionRunner {
  private readonly join: (first: unknown, second: unknown, out: Collector<unknown>) => unknown;
  private readonly collector: TimestampedCollector;
  private readonly operator: string;

  constructor(
    join: (first: unknown, second: unknown, out: Collector<unknown>) => unknown,
    { output, name }: OperatorContext,
  ) {
    this.join = join;
    this.collector = new TimestampedCollector(output, name);
    this.operator = name;
  }

  /** hot path */
  run(first: readonly unknown[] | undefined, second: readonly unknown[] | undefined, timestamp: number): void {
    if (first === undefined || second === undefined) return;
    const { collector } = this;
    collector.begin(timestamp);
    for (let i = 0; i < first.length; i++) {
      for (let j = 0; j < second.length; j++) {
        const result = this.join(first[i], second[j], collector);
        if (result !== undefined) refusePromise(result, this.operator, [first[i], second[j]]);
      }
    }
    collector.end();
  }
}

const NOTHING: readonly unknown[] = Object.freeze([]);

class CoGroupRunner implements PairFunctionRunner {
  private readonly coGroup: (first: readonly unknown[], second: readonly unknown[], out: Collector<unknown>) => unknown;
  private readonly collector: TimestampedCollector;
  private readonly operator: string;

  constructor(
    coGroup: (first: readonly unknown[], second: readonly unknown[], out: Collector<unknown>) => unknown,
    { output, name }: OperatorContext,
  ) {
    this.coGroup = coGroup;
    this.collector = new TimestampedCollector(output, name);
    this.operator = name;
  }

  run(first: readonly unknown[] = NOTHING, second: readonly unknown[] = NOTHING, timestamp: number): void {
    this.collector.begin(timestamp);
    const result = this.coGroup(first, second, this.collector);
    this.collector.end();
    if (result !== undefined) refusePromise(result, this.operator, [first, second]);
  }
}
