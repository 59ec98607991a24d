/** Window definitions as the API makes them, with functions that show what a window held. */
import type { AggregateFunction, ProcessWindowFunction } from '../../../src/api/functions.js';
import type { WindowDefinition } from '../../../src/api/transformation.js';
import type { Trigger } from '../../../src/api/windows/trigger.js';
import type { TimeWindow, Window } from '../../../src/api/windows/window.js';
import type { WindowAssigner } from '../../../src/api/windows/window-assigner.js';
import type { Reading } from './operator-fixture.js';

export const sum: AggregateFunction<Reading, { sum: number }, number> = {
  createAccumulator: () => ({ sum: 0 }),
  add(value, accumulator) {
    accumulator.sum += value.value;
    return accumulator;
  },
  getResult: (accumulator) => accumulator.sum,
  merge: (a, b) => ({ sum: a.sum + b.sum }),
};

/** `key [start,end): elements`. */
export const describeWindow: ProcessWindowFunction<unknown, string, string, TimeWindow> = {
  process(key, { window }, elements, out) {
    const values = elements.map((element) => (typeof element === 'object' ? (element as Reading).value : element));
    out.collect(`${key} [${window.start},${window.end}): ${values.join(' ')}`);
  },
};

/** Windows over lists of records by default, described as text. */
export function windowDefinition<W extends Window>(
  assigner: WindowAssigner<never, W>,
  settings: Partial<WindowDefinition> = {},
): WindowDefinition {
  return {
    kind: 'window',
    assigner: assigner as unknown as WindowAssigner<unknown, Window>,
    trigger: assigner.getDefaultTrigger() as unknown as Trigger<unknown, Window>,
    allowedLatenessMs: 0,
    lateTag: undefined,
    contents: { kind: 'list' },
    fn: describeWindow as unknown as WindowDefinition['fn'],
    ...settings,
  };
}

/** The same trigger, unknown to the operator: what it does must not depend on knowing. */
export function disguised<T, W extends Window>(trigger: Trigger<T, W>): Trigger<T, W> {
  return {
    description: trigger.description,
    onElement: (value, timestamp, window, context) => trigger.onElement(value, timestamp, window, context),
    onEventTime: (time, window, context) => trigger.onEventTime(time, window, context),
    onProcessingTime: (time, window, context) => trigger.onProcessingTime(time, window, context),
    onMerge: (window, context) => trigger.onMerge?.(window, context),
    clear: (window, context) => trigger.clear(window, context),
  };
}
