/** Runs a function with access to state and timers of the record's key. Mirrors: KeyedProcessOperator. */
import type { Collector, KeyedProcessFunction } from '../api/functions.js';
import type { Key } from '../api/key.js';
import { AbstractKeyedProcessOperator } from './abstract-keyed-process-operator.js';
import { KeyedElementContext, TimerContext } from './process-contexts.js';
import type { OneInputOperator, OperatorContext } from './stream-operator.js';
import { checkMethods } from './user-function.js';

export class KeyedProcessOperator extends AbstractKeyedProcessOperator implements OneInputOperator {
  protected readonly timerContext: TimerContext;
  private readonly fn: KeyedProcessFunction<Key, unknown, unknown>;
  private readonly elementContext: KeyedElementContext;

  constructor(fn: KeyedProcessFunction<Key, unknown, unknown>, context: OperatorContext) {
    super(fn, context);
    checkMethods(fn, ['processElement'], context.name);
    this.fn = fn;
    this.elementContext = new KeyedElementContext(this.collector, this.timerService, this.keyedState);
    this.timerContext = new TimerContext(this.collector, this.timerService, this.keyedState);
  }

  /** hot path */
  processElement(value: unknown, timestamp: number): void {
    this.collector.begin(timestamp);
    this.finish(this.fn.processElement(value, this.elementContext, this.collector), value);
  }

  protected callOnTimer(time: number, context: TimerContext, out: Collector<unknown>): unknown {
    return this.fn.onTimer?.(time, context, out);
  }
}
