/** Fires when another trigger does, and drops the window's content then. Mirrors: PurgingTrigger. */
import type { OnMergeContext, Trigger, TriggerContext, TriggerResult } from './trigger.js';
import type { Window } from './window.js';

export class PurgingTrigger<T, W extends Window> implements Trigger<T, W> {
  readonly description: string;
  readonly onMerge?: (window: W, context: OnMergeContext) => void;
  private readonly nested: Trigger<T, W>;

  private constructor(nested: Trigger<T, W>) {
    this.nested = nested;
    this.description = `PurgingTrigger(${nested.description})`;
    if (nested.onMerge !== undefined) this.onMerge = (window, context) => nested.onMerge?.(window, context);
  }

  static of<T, W extends Window>(nested: Trigger<T, W>): PurgingTrigger<T, W> {
    return new PurgingTrigger(nested);
  }

  onElement(value: T, timestamp: number, window: W, context: TriggerContext): TriggerResult {
    return purging(this.nested.onElement(value, timestamp, window, context));
  }

  onEventTime(time: number, window: W, context: TriggerContext): TriggerResult {
    return purging(this.nested.onEventTime(time, window, context));
  }

  onProcessingTime(time: number, window: W, context: TriggerContext): TriggerResult {
    return purging(this.nested.onProcessingTime(time, window, context));
  }

  clear(window: W, context: TriggerContext): void {
    this.nested.clear(window, context);
  }
}

function purging(result: TriggerResult): TriggerResult {
  return result === 'FIRE' ? 'FIRE_AND_PURGE' : result;
}
