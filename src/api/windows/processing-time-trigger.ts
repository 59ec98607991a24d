/** Fires once the clock passes the end of the window. Mirrors: ProcessingTimeTrigger. */
import type { Trigger, TriggerContext, TriggerResult } from './trigger.js';
import type { Window } from './window.js';

export class ProcessingTimeTrigger implements Trigger<unknown, Window> {
  readonly description = 'ProcessingTimeTrigger()';

  private constructor() {}

  static create(): ProcessingTimeTrigger {
    return new ProcessingTimeTrigger();
  }

  onElement(_value: unknown, _timestamp: number, window: Window, context: TriggerContext): TriggerResult {
    context.registerProcessingTimeTimer(window.maxTimestamp());
    return 'CONTINUE';
  }

  onEventTime(): TriggerResult {
    return 'CONTINUE';
  }

  onProcessingTime(): TriggerResult {
    return 'FIRE';
  }

  onMerge(window: Window, context: TriggerContext): void {
    if (window.maxTimestamp() > context.currentProcessingTime)
      context.registerProcessingTimeTimer(window.maxTimestamp());
  }

  clear(window: Window, context: TriggerContext): void {
    context.deleteProcessingTimeTimer(window.maxTimestamp());
  }
}
