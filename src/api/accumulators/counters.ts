/** Sums of numbers. Mirrors: IntCounter, LongCounter, DoubleCounter. */
import { Accumulator, type AccumulatorState, type AccumulatorType } from './accumulator.js';
import { checkRange, DOUBLE, INT, LONG, type NumberRange } from './number-range.js';

abstract class NumberCounter extends Accumulator<number, number> {
  private sum = 0;
  private readonly range: NumberRange;

  constructor(range: NumberRange) {
    super();
    this.range = range;
  }

  abstract override readonly type: AccumulatorType;

  /** hot path */
  add(value: number): void {
    this.sum = checkRange(this.sum + value, this.range, this.type, value);
  }

  getLocalValue(): number {
    return this.sum;
  }

  resetLocal(): void {
    this.sum = 0;
  }

  /** @internal */
  state(): AccumulatorState {
    return this.sum;
  }

  /** @internal */
  mergeState(state: AccumulatorState): void {
    this.add(state as number);
  }
}

/** The sum of whole numbers of 32 bits; a sum beyond them is refused. Mirrors: IntCounter. */
export class IntCounter extends NumberCounter {
  readonly type = 'IntCounter';

  constructor() {
    super(INT);
  }
}

/** The sum of whole numbers, exact up to 2^53 - 1; a sum beyond is refused. Mirrors: LongCounter. */
export class LongCounter extends NumberCounter {
  readonly type = 'LongCounter';

  constructor() {
    super(LONG);
  }
}

/** The sum of numbers. It depends on their order in the last digits, as sums of doubles do. Mirrors: DoubleCounter. */
export class DoubleCounter extends NumberCounter {
  readonly type = 'DoubleCounter';

  constructor() {
    super(DOUBLE);
  }
}
