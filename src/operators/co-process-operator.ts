/** Runs a function on two inputs without keys. Mirrors: CoProcessOperator. */
import type { CoProcessFunction } from '../api/functions.js';
import { AbstractProcessOperator } from './abstract-process-operator.js';
import { ElementContext } from './process-contexts.js';
import type { OperatorContext, TwoInputOperator } from './stream-operator.js';
import { checkMethods } from './user-function.js';

export class CoProcessOperator extends AbstractProcessOperator implements TwoInputOperator {
  private readonly fn: CoProcessFunction<unknown, unknown, unknown>;
  private readonly elementContext: ElementContext;

  constructor(fn: CoProcessFunction<unknown, unknown, unknown>, context: OperatorContext) {
    super(fn, context);
    checkMethods(fn, ['processElement1', 'processElement2'], context.name);
    this.fn = fn;
    this.elementContext = new ElementContext(this.collector, this.timerService);
  }

  /** hot path */
  processElement1(value: unknown, timestamp: number): void {
    this.collector.begin(timestamp);
    this.finish(this.fn.processElement1(value, this.elementContext, this.collector), value);
  }

  /** hot path */
  processElement2(value: unknown, timestamp: number): void {
    this.collector.begin(timestamp);
    this.finish(this.fn.processElement2(value, this.elementContext, this.collector), value);
  }
}
