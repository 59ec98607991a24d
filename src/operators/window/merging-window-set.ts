/**
 * The windows of the current key while they merge: which there are, and under which namespace each keeps its contents
 * (that of the first window merged into it, so that most merges move nothing). Mirrors: MergingWindowSet.
 */
import { TimeWindow } from '../../api/windows/window.js';
import type { KeyedStateBackend, Namespace, OperatorState } from '../../state/keyed-state-backend.js';
import { VOID_NAMESPACE } from '../../state/keyed-state-backend.js';
import type { WindowNamespaces } from './window-namespace.js';

interface Session {
  start: number;
  end: number;
  /** Namespace of the contents. */
  readonly contents: Namespace;
}

export interface MergeListener {
  /** `merged` became `result`, which keeps its contents under `target`; those under `sources` are to be moved there. */
  onMerge(result: TimeWindow, merged: readonly TimeWindow[], target: Namespace, sources: readonly Namespace[]): void;
}

export class MergingWindowSet {
  private readonly keyedState: KeyedStateBackend;
  private readonly state: OperatorState;
  private readonly listener: MergeListener;
  private readonly namespaces: WindowNamespaces;

  constructor(keyedState: KeyedStateBackend, listener: MergeListener, namespaces: WindowNamespaces) {
    this.keyedState = keyedState;
    this.state = keyedState.getOperatorState('merging-window-set');
    this.listener = listener;
    this.namespaces = namespaces;
  }

  /** Adds a window and returns the one that it is part of now: itself, or what it was merged into. */
  add(window: TimeWindow): TimeWindow {
    const sessions = this.sessions();
    const touched = sessions?.filter((session) => window.start <= session.end && window.end >= session.start) ?? [];
    const [target, ...sources] = touched;
    if (target === undefined) {
      this.append({ start: window.start, end: window.end, contents: this.namespaces.namespaceOf(window) }, sessions);
      return window;
    }
    if (sources.length === 0 && target.start <= window.start && target.end >= window.end) return windowOf(target);
    return this.merge(window, target, sources);
  }

  /** Namespace of a window's contents; undefined when the window is gone. */
  contentsOf(window: TimeWindow): Namespace | undefined {
    return this.sessions()?.find((session) => session.start === window.start && session.end === window.end)?.contents;
  }

  retire(window: TimeWindow): void {
    this.store(
      (this.sessions() ?? []).filter((session) => session.start !== window.start || session.end !== window.end),
    );
  }

  private merge(window: TimeWindow, target: Session, sources: readonly Session[]): TimeWindow {
    const merged = [target, ...sources].map(windowOf);
    const result = merged.reduce((cover, other) => cover.cover(other), window);
    target.start = result.start;
    target.end = result.end;
    if (sources.length > 0) this.store((this.sessions() ?? []).filter((session) => !sources.includes(session)));
    this.listener.onMerge(
      result,
      merged,
      target.contents,
      sources.map((source) => source.contents),
    );
    return result;
  }

  private append(session: Session, sessions: Session[] | undefined): void {
    if (sessions === undefined) this.store([session]);
    else sessions.push(session);
  }

  private sessions(): Session[] | undefined {
    this.keyedState.setCurrentNamespace(VOID_NAMESPACE);
    return this.state.get() as Session[] | undefined;
  }

  private store(sessions: Session[]): void {
    this.keyedState.setCurrentNamespace(VOID_NAMESPACE);
    this.state.put(sessions.length === 0 ? undefined : sessions);
  }
}

function windowOf(session: Session): TimeWindow {
  return new TimeWindow(session.start, session.end);
}
