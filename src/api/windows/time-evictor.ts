/** Keeps the records of a window that are at most some time older than its newest one. Mirrors: TimeEvictor. */
import { type Duration, toPositiveMillis } from '../duration.js';
import { type Evictor, retain, type TimestampedValue } from './evictor.js';
import type { Window } from './window.js';

export class TimeEvictor implements Evictor<unknown, Window> {
  readonly description: string;
  private readonly windowSizeMs: number;
  private readonly doEvictAfter: boolean;

  private constructor(windowSizeMs: number, doEvictAfter: boolean) {
    this.windowSizeMs = windowSizeMs;
    this.doEvictAfter = doEvictAfter;
    this.description = `TimeEvictor(${windowSizeMs})`;
  }

  /**
   * Evicts what is `windowSize` or more older than the newest record; nothing from windows of records without event
   * time. Throws INVALID_DURATION.
   */
  static of(windowSize: Duration, doEvictAfter = false): TimeEvictor {
    return new TimeEvictor(toPositiveMillis(windowSize, 'window size of the evictor'), doEvictAfter);
  }

  evictBefore(elements: TimestampedValue<unknown>[]): void {
    if (!this.doEvictAfter) this.evict(elements);
  }

  evictAfter(elements: TimestampedValue<unknown>[]): void {
    if (this.doEvictAfter) this.evict(elements);
  }

  private evict(elements: TimestampedValue<unknown>[]): void {
    let newest = Number.NEGATIVE_INFINITY;
    for (const { timestamp } of elements) {
      // A stream has event time or has not: one record tells.
      if (timestamp === undefined) return;
      if (timestamp > newest) newest = timestamp;
    }
    const cutOff = newest - this.windowSizeMs;
    retain(elements, ({ timestamp }) => (timestamp ?? newest) > cutOff);
  }
}
