/** Assigns a record to windows. Mirrors: WindowAssigner, MergingWindowAssigner. */
import type { Trigger } from './trigger.js';
import type { Window } from './window.js';

export interface WindowAssignerContext {
  readonly currentProcessingTime: number;
}

export interface WindowAssigner<T, W extends Window> {
  /** Shown in plans, e.g. `TumblingEventTimeWindows(3600000)`; part of the plan hash. */
  readonly description: string;
  readonly isEventTime: boolean;
  /** Session windows merge: each record gets a window of its own, overlapping ones become one. */
  readonly isMerging: boolean;
  assignWindows(value: T, timestamp: number, context: WindowAssignerContext): readonly W[];
  getDefaultTrigger(): Trigger<T, W>;
  /**
   * Set by assigners whose windows all have one size, so that a window is identified by its start alone:
   * `size` in ms and, for a timestamp, the start of the latest window that holds it.
   */
  readonly fixedSize?: { readonly sizeMs: number; readonly slideMs: number; readonly offsetMs: number };
}
