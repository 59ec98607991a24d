/** The mean of numbers, over all subtasks and not of their means. Mirrors: AverageAccumulator. */
import { Accumulator, type AccumulatorState } from './accumulator.js';
import { checkRange, DOUBLE } from './number-range.js';

/** The mean of the numbers added; 0 before the first. Mirrors: AverageAccumulator. */
export class AverageAccumulator extends Accumulator<number, number> {
  readonly type = 'AverageAccumulator';
  private count = 0;
  private sum = 0;

  /** hot path */
  add(value: number): void {
    this.sum = checkRange(this.sum + value, DOUBLE, this.type, value);
    this.count++;
  }

  getLocalValue(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }

  resetLocal(): void {
    this.count = 0;
    this.sum = 0;
  }

  /** @internal */
  state(): AccumulatorState {
    return [this.count, this.sum];
  }

  /** @internal */
  mergeState(state: AccumulatorState): void {
    const [count, sum] = state as readonly [number, number];
    this.count += count;
    this.sum += sum;
  }
}
