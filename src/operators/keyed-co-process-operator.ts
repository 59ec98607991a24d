/** Runs a function on two keyed inputs that share state and timers of the key. Mirrors: KeyedCoProcessOperator. */
import type { Collector, KeyedCoProcessFunction } from '../api/functions.js';
import type { Key } from '../api/key.js';
import { AbstractKeyedProcessOperator } from './abstract-keyed-process-operator.js';
import { KeyedElementContext, TimerContext } from './process-contexts.js';
import type { OperatorContext, TwoInputOperator } from './stream-operator.js';
import { checkMethods } from './user-function.js';

export class KeyedCoProcessOperator extends AbstractKeyedProcessOperator implements TwoInputOperator {
  protected readonly timerContext: TimerContext;
  private readonly fn: KeyedCoProcessFunction<Key, unknown, unknown, unknown>;
  private readonly elementContext: KeyedElementContext;

  constructor(fn: KeyedCoProcessFunction<Key, unknown, unknown, unknown>, context: OperatorContext) {
    super(fn, context);
    checkMethods(fn, ['processElement1', 'processElement2'], context.name);
    this.fn = fn;
    this.elementContext = new KeyedElementContext(this.collector, this.timerService, this.keyedState);
    this.timerContext = new TimerContext(this.collector, this.timerService, this.keyedState);
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

  protected callOnTimer(time: number, context: TimerContext, out: Collector<unknown>): unknown {
    return this.fn.onTimer?.(time, context, out);
  }
}
