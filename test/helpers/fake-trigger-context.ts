/** A trigger's surroundings for one key and window: time set by hand, timers and state to look at. */
import type { OnMergeContext } from '../../src/api/windows/trigger.js';
import type { ReducingState, ReducingStateDescriptor } from '../../src/api/state.js';

export class FakeTriggerContext implements OnMergeContext {
  currentProcessingTime = 0;
  currentWatermark = Number.NEGATIVE_INFINITY;
  readonly eventTimeTimers = new Set<number>();
  readonly processingTimeTimers = new Set<number>();
  readonly state = new Map<string, unknown>();
  /** State of the windows that are merged into this one. */
  readonly merged: ReadonlyMap<string, unknown>[] = [];

  registerEventTimeTimer(time: number): void {
    this.eventTimeTimers.add(time);
  }

  registerProcessingTimeTimer(time: number): void {
    this.processingTimeTimers.add(time);
  }

  deleteEventTimeTimer(time: number): void {
    this.eventTimeTimers.delete(time);
  }

  deleteProcessingTimeTimer(time: number): void {
    this.processingTimeTimers.delete(time);
  }

  getReducingState<T>(descriptor: ReducingStateDescriptor<T>): ReducingState<T> {
    const { name, reduce } = descriptor;
    if (typeof reduce !== 'function') throw new Error(`the state ${name} of a trigger folds with an arrow`);
    return {
      get: () => this.state.get(name) as T | undefined,
      add: (value) => this.state.set(name, this.state.has(name) ? reduce(this.state.get(name) as T, value) : value),
      clear: () => void this.state.delete(name),
    };
  }

  mergePartitionedState(descriptor: unknown): void {
    const reducing = descriptor as ReducingStateDescriptor<unknown>;
    for (const state of this.merged) {
      if (state.has(reducing.name)) this.getReducingState(reducing).add(state.get(reducing.name));
    }
  }

  getState(): never {
    throw new Error('not used by the triggers under test');
  }

  getListState(): never {
    throw new Error('not used by the triggers under test');
  }

  getMapState(): never {
    throw new Error('not used by the triggers under test');
  }

  getAggregatingState(): never {
    throw new Error('not used by the triggers under test');
  }
}
