/**
 * Makes one function of the steps of a chain, so that V8 inlines the user's functions, and the operators behind them, into
 * one loop body. A chain of operator objects shares its call sites and goes megamorphic: 59 ns a record for five trivial
 * operators, 14 as closures, under 3 compiled. The function of a source begins with its records: see `compileSource`.
 */
import { NO_TIMESTAMP } from '../../core/time-constants.js';
import { generateFunction } from '../../core/generated-code.js';
import type { WatermarkDriver } from '../../operators/timestamps-and-watermarks.js';
import type { Key } from '../../api/key.js';
import { keyGroupFor } from '../../serialization/key-encoding.js';
import type { KeyedStateBackend } from '../../state/keyed-state-backend.js';
import type { ChainStep, FunctionStep, KeyedStep, OperatorStep, Push } from './chain-step.js';
import type { Receive } from './local-channel.js';
import { isThenable, type RecordChecks } from './record-checks.js';
import { asyncResult, undefinedResult, userCodeError } from './user-code-error.js';

/** Runs all steps on a record. `emitted[counter]` counts what steps with a counter emit. */
export function compileChain(steps: readonly ChainStep[], emitted: Float64Array): Push {
  const [only] = steps;
  if (only !== undefined && steps.length === 1 && only.kind === 'push') return only.push;
  const text = new ChainText(steps);
  const body = ['return function chain(v0, timestamp) {', ...text.lines('  '), '};'];
  return generateFunction('chain', text.parameters, body.join('\n'))(...text.argumentsFor(emitted)) as Push;
}

/** Whether the record that a source emits next goes through `checked`; set by the source's driver. */
export interface Sampling {
  isDue: boolean;
  readonly checked: Push;
}

export interface SourceHead {
  readonly metrics: { numRecordsIn: number };
  readonly watermarks: WatermarkDriver;
  readonly sampling: Sampling | undefined;
}

/**
 * The `collect` of a source: event time, the steps of the chain and the watermark in one function, which V8 inlines into
 * the loop of the reader. That a record may be checked is one branch, not another function: a call site of the reader
 * that has seen two functions is never inlined again.
 */
export function compileSource(
  { metrics, watermarks, sampling }: SourceHead,
  steps: readonly ChainStep[],
  emitted: Float64Array,
): (value: unknown, timestamp?: number) => void {
  const text = new ChainText(steps);
  const chain = text.lines('  ');
  const body = [
    'return function collect(v0, given = NO_TIMESTAMP) {',
    '  metrics.numRecordsIn++;',
    '  const timestamp = watermarks.assignTimestamp(v0, given);',
    ...(sampling === undefined
      ? chain
      : ['  if (sampling.isDue) sampling.checked(v0, timestamp);', '  else {', ...chain.map((l) => `  ${l}`), '  }']),
    '  watermarks.onRecord(v0, timestamp);',
    '};',
  ];
  const make = generateFunction(
    'source-chain',
    ['NO_TIMESTAMP', 'metrics', 'watermarks', 'sampling', ...text.parameters],
    body.join('\n'),
  );
  const args = [NO_TIMESTAMP, metrics, watermarks, sampling, ...text.argumentsFor(emitted)];
  return make(...args) as (value: unknown, timestamp?: number) => void;
}

/** A step before the chain: what a task does with a record that comes in. */
export interface InputHead {
  readonly metrics: { numRecordsIn: number };
  /** For keyed inputs. */
  readonly key: { readonly selector: (value: unknown) => Key; readonly state: KeyedStateBackend } | undefined;
  /** For a head that is a function, whose records are checked by sample. */
  readonly sample: { readonly checks: RecordChecks; readonly checked: Push } | undefined;
  /** Fails the task; it takes no more records then. */
  readonly fail: (error: unknown) => void;
}

/** Takes the records of an input, from another slot or from a task of this one: selects the key and runs the chain. */
export function compileInput(
  { metrics, key, sample, fail }: InputHead,
  steps: readonly ChainStep[],
  emitted: Float64Array,
): Receive {
  const text = new ChainText(steps);
  const chain = text.lines('    ');
  const body = [
    'return function receive(v0, timestamp, keyGroup) {',
    '  metrics.numRecordsIn++;',
    '  try {',
    ...(key === undefined ? [] : KEY_LINES),
    ...(sample === undefined ? chain : sampledLines(chain)),
    '  } catch (error) { failTask(error); }',
    '};',
  ];
  const parameters = ['metrics', 'selector', 'state', 'keyGroupFor', 'sampler', 'checked', 'failTask'];
  const make = generateFunction('input-chain', [...parameters, ...text.parameters], body.join('\n'));
  const args = [metrics, key?.selector, key?.state, keyGroupFor, sample?.checks, sample?.checked, fail];
  return make(...args, ...text.argumentsFor(emitted)) as Receive;
}

const KEY_LINES = [
  '    const key = selector(v0);',
  '    state.setCurrentKey(key, keyGroup < 0 ? keyGroupFor(key, state.maxParallelism, v0) : keyGroup);',
];

