/** Windows as namespaces of state: the start where all windows have one size, else start and end. */
import { GlobalWindow, TimeWindow, type Window } from '../../api/windows/window.js';
import { FlinkError } from '../../core/errors.js';
import { renderValue } from '../../serialization/render-value.js';
import type { Namespace } from '../../state/keyed-state-backend.js';

const GLOBAL = 'global';

export interface WindowNamespaces {
  namespaceOf(window: Window): Namespace;
  windowOf(namespace: Namespace): Window;
}

/** `sizeMs` for assigners whose windows all have that size. */
export function windowNamespaces(sizeMs: number | undefined): WindowNamespaces {
  if (sizeMs === undefined) return { namespaceOf, windowOf };
  return {
    namespaceOf: (window) => (window as TimeWindow).start,
    windowOf: (start) => new TimeWindow(start as number, (start as number) + sizeMs),
  };
}

function namespaceOf(window: Window): Namespace {
  if (window instanceof TimeWindow) return `${window.start}:${window.end}`;
  if (window instanceof GlobalWindow) return GLOBAL;
  throw new FlinkError('UNSUPPORTED_WINDOW', `a window assigner returned ${renderValue(window)}`, {
    domain: 'user',
    remedy: 'Assigners return instances of TimeWindow or GlobalWindow.',
  });
}

function windowOf(namespace: Namespace): Window {
  const text = String(namespace);
  if (text === GLOBAL) return GlobalWindow.instance;
  const separator = text.indexOf(':');
  return new TimeWindow(Number(text.slice(0, separator)), Number(text.slice(separator + 1)));
}
