/** Values that grow by folding; what is over is not folded further. Mirrors: TtlReducingState, TtlAggregatingState. */
import type { AggregateFunction } from '../../api/functions.js';
import type { AggregatingState, ReducingState } from '../../api/state.js';
import { FlinkError } from '../../core/errors.js';
import type { TtlAccess } from './ttl-table.js';
import { TtlSingleValue } from './ttl-value-state.js';

export class TtlReducingState implements ReducingState<unknown> {
  private readonly single: TtlSingleValue;
  private readonly reduce: (a: unknown, b: unknown) => unknown;
  private readonly name: string;

  constructor(access: TtlAccess, reduce: (a: unknown, b: unknown) => unknown) {
    this.single = new TtlSingleValue(access);
    this.reduce = reduce;
    this.name = access.table.name;
  }

  get(): unknown {
    return this.single.read();
  }

  add(value: unknown): void {
    this.single.change((before) => (before === undefined ? value : checkFolded(this.reduce(before, value), this.name)));
  }

  clear(): void {
    this.single.clear();
  }
}

export class TtlAggregatingState implements AggregatingState<unknown, unknown> {
  private readonly single: TtlSingleValue;
  private readonly aggregate: AggregateFunction<unknown, unknown, unknown>;
  private readonly name: string;

  constructor(access: TtlAccess, aggregate: AggregateFunction<unknown, unknown, unknown>) {
    this.single = new TtlSingleValue(access);
    this.aggregate = aggregate;
    this.name = access.table.name;
  }

  get(): unknown {
    const accumulator = this.single.read();
    return accumulator === undefined ? undefined : this.aggregate.getResult(accumulator);
  }

  add(value: unknown): void {
    const { aggregate, name } = this;
    this.single.change((before) => {
      const accumulator = before === undefined ? aggregate.createAccumulator() : before;
      return checkFolded(aggregate.add(value, accumulator), name);
    });
  }

  clear(): void {
    this.single.clear();
  }
}

/** A folding function that forgets its `return` would silently clear the state. */
function checkFolded(value: unknown, state: string): unknown {
  const isPromise = typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
  if (value !== undefined && !isPromise) return value;
  const [code, what] = isPromise ? ['ASYNC_RESULT', 'a promise'] : ['UNDEFINED_RESULT', 'undefined'];
  throw new FlinkError(code, `the function that folds into state '${state}' returned ${what}`, {
    domain: 'user',
    remedy: 'Return the new value or accumulator, synchronously.',
    details: { state },
  });
}
