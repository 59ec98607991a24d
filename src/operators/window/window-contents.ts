/** What a window holds per key, at the current key and namespace. */
import type { WindowContents } from '../../api/transformation.js';
import type { KeyedStateBackend, Namespace, OperatorState } from '../../state/keyed-state-backend.js';
import { type WindowFold, windowFold } from './window-fold.js';

/** Names of the state: whole windows, or slices that windows share. */
export type ContentsLayout = 'window-contents' | 'window-slices';

export class ContentsState {
  readonly state: OperatorState;
  readonly fold: WindowFold;
  private readonly keyedState: KeyedStateBackend;

  constructor(
    contents: WindowContents,
    keyedState: KeyedStateBackend,
    operator: string,
    layout: ContentsLayout = 'window-contents',
  ) {
    this.keyedState = keyedState;
    this.state = keyedState.getOperatorState(layout);
    this.fold = windowFold(contents, operator);
  }

  /** hot path */
  add(value: unknown): void {
    this.fold.add(value, this.state);
  }

  /** Undefined when the window is empty. */
  elements(): readonly unknown[] | undefined {
    const contents = this.state.get();
    return contents === undefined ? undefined : this.fold.elementsOf(contents);
  }

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
      merged = merged === undefined ? contents : this.fold.merge(merged, contents);
      this.state.remove();
    }
    this.keyedState.setCurrentNamespace(target);
    this.state.put(merged);
  }
}
