/** How the records of a window become its contents, which are kept in a cell of state per key: folded or listed. */
import type { AggregateFunction } from '../../api/functions.js';
import type { WindowContents } from '../../api/transformation.js';
import { FlinkError } from '../../core/errors.js';
import type { StateCell } from '../../state/keyed-state-backend.js';
import { badResult, checkMethods, isThenable, methodOf } from '../user-function.js';

export interface WindowFold {
  add(value: unknown, cell: StateCell): void;
  /** What the window function gets: all elements, or the one result. */
  elementsOf(contents: unknown): readonly unknown[];
  /** May change `a`. */
  merge(a: unknown, b: unknown): unknown;
  /** The same contents, which `merge` may change. */
  copyOf(contents: unknown): unknown;
}

/** Throws INVALID_FUNCTION for functions that lack a method. */
export function windowFold(contents: WindowContents, operator: string): WindowFold {
  switch (contents.kind) {
    case 'reduce':
      return new ReducedContents(methodOf(contents.fn, 'reduce', operator), operator);
    case 'aggregate':
      checkMethods(contents.fn, ['createAccumulator', 'add', 'getResult'], operator);
      return new AggregatedContents(contents.fn, operator);
    case 'list':
      return new ListedContents();
  }
}

class ReducedContents implements WindowFold {
  private readonly reduce: (a: unknown, b: unknown) => unknown;
  private readonly operator: string;

  constructor(reduce: (a: unknown, b: unknown) => unknown, operator: string) {
    this.reduce = reduce;
    this.operator = operator;
  }

  /** hot path */
  add(value: unknown, cell: StateCell): void {
    const current = cell.get();
    cell.put(current === undefined ? value : checked(this.reduce(current, value), value, this.operator));
  }

  elementsOf(contents: unknown): readonly unknown[] {
    return [contents];
  }

  merge(a: unknown, b: unknown): unknown {
    return checked(this.reduce(a, b), [a, b], this.operator);
  }

  copyOf(contents: unknown): unknown {
    return contents;
  }
}

class AggregatedContents implements WindowFold {
  private readonly fn: AggregateFunction<unknown, unknown, unknown>;
  private readonly operator: string;

  constructor(fn: AggregateFunction<unknown, unknown, unknown>, operator: string) {
    this.fn = fn;
    this.operator = operator;
  }

  /** hot path */
  add(value: unknown, cell: StateCell): void {
    const current = cell.get();
    const next = this.fn.add(value, current === undefined ? this.fn.createAccumulator() : current);
    // An accumulator that was changed in place is already where it belongs.
    if (next === current && next !== undefined) return;
    cell.put(checked(next, value, this.operator));
  }

  elementsOf(contents: unknown): readonly unknown[] {
    return [checked(this.fn.getResult(contents), contents, this.operator)];
  }

  merge(a: unknown, b: unknown): unknown {
    if (this.fn.merge === undefined) throw this.mergeMissing();
    return checked(this.fn.merge(a, b), [a, b], this.operator);
  }

  copyOf(contents: unknown): unknown {
    return typeof contents === 'object' ? this.merge(this.fn.createAccumulator(), contents) : contents;
  }

  private mergeMissing(): FlinkError {
    return new FlinkError(
      'AGGREGATE_CANNOT_MERGE',
      `operator '${this.operator}' merges windows, but its aggregate function has no merge()`,
      {
        domain: 'user',
        remedy: 'Give the AggregateFunction a merge(a, b) that combines two accumulators.',
        details: { operator: this.operator },
      },
    );
  }
}

class ListedContents implements WindowFold {
  /** hot path */
  add(value: unknown, cell: StateCell): void {
    const list = cell.get() as unknown[] | undefined;
    if (list === undefined) cell.put([value]);
    else list.push(value);
  }

  elementsOf(contents: unknown): readonly unknown[] {
    return contents as unknown[];
  }

  merge(a: unknown, b: unknown): unknown {
    return (a as unknown[]).concat(b as unknown[]);
  }

  copyOf(contents: unknown): unknown {
    return [...(contents as unknown[])];
  }
}

function checked(result: unknown, record: unknown, operator: string): unknown {
  if (result === undefined || (typeof result === 'object' && isThenable(result)))
    throw badResult(result, operator, record);
  return result;
}
