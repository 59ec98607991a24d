/**
 * The accumulators of one task: each operator has its own, those of one name are reported as one, whether their operators
 * are chained or not. Mirrors: AccumulatorRegistry, and the part of StreamingRuntimeContext that adds them.
 */
import { type Accumulator, typeConflict } from '../../api/accumulators/accumulator.js';
import {
  type AccumulatorSnapshots,
  checkAccumulator,
  mergeSnapshots,
  snapshotOf,
} from '../../api/accumulators/accumulator-snapshots.js';
import { DoubleCounter, IntCounter, LongCounter } from '../../api/accumulators/counters.js';
import { ListAccumulator } from '../../api/accumulators/list-accumulator.js';
import type { RuntimeContext } from '../../api/runtime-context.js';
import { FlinkError } from '../../core/errors.js';

/** The part of a RuntimeContext that concerns accumulators. */
export type AccumulatorContext = Pick<
  RuntimeContext,
  'addAccumulator' | 'getAccumulator' | 'getIntCounter' | 'getLongCounter' | 'getDoubleCounter'
>;

type AnyAccumulator = Accumulator<unknown, unknown>;

/** Reports on a running task leave out lists beyond this size: they would be sent twice a second as a whole. */
const MAX_INTERIM_LIST_BYTES = 1 << 20;

export class AccumulatorRegistry {
  /** By name, for each operator. */
  private readonly operators: Map<string, AnyAccumulator>[] = [];

  /** What one operator gets to see; its calls throw ACCUMULATOR_EXISTS, ACCUMULATOR_TYPE_CONFLICT and their kin. */
  contextOf(operator: string): AccumulatorContext {
    const byName = new Map<string, AnyAccumulator>();
    this.operators.push(byName);
    const add = (name: string, accumulator: unknown): void => {
      checkAccumulator(name, accumulator);
      if (byName.has(name)) throw alreadyExists(name, operator);
      this.checkType(name, accumulator);
      if (accumulator.isAdded) throw isShared(name, operator);
      accumulator.isAdded = true;
      byName.set(name, accumulator);
    };
    const counter = <C extends object>(name: string, create: new () => C): C => {
      const wanted = new create();
      const known = byName.get(name);
      if (known === undefined) add(name, wanted);
      else if (!(known instanceof create)) throw typeConflict(name, known.type, (wanted as AnyAccumulator).type);
      return byName.get(name) as unknown as C;
    };
    return {
      addAccumulator: add,
      getAccumulator: (name) => byName.get(name) as never,
      getIntCounter: (name) => counter(name, IntCounter),
      getLongCounter: (name) => counter(name, LongCounter),
      getDoubleCounter: (name) => counter(name, DoubleCounter),
    };
  }

  /** What there is so far; undefined when no operator has added any. A `final` one is complete. */
  snapshot(which: 'interim' | 'final'): AccumulatorSnapshots | undefined {
    const parts = this.operators.filter((byName) => byName.size > 0);
    if (parts.length === 0) return undefined;
    return mergeSnapshots(
      parts.map((byName) => {
        const reported = [...byName].filter(([, accumulator]) => which === 'final' || !isLong(accumulator));
        return Object.fromEntries(reported.map(([name, accumulator]) => [name, snapshotOf(accumulator)]));
      }),
    );
  }

  private checkType(name: string, accumulator: AnyAccumulator): void {
    for (const byName of this.operators) {
      const other = byName.get(name);
      if (other !== undefined && other.type !== accumulator.type)
        throw typeConflict(name, other.type, accumulator.type);
    }
  }
}

function isLong(accumulator: AnyAccumulator): boolean {
  return accumulator instanceof ListAccumulator && accumulator.sizeInBytes > MAX_INTERIM_LIST_BYTES;
}

function alreadyExists(name: string, operator: string): FlinkError {
  return new FlinkError(
    'ACCUMULATOR_EXISTS',
    `The accumulator '${name}' already exists and cannot be added (operator '${operator}').`,
    {
      domain: 'user',
      details: { accumulator: name, operator },
      remedy: 'Add it once, or fetch it with getAccumulator(name) or getIntCounter(name).',
    },
  );
}

function isShared(name: string, operator: string): FlinkError {
  return new FlinkError(
    'ACCUMULATOR_SHARED',
    `operator '${operator}' added as '${name}' an accumulator that another subtask or operator has: it would count twice`,
    {
      domain: 'user',
      details: { accumulator: name, operator },
      remedy: 'Create the accumulator in open(), or in a field of the function, not outside of it.',
    },
  );
}
