/** Fires at regular intervals of the clock, and at the end of the window. Mirrors: ContinuousProcessingTimeTrigger. */
import { type Duration, toPositiveMillis } from '../duration.js';
import { reducingState } from '../state.js';
import { windowStart } from './aligned-windows.js';
import type { OnMergeContext, Trigger, TriggerContext, TriggerResult } from './trigger.js';
import type { Window } from './window.js';

/** The next time to fire at; of windows that merge, the earliest. */
const FIRE_TIME = reducingState<number>('fire-time', Math.min);

export class ContinuousProcessingTimeTrigger implements Trigger<unknown, Window> {
  readonly description: string;
  private readonly intervalMs: number;

  private constructor(intervalMs: number) {
    this.intervalMs = intervalMs;
    this.description = `ContinuousProcessingTimeTrigger(${intervalMs})`;
  }

  static of(interval: Duration): ContinuousProcessingTimeTrigger {
    return new ContinuousProcessingTimeTrigger(toPositiveMillis(interval, 'interval of the trigger'));
  }

  onElement(_value: unknown, _timestamp: number, window: Window, context: TriggerContext): TriggerResult {
    if (context.getReducingState(FIRE_TIME).get() === undefined) {
      this.registerNext(windowStart(context.currentProcessingTime, 0, this.intervalMs), window, context);
    }
    return 'CONTINUE';
  }

  onEventTime(): TriggerResult {
    return 'CONTINUE';
  }

  onProcessingTime(time: number, window: Window, context: TriggerContext): TriggerResult {
    const state = context.getReducingState(FIRE_TIME);
    if (state.get() !== time) return 'CONTINUE';
    state.clear();
    this.registerNext(time, window, context);
    return 'FIRE';
  }

  onMerge(_window: Window, context: OnMergeContext): void {
    context.mergePartitionedState(FIRE_TIME);
    const next = context.getReducingState(FIRE_TIME).get();
    if (next !== undefined) context.registerProcessingTimeTimer(next);
  }

  clear(_window: Window, context: TriggerContext): void {
    const state = context.getReducingState(FIRE_TIME);
    const time = state.get();
    if (time !== undefined) context.deleteProcessingTimeTimer(time);
    state.clear();
  }

  private registerNext(time: number, window: Window, context: TriggerContext): void {
    const next = Math.min(time + this.intervalMs, window.maxTimestamp());
    if (next <= time) return;
    context.getReducingState(FIRE_TIME).add(next);
    context.registerProcessingTimeTimer(next);
  }
}
