/**
 * Makes one function of a run of map and filter operators, so that V8 inlines the user's functions into one loop body.
 * A chain of operator objects shares its call sites and goes megamorphic: 59 ns a record for five trivial operators,
 * 14 as closures, under 3 fused. Names reach the generated text only as arguments, never as code.
 */
import { generateFunction } from '../../core/generated-code.js';
import type { RecordChecks } from './record-checks.js';
import { isThenable } from './record-checks.js';
import { asyncResult, undefinedResult, userCodeError } from './user-code-error.js';

export interface FusedStage {
  readonly kind: 'map' | 'filter';
  readonly name: string;
  /** The user's function, or an object with a `map` or `filter` method. */
  readonly fn: unknown;
  /** Index of the operator in `emitted`. */
  readonly index: number;
}

export type Push = (value: unknown, timestamp: number) => void;

/**
 * Returns a function that runs all stages on a record and hands the result to `next`. `emitted[index]` counts what the
 * first stage and each filter emit; a later map emits what it takes. With `checks`, the result of every map is checked as well.
 */
export function fuse(
  stages: readonly FusedStage[],
  next: Push,
  emitted: Float64Array,
  checks?: readonly RecordChecks[],
): Push {
  const fail = (error: unknown, at: number, record: unknown): never => {
    throw userCodeError(error, stages[at]?.name ?? 'unknown', record, checks !== undefined);
  };
  const reject = (value: unknown, at: number, record: unknown): never => {
    const operator = stages[at]?.name ?? 'unknown';
    throw isThenable(value) ? asyncResult(operator, record) : undefinedResult(operator, record);
  };
  const body = [
    'return function fused(v0, timestamp) {',
    '  let at = 0;',
    ...declarations(stages),
    '  try {',
    ...stages.flatMap((_, i) => stageLines(stages, i, checks !== undefined)),
    '  } catch (error) { fail(error, at, v0); }',
    `  next(v${mapsBefore(stages, stages.length)}, timestamp);`,
    '};',
  ].join('\n');
  const parameters = ['next', 'emitted', 'fail', 'reject', 'checks', 'names', ...stages.map((_, i) => `f${i}`)];
  return generateFunction('fused-chain', parameters, body)(
    next,
    emitted,
    fail,
    reject,
    checks,
    stages.map((stage) => stage.name),
    ...stages.map((stage) => stage.fn),
  ) as Push;
}

function declarations(stages: readonly FusedStage[]): string[] {
  const maps = mapsBefore(stages, stages.length);
  return maps === 0 ? [] : [`  let ${Array.from({ length: maps }, (_, i) => `v${i + 1}`).join(', ')};`];
}

function mapsBefore(stages: readonly FusedStage[], end: number): number {
  return stages.slice(0, end).filter((stage) => stage.kind === 'map').length;
}

/** Indices and kinds are ours, so the text holds nothing from outside. */
function stageLines(stages: readonly FusedStage[], i: number, checked: boolean): string[] {
  const stage = stages[i] as FusedStage;
  const value = mapsBefore(stages, i);
  const producer = stages.findLastIndex((each, at) => at < i && each.kind === 'map');
  const input = `v${value}`;
  const call = typeof stage.fn === 'function' ? `f${i}(${input})` : `f${i}.${stage.kind}(${input})`;
  const enter = i === 0 ? [] : [`    at = ${i};`];
  // The input of this stage was emitted, and checked, by the map before it.
  const verifyInput = producer < 0 ? [] : [`    checks[${producer}].verifyLast(names[${i}]);`];
  if (stage.kind === 'filter') {
    const verdict = checked
      ? [
          `    const p${i} = ${call};`,
          `    if (typeof p${i} === 'object' && p${i} !== null) reject(p${i}, ${i}, ${input});`,
          ...verifyInput,
          `    if (!p${i}) return;`,
        ]
      : [`    if (!${call}) return;`];
    return [...enter, ...verdict, `    emitted[${stage.index}]++;`];
  }
  const output = `v${value + 1}`;
  return [
    ...enter,
    `    ${output} = ${call};`,
    `    if (${output} === undefined) reject(${output}, ${i}, ${input});`,
    ...(checked ? verifyInput : []),
    ...(checked ? [`    ${output} = checks[${i}].check(${output});`] : []),
    ...(i === 0 ? [`    emitted[${stage.index}]++;`] : []),
  ];
}
