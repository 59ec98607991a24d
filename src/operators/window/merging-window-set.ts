/**
 * The windows of the current key while they merge: which there are, and under which namespace each keeps its contents
 * (that of the first window merged into it, so that most merges move nothing). Mirrors: MergingWindowSet.
 */
import { TimeWindow } from '../../api/windows/window.js';
import {
  type KeyedStateBackend,
  type Namespace,
  type OperatorState,
  VOID_NAMESPACE,
} from '../../state/keyed-state-backend.js';

/** A window that grows; plain data, kept in state. */
export interface MergingWindow {
  start: number;
  end: number;
  /** Of the window as it is now: where its trigger keeps state and timers. Kept, because making and hashing it costs. */
  namespace: Namespace;
  /** Of what it holds. */
  readonly contents: Namespace;
}

/** A window as it was before it was merged. */
export interface MergedWindow {
  readonly window: TimeWindow;
  readonly namespace: Namespace;
}

export interface MergeListener {
  /** `merged` became `result`, which keeps its contents; those under `sources` are to be moved there. */
  onMerge(result: MergingWindow, merged: readonly MergedWindow[], sources: readonly Namespace[]): void;
}

export class MergingWindowSet {
  private readonly keyedState: KeyedStateBackend;
  private readonly state: OperatorState;
  private readonly listener: MergeListener;

  constructor(keyedState: KeyedStateBackend, listener: MergeListener) {
    this.keyedState = keyedState;
    this.state = keyedState.getOperatorState('merging-window-set');
    this.listener = listener;
  }

  /** Adds a window and returns the one that it is part of now: itself, or what it was merged into. */
  add(window: TimeWindow): MergingWindow {
    const known = this.windows();
    const touched = known?.filter((other) => window.start <= other.end && window.end >= other.start);
    const target = touched?.[0];
    if (known === undefined || touched === undefined || target === undefined) return this.append(window, known);
    const isCovered = target.start <= window.start && target.end >= window.end;
    if (touched.length > 1 || !isCovered) this.merge(window, target, touched, known);
    return target;
  }

  /** The window whose namespace this is; undefined when it is gone. */
  find(namespace: Namespace): MergingWindow | undefined {
    return this.windows()?.find((window) => window.namespace === namespace);
  }

  retire(window: MergingWindow): void {
    this.store((this.windows() ?? []).filter((other) => other !== window));
  }

  private append(window: TimeWindow, known: MergingWindow[] | undefined): MergingWindow {
    const namespace = namespaceOf(window.start, window.end);
    const added: MergingWindow = { start: window.start, end: window.end, namespace, contents: namespace };
    if (known === undefined) this.store([added]);
    else known.push(added);
    return added;
  }

  private merge(
    window: TimeWindow,
    target: MergingWindow,
    touched: readonly MergingWindow[],
    known: MergingWindow[],
  ): void {
    const merged = touched.map((other) => ({ window: windowOf(other), namespace: other.namespace }));
    const sources: Namespace[] = [];
    target.start = Math.min(target.start, window.start);
    target.end = Math.max(target.end, window.end);
    for (const other of touched) {
      target.start = Math.min(target.start, other.start);
      target.end = Math.max(target.end, other.end);
      if (other !== target) sources.push(other.contents);
    }
    target.namespace = namespaceOf(target.start, target.end);
    if (sources.length > 0) this.store(known.filter((other) => other === target || !touched.includes(other)));
    this.listener.onMerge(target, merged, sources);
  }

  private windows(): MergingWindow[] | undefined {
    this.keyedState.setCurrentNamespace(VOID_NAMESPACE);
    return this.state.get() as MergingWindow[] | undefined;
  }

  private store(windows: MergingWindow[]): void {
    this.keyedState.setCurrentNamespace(VOID_NAMESPACE);
    this.state.put(windows.length === 0 ? undefined : windows);
  }
}

export function windowOf({ start, end }: MergingWindow): TimeWindow {
  return new TimeWindow(start, end);
}

function namespaceOf(start: number, end: number): Namespace {
  return `${start}:${end}`;
}
