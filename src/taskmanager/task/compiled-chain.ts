/**
 * Makes one function of the steps of a chain, so that V8 inlines the user's functions, and the operators behind them, into
 * one loop body. A chain of operator objects shares its call sites and goes megamorphic: 59 ns a record for five trivial
 * operators, 14 as closures, under 3 compiled. The function of a source begins with its records: see `compileSource`.
 */
import { NO_TIMESTAMP } from '../../core/time-constants.js';
import { generateFunction } from '../../core/generated-code.js';
import type { WatermarkDriver } from '../../operators/timestamps-and-watermarks.js';
import type { ChainStep, FunctionStep, OperatorStep, Push } from './chain-step.js';
import { isThenable } from './record-checks.js';
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
      return step.kind === 'operator' ? this.operator(step, input, indent) : this.function(step, input, indent);
    });
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
