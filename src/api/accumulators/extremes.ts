/** The smallest and the largest number seen. Mirrors: IntMinimum, IntMaximum, LongMinimum, … */
import { Accumulator, type AccumulatorState, type AccumulatorType } from './accumulator.js';
import { checkRange, DOUBLE, INT, LONG, type NumberRange } from './number-range.js';

abstract class Extreme extends Accumulator<number, number> {
  private best: number;
  private readonly initial: number;
  private readonly range: NumberRange;
  private readonly choose: (a: number, b: number) => number;

  constructor(range: NumberRange, which: 'min' | 'max') {
    super();
    this.range = range;
    this.initial = which === 'min' ? range.max : range.min;
    this.choose = which === 'min' ? Math.min : Math.max;
    this.best = this.initial;
  }

  abstract override readonly type: AccumulatorType;

  /** hot path */
  add(value: number): void {
    this.best = this.choose(this.best, checkRange(value, this.range, this.type, value));
  }

  getLocalValue(): number {
    return this.best;
  }

  resetLocal(): void {
    this.best = this.initial;
  }

  /** @internal */
  state(): AccumulatorState {
    return this.best;
  }

  /** @internal */
  mergeState(state: AccumulatorState): void {
    this.add(state as number);
  }
}

/** The smallest whole number of 32 bits; 2^31 - 1 before the first. Mirrors: IntMinimum. */
export class IntMinimum extends Extreme {
  readonly type = 'IntMinimum';

  constructor() {
    super(INT, 'min');
  }
}

/** The largest whole number of 32 bits; -2^31 before the first. Mirrors: IntMaximum. */
export class IntMaximum extends Extreme {
  readonly type = 'IntMaximum';

  constructor() {
    super(INT, 'max');
  }
}

/** The smallest whole number; 2^53 - 1 before the first. Mirrors: LongMinimum. */
export class LongMinimum extends Extreme {
  readonly type = 'LongMinimum';

  constructor() {
    super(LONG, 'min');
  }
}

/** The largest whole number; -(2^53 - 1) before the first. Mirrors: LongMaximum. */
export class LongMaximum extends Extreme {
  readonly type = 'LongMaximum';

  constructor() {
    super(LONG, 'max');
  }
}

/** The smallest number; Infinity before the first, NaN after a NaN. Mirrors: DoubleMinimum. */
export class DoubleMinimum extends Extreme {
  readonly type = 'DoubleMinimum';

  constructor() {
    super(DOUBLE, 'min');
  }
}

/** The largest number; -Infinity before the first, NaN after a NaN. Mirrors: DoubleMaximum. */
export class DoubleMaximum extends Extreme {
  readonly type = 'DoubleMaximum';

  constructor() {
    super(DOUBLE, 'max');
  }
}
