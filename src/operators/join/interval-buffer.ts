/** The records of one side of an interval join, per key, in the order of time; records of one time in order of arrival. */
import { type KeyedStateBackend, type OperatorState, VOID_NAMESPACE } from '../../state/keyed-state-backend.js';

/** Plain data, kept in state: `times[i]` is the time of `values[i]`. Plain numbers, so that V8 keeps them unboxed. */
export interface TimedRecords {
  readonly times: number[];
  readonly values: unknown[];
}

export class IntervalBuffer {
  private readonly keyedState: KeyedStateBackend;
  private readonly state: OperatorState;

  constructor(keyedState: KeyedStateBackend, name: string) {
    this.keyedState = keyedState;
    this.state = keyedState.getOperatorState(name);
  }

  /** What the current key has; undefined when that is nothing. hot path */
  get(): TimedRecords | undefined {
    this.keyedState.setCurrentNamespace(VOID_NAMESPACE);
    return this.state.get() as TimedRecords | undefined;
  }

  /** Says whether no record of the key was as early before. hot path */
  add(value: unknown, timestamp: number): boolean {
    const records = this.get();
    if (records === undefined) {
      this.state.put({ times: [timestamp], values: [value] });
      return true;
    }
    const { times, values } = records;
    const index = indexAfter(times, timestamp);
    if (index === times.length) {
      times.push(timestamp);
      values.push(value);
    } else {
      times.splice(index, 0, timestamp);
      values.splice(index, 0, value);
    }
    return index === 0;
  }

  /** Drops what is not later than `time`, and returns the time of the first record left; undefined when none is. */
  removeUpTo(time: number): number | undefined {
    const records = this.get();
    if (records === undefined) return undefined;
    const { times, values } = records;
    const count = indexAfter(times, time);
    if (count === times.length) {
      this.state.remove();
      return undefined;
    }
    if (count > 0) {
      times.splice(0, count);
      values.splice(0, count);
    }
    return times[0];
  }
}

/** How many of the times, which are in order, are not later than `time`. Most records come last. hot path */
export function indexAfter(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length;
  if (high > 0 && (times[high - 1] as number) <= time) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of the times, which are in order, are earlier than `time`. hot path */
export function indexOf(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
