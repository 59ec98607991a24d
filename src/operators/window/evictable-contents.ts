/** The records of a window as evictors see them, at the current key and namespace. Mirrors: EvictingWindowOperator. */
import type { MetricGroup } from '../../api/runtime-context.js';
import type { Evictor, EvictorContext, TimestampedValue } from '../../api/windows/evictor.js';
import type { Window } from '../../api/windows/window.js';
import { NO_TIMESTAMP } from '../../core/time-constants.js';
import type { InternalTimerService } from '../../state/internal-timer-service.js';
import type { KeyedStateBackend, Namespace, OperatorState } from '../../state/keyed-state-backend.js';
import type { OperatorContext } from '../stream-operator.js';
import { refusePromise } from '../user-function.js';

const CONTENTS = 'window-contents';

type AnyEvictor = Evictor<unknown, Window>;

export class EvictableContents {
  private readonly evictor: AnyEvictor;
  private readonly keyedState: KeyedStateBackend;
  private readonly state: OperatorState;
  private readonly operator: string;
  private readonly evictorContext: EvictorContext;

  constructor(
    evictor: AnyEvictor,
    keyedState: KeyedStateBackend,
    timers: InternalTimerService,
    { name, metrics }: OperatorContext,
  ) {
    this.evictor = evictor;
    this.keyedState = keyedState;
    this.state = keyedState.getOperatorState(CONTENTS);
    this.operator = name;
    this.evictorContext = evictorContext(timers, metrics);
  }

  /** hot path */
  add(element: TimestampedValue<unknown>): void {
    const elements = this.state.get() as TimestampedValue<unknown>[] | undefined;
    if (elements === undefined) this.state.put([element]);
    else elements.push(element);
  }

  /** What the evictor leaves for the function; undefined when the window was empty before. */
  beforeFunction(window: Window): readonly TimestampedValue<unknown>[] | undefined {
    const elements = this.state.get() as TimestampedValue<unknown>[] | undefined;
    if (elements !== undefined) this.evict('evictBefore', elements, window);
    return elements;
  }

  /** Lets the evictor act once more, on the contents in `namespace`, where the function may have left another. */
  afterFunction(window: Window, namespace: Namespace): void {
    this.keyedState.setCurrentNamespace(namespace);
    const elements = this.state.get() as TimestampedValue<unknown>[];
    this.evict('evictAfter', elements, window);
    this.state.put(elements.length === 0 ? undefined : elements);
  }

  clear(): void {
    this.state.remove();
  }

  /** Moves what the current key has under `sources` into `target`. */
  mergeNamespaces(target: Namespace, sources: readonly Namespace[]): void {
    const merged: unknown[] = [];
    for (const namespace of [target, ...sources]) {
      this.keyedState.setCurrentNamespace(namespace);
      for (const element of (this.state.get() ?? []) as unknown[]) merged.push(element);
      this.state.remove();
    }
    this.keyedState.setCurrentNamespace(target);
    if (merged.length > 0) this.state.put(merged);
  }

  private evict(when: 'evictBefore' | 'evictAfter', elements: TimestampedValue<unknown>[], window: Window): void {
    const result: unknown = this.evictor[when](elements, elements.length, window, this.evictorContext);
    if (result !== undefined) refusePromise(result, this.operator, window);
  }
}

/** The event time of a record as evictors see it. hot path */
export function eventTimeOf(timestamp: number): number | undefined {
  return timestamp === NO_TIMESTAMP ? undefined : timestamp;
}

function evictorContext(timers: InternalTimerService, metricGroup: MetricGroup): EvictorContext {
  return {
    get currentProcessingTime() {
      return timers.currentProcessingTime();
    },
    get currentWatermark() {
      return timers.currentWatermark;
    },
    metricGroup,
  };
}
