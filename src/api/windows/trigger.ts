/** Decides when a window's function runs and when its content goes. Mirrors: Trigger, TriggerResult. */
import type {
  AggregatingStateDescriptor,
  KeyedStateStore,
  ListStateDescriptor,
  ReducingStateDescriptor,
} from '../state.js';
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

/** Given to a trigger when windows were merged into one. */
export interface OnMergeContext extends TriggerContext {
  /** Folds the state of the merged windows into that of the window that they became. */
  mergePartitionedState<T>(descriptor: ListStateDescriptor<T> | ReducingStateDescriptor<T>): void;
  mergePartitionedState<IN, ACC, OUT>(descriptor: AggregatingStateDescriptor<IN, ACC, OUT>): void;
}

/** State obtained through the context is per key and window. */
export interface Trigger<T, W extends Window> {
  readonly description: string;
  onElement(value: T, timestamp: number, window: W, context: TriggerContext): TriggerResult;
  onProcessingTime(time: number, window: W, context: TriggerContext): TriggerResult;
  onEventTime(time: number, window: W, context: TriggerContext): TriggerResult;
  /** Needed when the assigner merges. */
  onMerge?(window: W, context: OnMergeContext): void;
  clear(window: W, context: TriggerContext): void;
}
