/**
 * Adds up what the subtasks of a job see; the job's result has the sum over all of them. Mirrors: Accumulator,
 * SimpleAccumulator.
 */
import { FlinkError } from '../../core/errors.js';

/** The accumulators there are. Merging them is the JobManager's work, which runs no code of a user. */
export type AccumulatorType =
  | 'IntCounter'
  | 'LongCounter'
  | 'DoubleCounter'
  | 'IntMinimum'
  | 'IntMaximum'
  | 'LongMinimum'
  | 'LongMaximum'
  | 'DoubleMinimum'
  | 'DoubleMaximum'
  | 'AverageAccumulator'
  | 'ListAccumulator';

/** An accumulator as plain data: a number, count and sum of an average, or encoded lists. */
export type AccumulatorState = number | readonly [count: number, sum: number] | readonly Uint8Array[];

/**
 * Takes values of type `V` and has a result of type `R`. Create one for each subtask, in a field of the function or in its
 * `open`, and give it to `RuntimeContext.addAccumulator`. Mirrors: Accumulator.
 */
export abstract class Accumulator<V, R> {
  abstract readonly type: AccumulatorType;
  /** @internal An operator of a subtask has it: an accumulator that two have would count twice. */
  isAdded = false;

  /** Throws ACCUMULATOR_VALUE_INVALID for what an accumulator of its type cannot take. */
  abstract add(value: V): void;

  /** What this subtask has seen, not the job. */
  abstract getLocalValue(): R;

  /** Back to what it was before the first value. */
  abstract resetLocal(): void;

  /** Takes over what another accumulator of the same type has seen. Throws ACCUMULATOR_TYPE_CONFLICT. */
  merge(other: Accumulator<V, R>): void {
    if (other.type !== this.type) throw typeConflict(undefined, this.type, other.type);
    this.mergeState(other.state());
  }

  /** Another accumulator with the same value, which no subtask has. */
  clone(): this {
    const copy = new (this.constructor as new () => this)();
    copy.mergeState(this.state());
    return copy;
  }

  /** @internal A copy of what it has seen. */
  abstract state(): AccumulatorState;
  /** @internal Adds what an accumulator of the same type had seen. */
  abstract mergeState(state: AccumulatorState): void;
}

/** `name` is unknown when accumulators are merged by hand. */
export function typeConflict(name: string | undefined, known: AccumulatorType, other: string): FlinkError {
  const subject = name === undefined ? 'an accumulator' : `accumulator '${name}'`;
  return new FlinkError('ACCUMULATOR_TYPE_CONFLICT', `${subject} is of type ${known}, and of type ${other} elsewhere`, {
    domain: 'user',
    details: { accumulator: name, types: [known, other] },
    remedy: 'Use one type for one name in the whole job, or another name.',
  });
}

export function invalidValue(type: AccumulatorType, problem: string): FlinkError {
  return new FlinkError('ACCUMULATOR_VALUE_INVALID', `${type}: ${problem}`, {
    domain: 'user',
    details: { type },
    remedy: 'Int takes whole numbers of 32 bits, Long whole numbers up to 2^53 - 1, Double any number.',
  });
}
