/**
 * Takes records out of a window before or after its function sees them; the window keeps all its records for that.
 * Mirrors: Evictor, TimestampedValue.
 */
import type { Nothing } from '../functions.js';
import type { MetricGroup } from '../runtime-context.js';
import type { Window } from './window.js';

/** A record in a window, with its event time in ms; undefined when it has none. */
export interface TimestampedValue<T> {
  readonly value: T;
  readonly timestamp: number | undefined;
}

export interface EvictorContext {
  readonly currentProcessingTime: number;
  readonly currentWatermark: number;
  readonly metricGroup: MetricGroup;
}

/**
 * Both methods are called each time the window fires, and remove elements from the list in place. It is in the order of
 * arrival; of sessions that merged, in the order of the sessions. What is removed is gone for later firings as well.
 */
export interface Evictor<T, W extends Window> {
  /** Shown in plans, e.g. `CountEvictor(3)`; part of the plan hash. */
  readonly description: string;
  /** Before the window function; it is called even if nothing is left. `size` is the length of the list. */
  evictBefore(elements: TimestampedValue<T>[], size: number, window: W, context: EvictorContext): Nothing;
  /** After the window function. */
  evictAfter(elements: TimestampedValue<T>[], size: number, window: W, context: EvictorContext): Nothing;
}

/** Keeps the elements for which `isKept` says true, in their order. */
export function retain<T>(elements: TimestampedValue<T>[], isKept: (element: TimestampedValue<T>) => boolean): void {
  let kept = 0;
  for (const element of elements) if (isKept(element)) elements[kept++] = element;
  elements.length = kept;
}
