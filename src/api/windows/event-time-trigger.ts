/** Fires once the watermark passes the end of the window, and again for each late record. Mirrors: EventTimeTrigger. */
import type { Trigger, TriggerContext, TriggerResult } from './trigger.js';
import type { Window } from './window.js';

export class EventTimeTrigger implements Trigger<unknown, Window> {
  readonly description = 'EventTimeTrigger()';

  private constructor() {}

  static create(): EventTimeTrigger {
    return new EventTimeTrigger();
  }

  // hot path
  onElement(_value: unknown, _timestamp: number, window: Window, context: TriggerContext): TriggerResult {
    const end = window.maxTimestamp();
    if (end <= context.currentWatermark) return 'FIRE';
    context.registerEventTimeTimer(end);
    return 'CONTINUE';
  }

  onEventTime(time: number, window: Window): TriggerResult {
    return time === window.maxTimestamp() ? 'FIRE' : 'CONTINUE';
  }

  onProcessingTime(): TriggerResult {
    return 'CONTINUE';
  }

  onMerge(window: Window, context: TriggerContext): void {
    // A merged window that ended already fires with the element that merged it.
    if (window.maxTimestamp() > context.currentWatermark) context.registerEventTimeTimer(window.maxTimestamp());
  }

  clear(window: Window, context: TriggerContext): void {
    context.deleteEventTimeTimer(window.maxTimestamp());
  }
}
