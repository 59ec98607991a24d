/** Fires when a record differs much from the one at the last firing, or from the first. Mirrors: DeltaTrigger. */
import { valueState } from '../state.js';
import { checkThreshold, type DeltaFunction } from './delta-function.js';
import type { Trigger, TriggerContext, TriggerResult } from './trigger.js';
import type { Window } from './window.js';

/** The record to compare with, wrapped: a record may be null. */
const LAST = valueState<{ readonly value: unknown }>('delta-last');

export class DeltaTrigger<T> implements Trigger<T, Window> {
  readonly description: string;
  private readonly threshold: number;
  private readonly deltaFunction: DeltaFunction<T>;

  private constructor(threshold: number, deltaFunction: DeltaFunction<T>) {
    this.threshold = threshold;
    this.deltaFunction = deltaFunction;
    this.description = `DeltaTrigger(${threshold})`;
  }

  /** Fires for each record whose delta is greater than the threshold. Throws ILLEGAL_ARGUMENT for NaN. */
  static of<T>(threshold: number, deltaFunction: DeltaFunction<T>): DeltaTrigger<T> {
    checkThreshold(threshold);
    return new DeltaTrigger(threshold, deltaFunction);
  }

  onElement(value: T, _timestamp: number, _window: Window, context: TriggerContext): TriggerResult {
    const state = context.getState(LAST);
    const last = state.value();
    if (last !== undefined && !(this.deltaFunction(last.value as T, value) > this.threshold)) return 'CONTINUE';
    state.update({ value });
    return last === undefined ? 'CONTINUE' : 'FIRE';
  }

  onEventTime(): TriggerResult {
    return 'CONTINUE';
  }

  onProcessingTime(): TriggerResult {
    return 'CONTINUE';
  }

  clear(_window: Window, context: TriggerContext): void {
    context.getState(LAST).clear();
  }
}
