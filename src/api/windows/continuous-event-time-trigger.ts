/** Fires at regular intervals of event time, and at the end of the window. Mirrors: ContinuousEventTimeTrigger. */
import { type Duration, toPositiveMillis } from '../duration.js';
import { reducingState } from '../state.js';
import type { OnMergeContext, Trigger, TriggerContext, TriggerResult } from './trigger.js';
import { windowStart } from './aligned-windows.js';
import type { Window } from './window.js';

/** The next time to fire at; of windows that merge, the earliest. */
const FIRE_TIME = reducingState<number>('fire-time', Math.min);

export class ContinuousEventTimeTrigger implements Trigger<unknown, Window> {
  readonly description: string;
  private readonly intervalMs: number;

  private constructor(intervalMs: number) {
    this.intervalMs = intervalMs;
    this.description = `ContinuousEventTimeTrigger(${intervalMs})`;
  }

  static of(interval: Duration): ContinuousEventTimeTrigger {
    return new ContinuousEventTimeTrigger(toPositiveMillis(interval, 'interval of the trigger'));
  }

  onElement(_value: unknown, timestamp: number, window: Window, context: TriggerContext): TriggerResult {
    if (window.maxTimestamp() <= context.currentWatermark) return 'FIRE';
    context.registerEventTimeTimer(window.maxTimestamp());
    if (context.getReducingState(FIRE_TIME).get() === undefined) {
      this.registerNext(windowStart(timestamp, 0, this.intervalMs), window, context);
    }
    return 'CONTINUE';
  }

  onEventTime(time: number, window: Window, context: TriggerContext): TriggerResult {
    if (time === window.maxTimestamp()) return 'FIRE';
    const state = context.getReducingState(FIRE_TIME);
    if (state.get() !== time) return 'CONTINUE';
    state.clear();
    this.registerNext(time, window, context);
    return 'FIRE';
  }

  onProcessingTime(): TriggerResult {
    return 'CONTINUE';
  }

  onMerge(_window: Window, context: OnMergeContext): void {
    context.mergePartitionedState(FIRE_TIME);
    const next = context.getReducingState(FIRE_TIME).get();
    if (next !== undefined) context.registerEventTimeTimer(next);
  }

  clear(window: Window, context: TriggerContext): void {
    const state = context.getReducingState(FIRE_TIME);
    const time = state.get();
    if (time !== undefined) context.deleteEventTimeTimer(time);
    state.clear();
    context.deleteEventTimeTimer(window.maxTimestamp());
  }

  private registerNext(time: number, window: Window, context: TriggerContext): void {
    const next = Math.min(time + this.intervalMs, window.maxTimestamp());
    context.getReducingState(FIRE_TIME).add(next);
    context.registerEventTimeTimer(next);
  }
}
