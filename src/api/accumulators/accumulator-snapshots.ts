/** Accumulators as plain data, as they travel from tasks to the client, and how those of one name become one. */
import { FlinkError, type SerializedError, deserializeError, serializeError } from '../../core/errors.js';
import { type Accumulator, type AccumulatorState, type AccumulatorType, typeConflict } from './accumulator.js';
import { AverageAccumulator } from './average-accumulator.js';
import { DoubleCounter, IntCounter, LongCounter } from './counters.js';
import { DoubleMaximum, DoubleMinimum, IntMaximum, IntMinimum, LongMaximum, LongMinimum } from './extremes.js';
import { ListAccumulator } from './list-accumulator.js';

/** What was seen, or why subtasks cannot be put together: then there is no result of this name. */
export type AccumulatorSnapshot =
  | { readonly type: AccumulatorType; readonly state: AccumulatorState }
  | { readonly type: AccumulatorType; readonly failure: SerializedError };

/** By name. */
export type AccumulatorSnapshots = Readonly<Record<string, AccumulatorSnapshot>>;

type AnyAccumulator = Accumulator<unknown, unknown>;

const CLASSES: Readonly<Record<AccumulatorType, new () => object>> = {
  IntCounter,
  LongCounter,
  DoubleCounter,
  IntMinimum,
  IntMaximum,
  LongMinimum,
  LongMaximum,
  DoubleMinimum,
  DoubleMaximum,
  AverageAccumulator,
  ListAccumulator,
};

/** Throws INVALID_ACCUMULATOR for an object that is none of this package's accumulators. */
export function checkAccumulator(name: string, accumulator: unknown): asserts accumulator is AnyAccumulator {
  const type = (accumulator as Partial<AnyAccumulator> | null | undefined)?.type;
  if (typeof type === 'string' && Object.hasOwn(CLASSES, type)) return;
  throw new FlinkError('INVALID_ACCUMULATOR', `accumulator '${name}' is none of those that can be merged`, {
    domain: 'user',
    details: { accumulator: name },
    remedy: `Use one of ${Object.keys(CLASSES).join(', ')}; a ListAccumulator holds whatever the program then folds.`,
  });
}

export function snapshotOf(accumulator: AnyAccumulator): AccumulatorSnapshot {
  return { type: accumulator.type, state: accumulator.state() };
}

/** All accumulators of several operators or subtasks, those of one name merged. Never throws: see `failure`. */
export function mergeSnapshots(parts: Iterable<AccumulatorSnapshots>): AccumulatorSnapshots {
  const merged = new Map<string, AccumulatorSnapshot>();
  for (const part of parts) {
    for (const [name, snapshot] of Object.entries(part)) {
      const before = merged.get(name);
      merged.set(name, before === undefined ? snapshot : mergeTwo(name, before, snapshot));
    }
  }
  return Object.fromEntries([...merged].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The result of one accumulator. Throws what kept it from being merged. */
export function resultOf(snapshot: AccumulatorSnapshot): unknown {
  if ('failure' in snapshot) throw deserializeError(snapshot.failure);
  return restore(snapshot).getLocalValue();
}

function mergeTwo(name: string, a: AccumulatorSnapshot, b: AccumulatorSnapshot): AccumulatorSnapshot {
  if ('failure' in a) return a;
  if ('failure' in b) return b;
  try {
    if (a.type !== b.type) throw typeConflict(name, a.type, b.type);
    const accumulator = restore(a);
    accumulator.mergeState(b.state);
    return snapshotOf(accumulator);
  } catch (error) {
    return { type: a.type, failure: serializeError(error) };
  }
}

function restore({ type, state }: Exclude<AccumulatorSnapshot, { failure: SerializedError }>): AnyAccumulator {
  const accumulator = new CLASSES[type]() as AnyAccumulator;
  accumulator.mergeState(state);
  return accumulator;
}
