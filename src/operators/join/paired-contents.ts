/** What two inputs have in a window, at the current key and namespace: a list for each, in one entry of state. */
import type { KeyedStateBackend, Namespace, OperatorState } from '../../state/keyed-state-backend.js';

const CONTENTS = 'co-group-contents';

/** Plain data, kept in state. A side without records has no list. */
export interface Pair {
  first: unknown[] | undefined;
  second: unknown[] | undefined;
}

export class PairedContents {
  readonly state: OperatorState;
  private readonly keyedState: KeyedStateBackend;

  constructor(keyedState: KeyedStateBackend) {
    this.keyedState = keyedState;
    this.state = keyedState.getOperatorState(CONTENTS);
  }

  /** hot path */
  add(value: unknown, isFirst: boolean): void {
    const pair = this.state.get() as Pair | undefined;
    if (pair === undefined) {
      this.state.put(isFirst ? { first: [value], second: undefined } : { first: undefined, second: [value] });
    } else if (isFirst) {
      if (pair.first === undefined) pair.first = [value];
      else pair.first.push(value);
    } else if (pair.second === undefined) pair.second = [value];
    else pair.second.push(value);
  }

  /** Undefined when neither input has anything here. */
  get(): Pair | undefined {
    return this.state.get() as Pair | undefined;
  }

  clear(): void {
    this.state.remove();
  }

  /** Moves what the current key has under `sources` into `target`. */
  mergeNamespaces(target: Namespace, sources: readonly Namespace[]): void {
    const merged: Pair = { first: undefined, second: undefined };
    for (const namespace of [target, ...sources]) {
      this.keyedState.setCurrentNamespace(namespace);
      const pair = this.get();
      if (pair === undefined) continue;
      merged.first = concatenated(merged.first, pair.first);
      merged.second = concatenated(merged.second, pair.second);
      this.state.remove();
    }
    this.keyedState.setCurrentNamespace(target);
    if (merged.first !== undefined || merged.second !== undefined) this.state.put(merged);
  }
}

function concatenated(a: unknown[] | undefined, b: unknown[] | undefined): unknown[] | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.concat(b);
}
