/** Decides when a window's function runs and when its content goes. Mirrors: Trigger, TriggerResult. */
import type { KeyedStateStore } from '../state.js';
import type { Window } from './window.js';

export type TriggerResult = 'CONTINUE' | 'FIRE' | 'PURGE' | 'FIRE_AND_PURGE';

export interface TriggerContext extends KeyedStateStore {
  readonly currentProcessingTime: number;
  readonly currentWatermark: number;
  registerEventTimeTimer(time: number): void;
  registerProcessingTimeTimer(time: number): void;
  deleteEventTimeTimer(time: number): void;
  deleteProcessingTimeTimer(time: number): void;
}

/** State obtained through the context is per key and window. */
export interface Trigger<T, W extends Window> {
  readonly description: string;
  onElement(value: T, timestamp: number, window: W, context: TriggerContext): TriggerResult;
  onProcessingTime(time: number, window: W, context: TriggerContext): TriggerResult;
  onEventTime(time: number, window: W, context: TriggerContext): TriggerResult;
  /** Needed when the assigner merges. */
  onMerge?(window: W, context: TriggerContext): void;
  clear(window: W, context: TriggerContext): void;
}
