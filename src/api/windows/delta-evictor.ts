/** Keeps the records of a window that differ little from its last one. Mirrors: DeltaEvictor. */
import { type DeltaFunction, checkThreshold } from './delta-function.js';
import { type Evictor, retain, type TimestampedValue } from './evictor.js';
import type { Window } from './window.js';

export class DeltaEvictor<T> implements Evictor<T, Window> {
  readonly description: string;
  private readonly threshold: number;
  private readonly deltaFunction: DeltaFunction<T>;
  private readonly doEvictAfter: boolean;

  private constructor(threshold: number, deltaFunction: DeltaFunction<T>, doEvictAfter: boolean) {
    this.threshold = threshold;
    this.deltaFunction = deltaFunction;
    this.doEvictAfter = doEvictAfter;
    this.description = `DeltaEvictor(${threshold})`;
  }

  /** Evicts each record whose delta to the last one is the threshold or more. Throws ILLEGAL_ARGUMENT for NaN. */
  static of<T>(threshold: number, deltaFunction: DeltaFunction<T>, doEvictAfter = false): DeltaEvictor<T> {
    checkThreshold(threshold);
    return new DeltaEvictor(threshold, deltaFunction, doEvictAfter);
  }

  evictBefore(elements: TimestampedValue<T>[]): void {
    if (!this.doEvictAfter) this.evict(elements);
  }

  evictAfter(elements: TimestampedValue<T>[]): void {
    if (this.doEvictAfter) this.evict(elements);
  }

  private evict(elements: TimestampedValue<T>[]): void {
    const last = elements.at(-1);
    if (last === undefined) return;
    retain(elements, ({ value }) => this.deltaFunction(value, last.value) < this.threshold);
  }
}
