/** Runs the window function on the contents of one key and window, or emits the folded result where there is none. */
import type { ProcessWindowContext, ProcessWindowFunction } from '../../api/functions.js';
import type { Key } from '../../api/key.js';
import type { OutputTag } from '../../api/output-tag.js';
import type { KeyedStateStore } from '../../api/state.js';
import { GlobalWindow, type Window } from '../../api/windows/window.js';
import { checkNotNull } from '../../core/assert.js';
import { FlinkError } from '../../core/errors.js';
import type { KeyedStateBackend, Namespace } from '../../state/keyed-state-backend.js';
import type { OperatorContext } from '../stream-operator.js';
import { TimestampedCollector } from '../timestamped-collector.js';
import { checkMethods, refusePromise } from '../user-function.js';

type WindowFunction = ProcessWindowFunction<unknown, unknown, Key, Window>;

export interface WindowTime {
  readonly currentWatermark: number;
}

export class WindowFunctionRunner {
  /** Whether user code has to see every key of a window that goes. */
  readonly hasClear: boolean;
  private readonly fn: WindowFunction | undefined;
  private readonly context: OperatorContext;
  private readonly keyedState: KeyedStateBackend;
  private readonly collector: TimestampedCollector;
  private readonly windowContext: ReusedWindowContext;

  constructor(
    fn: WindowFunction | undefined,
    context: OperatorContext,
    keyedState: KeyedStateBackend,
    time: WindowTime,
    isMerging: boolean,
  ) {
    if (fn !== undefined) checkMethods(fn, ['process'], context.name);
    this.fn = fn;
    this.hasClear = fn?.clear !== undefined;
    this.context = context;
    this.keyedState = keyedState;
    this.collector = new TimestampedCollector(context.output, context.name);
    const { keyed, namespaced } = checkNotNull(context.userState, 'keyed state of a window');
    const windowState = isMerging ? refusingStore(context.name) : namespaced;
    this.windowContext = new ReusedWindowContext(this.collector, context, keyed, windowState, time);
  }

  /** For the current key; `namespace` is where the window's own state lives. */
  fire(window: Window, namespace: Namespace, elements: readonly unknown[]): void {
    const { fn, collector } = this;
    if (fn === undefined) {
      for (const element of elements) this.context.output.collect(element, window.maxTimestamp());
      return;
    }
    this.enter(window, namespace);
    const result: unknown = fn.process(this.keyedState.currentKey, this.windowContext, elements, collector);
    collector.end();
    if (result !== undefined) refusePromise(result, this.context.name, elements);
  }

  clear(window: Window, namespace: Namespace): void {
    if (!this.hasClear) return;
    this.enter(window, namespace);
    this.fn?.clear?.(this.windowContext);
    this.collector.end();
  }

  private enter(window: Window, namespace: Namespace): void {
    this.keyedState.setCurrentNamespace(namespace);
    this.collector.begin(window.maxTimestamp());
    this.windowContext.window = window;
  }
}

class ReusedWindowContext implements ProcessWindowContext<Window> {
  window: Window = GlobalWindow.instance;
  readonly windowState: KeyedStateStore;
  readonly globalState: KeyedStateStore;
  private readonly collector: TimestampedCollector;
  private readonly context: OperatorContext;
  private readonly time: WindowTime;

  constructor(
    collector: TimestampedCollector,
    context: OperatorContext,
    globalState: KeyedStateStore,
    windowState: KeyedStateStore,
    time: WindowTime,
  ) {
    this.collector = collector;
    this.context = context;
    this.globalState = globalState;
    this.windowState = windowState;
    this.time = time;
  }

  get currentWatermark(): number {
    return this.time.currentWatermark;
  }

  get currentProcessingTime(): number {
    return this.context.clock.now();
  }

  output<X>(tag: OutputTag<X>, value: X): void {
    this.collector.collectSide(tag as OutputTag<unknown>, value);
  }
}

/** Which of the merged windows' states should survive has no answer. */
function refusingStore(operator: string): KeyedStateStore {
  const refuse = (): never => {
    throw new FlinkError(
      'WINDOW_STATE_WHILE_MERGING',
      `operator '${operator}' asked for per-window state, but its windows merge`,
      {
        domain: 'user',
        remedy: 'Use globalState, or windows that do not merge.',
        details: { operator },
      },
    );
  };
  return {
    getState: refuse,
    getListState: refuse,
    getMapState: refuse,
    getReducingState: refuse,
    getAggregatingState: refuse,
  };
}
