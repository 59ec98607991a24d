/** Never fires. Mirrors: GlobalWindows.NeverTrigger. */
import type { Trigger, TriggerResult } from './trigger.js';
import type { Window } from './window.js';

export class NeverTrigger implements Trigger<unknown, Window> {
  readonly description = 'NeverTrigger()';

  private constructor() {}

  static create(): NeverTrigger {
    return new NeverTrigger();
  }

  onElement(): TriggerResult {
    return 'CONTINUE';
  }

  onEventTime(): TriggerResult {
    return 'CONTINUE';
  }

  onProcessingTime(): TriggerResult {
    return 'CONTINUE';
  }

  onMerge(): void {}

  clear(): void {}
}
