/** Joins as the API makes them, and what they should give, computed the slow, obvious way. */
import type { PairFunction, WindowCoGroupDefinition } from '../../../../src/api/transformation.js';
import type { Trigger } from '../../../../src/api/windows/trigger.js';
import type { Window } from '../../../../src/api/windows/window.js';
import type { WindowAssigner } from '../../../../src/api/windows/window-assigner.js';
import type { Reading } from '../operator-fixture.js';

/** `first+second`. */
export const pairUp: PairFunction = {
  form: 'join',
  fn: (first: Reading, second: Reading) => `${first.key} ${first.value}+${second.value}`,
};

export const pairUpFlat: PairFunction = {
  form: 'flatJoin',
  fn: (first: Reading, second: Reading, out) => out.collect(`${first.key} ${first.value}+${second.value}`),
};

/** `key firsts|seconds`, sorted, since merging sessions promise no order. */
export const listBoth: PairFunction = {
  form: 'coGroup',
  fn: (first: readonly Reading[], second: readonly Reading[], out) =>
    out.collect(`${(first[0] ?? second[0])?.key} ${sortedValues(first)}|${sortedValues(second)}`),
};

function sortedValues(readings: readonly Reading[]): string {
  return readings
    .map(({ value }) => value)
    .toSorted((a, b) => a - b)
    .join(' ');
}

export function coGroupDefinition<W extends Window>(
  assigner: WindowAssigner<never, W>,
  fn: PairFunction = pairUp,
  settings: Partial<WindowCoGroupDefinition> = {},
): WindowCoGroupDefinition {
  return {
    kind: 'windowCoGroup',
    assigner: assigner as unknown as WindowAssigner<unknown, Window>,
    trigger: assigner.getDefaultTrigger() as unknown as Trigger<unknown, Window>,
    allowedLatenessMs: 0,
    ...fn,
    ...settings,
  } as WindowCoGroupDefinition;
}
