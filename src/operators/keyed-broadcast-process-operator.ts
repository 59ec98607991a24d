/** Joins a keyed stream, with state and timers, and broadcast state. Mirrors: CoBroadcastWithKeyedOperator. */
import type { Collector, KeyedBroadcastProcessFunction } from '../api/functions.js';
import type { Key } from '../api/key.js';
import type { MapStateDescriptor } from '../api/state.js';
import { BroadcastStates } from '../state/broadcast-states.js';
import { AbstractKeyedProcessOperator } from './abstract-keyed-process-operator.js';
import { BroadcastTimerContext, BroadcastWritingContext, KeyedBroadcastReadingContext } from './broadcast-contexts.js';
import type { TimerContext } from './process-contexts.js';
import type { OperatorContext, OperatorSnapshot, TwoInputOperator } from './stream-operator.js';
import { NonKeyedTimerService } from './timer-services.js';
import { checkMethods } from './user-function.js';

export class KeyedBroadcastProcessOperator extends AbstractKeyedProcessOperator implements TwoInputOperator {
  protected readonly timerContext: BroadcastTimerContext;
  private readonly fn: KeyedBroadcastProcessFunction<Key, unknown, unknown, unknown>;
  private readonly states: BroadcastStates;
  private readonly reading: KeyedBroadcastReadingContext;
  private readonly writing: BroadcastWritingContext;
  private readonly broadcastTimers: NonKeyedTimerService;

  constructor(
    fn: KeyedBroadcastProcessFunction<Key, unknown, unknown, unknown>,
    descriptors: readonly MapStateDescriptor<unknown, unknown>[],
    context: OperatorContext,
  ) {
    super(fn, context);
    checkMethods(fn, ['processElement', 'processBroadcastElement'], context.name);
    this.fn = fn;
    this.states = new BroadcastStates(descriptors, context.name);
    this.broadcastTimers = new NonKeyedTimerService(context.clock, context.name);
    this.reading = new KeyedBroadcastReadingContext(this.collector, this.timerService, this.keyedState, this.states);
    this.timerContext = new BroadcastTimerContext(this.collector, this.timerService, this.keyedState, this.states);
    this.writing = new BroadcastWritingContext(this.collector, this.broadcastTimers, this.states);
  }

  /** hot path */
  processElement1(value: unknown, timestamp: number): void {
    this.collector.begin(timestamp);
    this.finish(this.fn.processElement(value, this.reading, this.collector), value);
  }

  processElement2(value: unknown, timestamp: number): void {
    this.keyedState.clearCurrentKey();
    this.broadcastTimers.watermark = this.timerService.currentWatermark();
    this.collector.begin(timestamp);
    this.finish(this.fn.processBroadcastElement(value, this.writing, this.collector), value);
  }

  override snapshotState(): OperatorSnapshot {
    return { ...super.snapshotState(), broadcastStates: this.states.snapshotState() };
  }

  override restoreState(snapshot: OperatorSnapshot): void {
    super.restoreState(snapshot);
    if (snapshot.broadcastStates !== undefined) this.states.restoreState(snapshot.broadcastStates);
  }

  protected callOnTimer(time: number, context: TimerContext, out: Collector<unknown>): unknown {
    return this.fn.onTimer?.(time, context as BroadcastTimerContext, out);
  }
}
