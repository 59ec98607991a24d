/** What a window holds per key: a folded value, an accumulator or all elements; at the current key and namespace. */
import type { AggregateFunction } from '../../api/functions.js';
import type { WindowContents } from '../../api/transformation.js';
import { FlinkError } from '../../core/errors.js';
import type { KeyedStateBackend, Namespace, OperatorState } from '../../state/keyed-state-backend.js';
import { badResult, checkMethods, isThenable, methodOf } from '../user-function.js';

const CONTENTS = 'window-contents';

export abstract class ContentsState {
  readonly state: OperatorState;
  protected readonly operator: string;
  private readonly keyedState: KeyedStateBackend;

  constructor(keyedState: KeyedStateBackend, operator: string) {
    this.keyedState = keyedState;
    this.state = keyedState.getOperatorState(CONTENTS);
    this.operator = operator;
  }

  abstract add(value: unknown): void;
  /** What the window function gets: all elements, or the one result. Undefined when the window is empty. */
  abstract elements(): readonly unknown[] | undefined;
  protected abstract merge(a: unknown, b: unknown): unknown;

  clear(): void {
    this.state.remove();
  }

  /** Moves what the current key has under `sources` into `target`. */
  mergeNamespaces(target: Namespace, sources: readonly Namespace[]): void {
    this.keyedState.setCurrentNamespace(target);
    let merged = this.state.get();
    for (const source of sources) {
      this.keyedState.setCurrentNamespace(source);
      const contents = this.state.get();
      if (contents === undefined) continue;
      merged = merged === undefined ? contents : this.merge(merged, contents);
      this.state.remove();
    }
    this.keyedState.setCurrentNamespace(target);
    this.state.put(merged);
  }

  protected checked(result: unknown, record: unknown): unknown {
    if (result === undefined || (typeof result === 'object' && isThenable(result)))
      throw badResult(result, this.operator, record);
    return result;
  }
}

export function contentsState(
  contents: WindowContents,
  keyedState: KeyedStateBackend,
  operator: string,
): ContentsState {
  switch (contents.kind) {
    case 'reduce':
      return new ReducedContents(methodOf(contents.fn, 'reduce', operator), keyedState, operator);
    case 'aggregate':
      checkMethods(contents.fn, ['createAccumulator', 'add', 'getResult'], operator);
      return new AggregatedContents(contents.fn, keyedState, operator);
    case 'list':
      return new ListedContents(keyedState, operator);
  }
}

class ReducedContents extends ContentsState {
  private readonly reduce: (a: unknown, b: unknown) => unknown;

  constructor(reduce: (a: unknown, b: unknown) => unknown, keyedState: KeyedStateBackend, operator: string) {
    super(keyedState, operator);
    this.reduce = reduce;
  }

  /** hot path */
  add(value: unknown): void {
    const current = this.state.get();
    this.state.put(current === undefined ? value : this.checked(this.reduce(current, value), value));
  }

  elements(): readonly unknown[] | undefined {
    const value = this.state.get();
    return value === undefined ? undefined : [value];
  }

  protected merge(a: unknown, b: unknown): unknown {
    return this.checked(this.reduce(a, b), [a, b]);
  }
}

class AggregatedContents extends ContentsState {
  private readonly fn: AggregateFunction<unknown, unknown, unknown>;

  constructor(fn: AggregateFunction<unknown, unknown, unknown>, keyedState: KeyedStateBackend, operator: string) {
    super(keyedState, operator);
    this.fn = fn;
  }

  /** hot path */
  add(value: unknown): void {
    const current = this.state.get();
    const next = this.fn.add(value, current === undefined ? this.fn.createAccumulator() : current);
    // An accumulator that was changed in place is already where it belongs.
    if (next === current && next !== undefined) return;
    this.state.put(this.checked(next, value));
  }

  elements(): readonly unknown[] | undefined {
    const accumulator = this.state.get();
    return accumulator === undefined ? undefined : [this.checked(this.fn.getResult(accumulator), accumulator)];
  }

  protected merge(a: unknown, b: unknown): unknown {
    if (this.fn.merge === undefined) throw this.mergeMissing();
    return this.checked(this.fn.merge(a, b), [a, b]);
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

class ListedContents extends ContentsState {
  /** hot path */
  add(value: unknown): void {
    const list = this.state.get() as unknown[] | undefined;
    if (list === undefined) this.state.put([value]);
    else list.push(value);
  }

  elements(): readonly unknown[] | undefined {
    return this.state.get() as unknown[] | undefined;
  }

  protected merge(a: unknown, b: unknown): unknown {
    return (a as unknown[]).concat(b as unknown[]);
  }
}
