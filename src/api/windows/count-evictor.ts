/** Keeps the last n records of a window. Mirrors: CountEvictor. */
import { checkArgument } from '../../core/assert.js';
import type { Evictor, TimestampedValue } from './evictor.js';
import type { Window } from './window.js';

export class CountEvictor implements Evictor<unknown, Window> {
  readonly description: string;
  private readonly maxCount: number;
  private readonly doEvictAfter: boolean;

  private constructor(maxCount: number, doEvictAfter: boolean) {
    this.maxCount = maxCount;
    this.doEvictAfter = doEvictAfter;
    this.description = `CountEvictor(${maxCount})`;
  }

  /** Evicts before the window function, or after it. Throws ILLEGAL_ARGUMENT unless `maxCount` is a positive integer. */
  static of(maxCount: number, doEvictAfter = false): CountEvictor {
    checkArgument(
      Number.isInteger(maxCount) && maxCount > 0,
      `the count must be a positive integer, but is ${maxCount}`,
    );
    return new CountEvictor(maxCount, doEvictAfter);
  }

  evictBefore(elements: TimestampedValue<unknown>[], size: number): void {
    if (!this.doEvictAfter) this.evict(elements, size);
  }

  evictAfter(elements: TimestampedValue<unknown>[], size: number): void {
    if (this.doEvictAfter) this.evict(elements, size);
  }

  private evict(elements: TimestampedValue<unknown>[], size: number): void {
    if (size > this.maxCount) elements.splice(0, size - this.maxCount);
  }
}
