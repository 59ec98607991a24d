/** Runs a function that sees time and side outputs. Mirrors: ProcessOperator. */
import type { ProcessFunction } from '../api/functions.js';
import { AbstractProcessOperator } from './abstract-process-operator.js';
import { ElementContext } from './process-contexts.js';
import type { OneInputOperator, OperatorContext } from './stream-operator.js';
import { checkMethods } from './user-function.js';

export class ProcessOperator extends AbstractProcessOperator implements OneInputOperator {
  private readonly fn: ProcessFunction<unknown, unknown>;
  private readonly elementContext: ElementContext;

  constructor(fn: ProcessFunction<unknown, unknown>, context: OperatorContext) {
    super(fn, context);
    checkMethods(fn, ['processElement'], context.name);
    this.fn = fn;
    this.elementContext = new ElementContext(this.collector, this.timerService);
  }

  /** hot path */
  processElement(value: unknown, timestamp: number): void {
    this.collector.begin(timestamp);
    this.finish(this.fn.processElement(value, this.elementContext, this.collector), value);
  }
}
