/** Joins a stream with broadcast state: the second input writes it, the first one reads. Mirrors: CoBroadcastWithNonKeyedOperator. */
import type { BroadcastProcessFunction } from '../api/functions.js';
import type { MapStateDescriptor } from '../api/state.js';
import { BroadcastStates } from '../state/broadcast-states.js';
import { AbstractProcessOperator } from './abstract-process-operator.js';
import { BroadcastReadingContext, BroadcastWritingContext } from './broadcast-contexts.js';
import type { OperatorContext, OperatorSnapshot, TwoInputOperator } from './stream-operator.js';
import { checkMethods } from './user-function.js';

export class BroadcastProcessOperator extends AbstractProcessOperator implements TwoInputOperator {
  private readonly fn: BroadcastProcessFunction<unknown, unknown, unknown>;
  private readonly states: BroadcastStates;
  private readonly reading: BroadcastReadingContext;
  private readonly writing: BroadcastWritingContext;

  constructor(
    fn: BroadcastProcessFunction<unknown, unknown, unknown>,
    descriptors: readonly MapStateDescriptor<unknown, unknown>[],
    context: OperatorContext,
  ) {
    super(fn, context);
    checkMethods(fn, ['processElement', 'processBroadcastElement'], context.name);
    this.fn = fn;
    this.states = new BroadcastStates(descriptors, context.name);
    this.reading = new BroadcastReadingContext(this.collector, this.timerService, this.states);
    this.writing = new BroadcastWritingContext(this.collector, this.timerService, this.states);
  }

  /** hot path */
  processElement1(value: unknown, timestamp: number): void {
    this.collector.begin(timestamp);
    this.finish(this.fn.processElement(value, this.reading, this.collector), value);
  }

  processElement2(value: unknown, timestamp: number): void {
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
}
