/** Fires after every n records of a window. Mirrors: CountTrigger. */
import { checkArgument } from '../../core/assert.js';
import { reducingState } from '../state.js';
import type { OnMergeContext, Trigger, TriggerContext, TriggerResult } from './trigger.js';
import type { Window } from './window.js';

const COUNT = reducingState<number>('count', (a, b) => a + b);

export class CountTrigger implements Trigger<unknown, Window> {
  readonly description: string;
  private readonly maxCount: number;

  private constructor(maxCount: number) {
    this.maxCount = maxCount;
    this.description = `CountTrigger(${maxCount})`;
  }

  static of(maxCount: number): CountTrigger {
    checkArgument(
      Number.isInteger(maxCount) && maxCount > 0,
      `the count must be a positive integer, but is ${maxCount}`,
    );
    return new CountTrigger(maxCount);
  }

  onElement(_value: unknown, _timestamp: number, _window: Window, context: TriggerContext): TriggerResult {
    const count = context.getReducingState(COUNT);
    count.add(1);
    if ((count.get() ?? 0) < this.maxCount) return 'CONTINUE';
    count.clear();
    return 'FIRE';
  }

  onEventTime(): TriggerResult {
    return 'CONTINUE';
  }

  onProcessingTime(): TriggerResult {
    return 'CONTINUE';
  }

  onMerge(_window: Window, context: OnMergeContext): void {
    context.mergePartitionedState(COUNT);
  }

  clear(_window: Window, context: TriggerContext): void {
    context.getReducingState(COUNT).clear();
  }
}