function sampledLines(chain: readonly string[]): string[] {
  const rare = ['      sampler.count();', '      checked(v0, timestamp);'];
  return ['    if (--sampler.untilNext <= 0) {', ...rare, '    } else {', ...chain.map((line) => `  ${line}`), '    }'];
}

/** Names in the text are numbered by us; functions and operators reach it as arguments. */
class ChainText {
  readonly parameters: string[] = ['emitted', 'fail', 'reject'];
  private readonly targets: unknown[] = [];
  /** The step that is at work is known by its number; here are its name and the variable that it works on. */
  private readonly names: string[] = [];
  private readonly inputs: number[] = [];
  private readonly body: string[];
  private variables = 0;

  constructor(steps: readonly ChainStep[]) {
    this.body = this.all(steps, 0, '    ');
  }

  lines(indent: string): string[] {
    const { variables } = this;
    const declared = Array.from({ length: variables }, (_, i) => `v${i + 1}`).join(', ');
    return [
      '  let at = -1;',
      ...(variables === 0 ? [] : [`  let ${declared};`]),
      '  try {',
      ...this.body,
      '  } catch (error) {',
      // In code that was never reached nothing is kept alive for it: objects of the chain need not exist in memory.
      `    fail(error, at, ${this.inputs.reduce((rest, input, at) => `at === ${at} ? v${input} : ${rest}`, 'v0')});`,
      '  }',
    ].map((line) => indent.slice(2) + line);
  }

  argumentsFor(emitted: Float64Array): readonly unknown[] {
    const { names } = this;
    const fail = (error: unknown, at: number, record: unknown): never => {
      throw at < 0 ? error : userCodeError(error, names[at] as string, record, false);
    };
    const reject = (value: unknown, at: number, record: unknown): never => {
      const operator = names[at] as string;
      throw isThenable(value) ? asyncResult(operator, record) : undefinedResult(operator, record);
    };
    return [emitted, fail, reject, ...this.targets];
  }

  private all(steps: readonly ChainStep[], input: number, indent: string): string[] {
    return steps.flatMap((step) => {
      if (step.kind === 'push')
        return [`${indent}at = -1;`, `${indent}${this.target('push', step.push)}(v${input}, timestamp);`];
      if (step.kind === 'keyed') return this.keyed(step, input, indent);
      return step.kind === 'operator' ? this.operator(step, input, indent) : this.function(step, input, indent);
    });
  }

  /** The channel within this slot is written here, so that V8 can go on inlining in the task behind it. */
  private keyed(step: KeyedStep, input: number, indent: string): string[] {
    const n = this.targets.length;
    const selector = this.target('selector', step.selector);
    const output = this.target('output', step.output);
    const channels = this.target('channels', step.channelOf);
    const groupOf = this.target('keyGroupFor', keyGroupFor);
    const lines = [
      `at = -1;`,
      `const group${n} = ${groupOf}(${selector}(v${input}), ${step.maxParallelism}, v${input});`,
      `const channel${n} = ${channels}[group${n}];`,
    ];
    const write = `${output}.write(channel${n}, v${input}, timestamp, group${n});`;
    if (step.local === undefined) lines.push(write);
    else {
      const local = this.target('local', step.local.channel);
      lines.push(
        `if (channel${n} === ${step.local.index} && ${local}.isDirect) {`,
        `  ${output}.numRecordsOut++;`,
        `  ${local}.receive(v${input}, timestamp, group${n});`,
        `} else ${write}`,
      );
    }
    return lines.map((line) => indent + line);
  }

  private operator(step: OperatorStep, input: number, indent: string): string[] {
    const operator = this.target('operator', step.operator);
    const lines = [
      `${indent}${this.enter(step.name, input)}`,
      `${indent}${operator}.${step.method}(v${input}, timestamp);`,
    ];
    if (step.holds === undefined) return lines;
    return [...lines, `${indent}if (${operator}.wantsFlush) ${this.target('flow', step.holds)}.isHeld = true;`];
  }

  private function(step: FunctionStep, input: number, indent: string): string[] {
    const fn = this.target(step.kind, step.fn);
    const enter = `${indent}${this.enter(step.name, input)}`;
    const at = this.names.length - 1;
    const call = typeof step.fn === 'function' ? `${fn}(v${input})` : `${fn}.${step.kind}(v${input})`;
    const count = (within: string): string[] =>
      step.counter === undefined ? [] : [`${within}emitted[${step.counter}]++;`];
    if (step.kind === 'filter') {
      const within = `${indent}  `;
      return [enter, `${indent}if (${call}) {`, ...count(within), ...this.all(step.next, input, within), `${indent}}`];
    }
    const output = ++this.variables;
    return [
      enter,
      `${indent}v${output} = ${call};`,
      `${indent}if (v${output} === undefined) reject(v${output}, ${at}, v${input});`,
      ...count(indent),
      ...this.all(step.next, output, indent),
    ];
  }

  private enter(name: string, input: number): string {
    this.inputs.push(input);
    return `at = ${this.names.push(name) - 1};`;
  }

  private target(kind: string, value: unknown): string {
    const name = `${kind}${this.targets.push(value) - 1}`;
    this.parameters.push(name);
    return name;
  }
}
