/**
 * Runs an operator over the same events in every way in which a job may run it, and demands the same output: one event
 * at a time or all at once, into an output that is always full, from an input that goes idle, with snapshots, and
 * restored from one after every event. Finds state kept outside of state, order that depends on luck and lost work.
 */
import { AssertionError } from 'node:assert';
import { inspect, isDeepStrictEqual } from 'node:util';
import type { OutputTag } from '../api/output-tag.js';
import { MAX_WATERMARK } from '../core/time-constants.js';
import {
  type HarnessElement,
  type HarnessOptions,
  type HarnessSnapshot,
  OneInputOperatorTestHarness,
  type OperatorUnderTest,
  TwoInputOperatorTestHarness,
} from './operator-test-harness.js';

/** What happens to the operator, in order. `input` is 1 or 2; times are milliseconds. */
export type OperatorEvent =
  | { readonly record: unknown; readonly timestamp?: number | undefined; readonly input?: 1 | 2 }
  | { readonly watermark: number }
  | { readonly processingTime: number };

export type Scenario =
  | 'all at once'
  | 'one by one'
  | 'tiny output'
  | 'idle input'
  | 'snapshot'
  | 'restore after every event';

export const SCENARIOS: readonly Scenario[] = [
  'all at once',
  'one by one',
  'tiny output',
  'idle input',
  'snapshot',
  'restore after every event',
];

export interface VerifyOperatorOptions
  extends Pick<HarnessOptions, 'keySelector' | 'keySelector2' | 'maxParallelism' | 'autoWatermarkIntervalMs'> {
  /** Called for every run and every restore, so that runs share nothing. */
  readonly createOperator: () => OperatorUnderTest;
  readonly input: readonly OperatorEvent[];
  /** Records of the main output. */
  readonly expectedOutput?: readonly unknown[];
  readonly expectedSideOutput?: readonly { readonly tag: OutputTag<never>; readonly records: readonly unknown[] }[];
  /** Compare the order of records between two watermarks as well. Default false. */
  readonly ordered?: boolean;
  readonly hasTwoInputs?: boolean;
  /** Scenarios that do not apply, such as restoring an operator that by design keeps nothing. */
  readonly except?: readonly Scenario[];
}

/** Returns what the operator emitted; throws an AssertionError that names the scenario. Ends the input with MAX_WATERMARK. */
export async function verifyOperator(options: VerifyOperatorOptions): Promise<readonly HarnessElement[]> {
  const reference = await runScenario('all at once', options);
  const isOrdered = options.ordered === true;
  checkExpected(reference, options, isOrdered);
  for (const scenario of SCENARIOS) {
    if (scenario === 'all at once' || options.except?.includes(scenario)) continue;
    const output = await runScenario(scenario, options);
    demandEqual(
      comparable(output, isOrdered),
      comparable(reference, isOrdered),
      `scenario '${scenario}' gives another output`,
    );
  }
  return reference;
}

class Run {
  private readonly options: VerifyOperatorOptions;
  private readonly scenario: Scenario;
  private readonly emitted: HarnessElement[] = [];
  private harness: OneInputOperatorTestHarness | TwoInputOperatorTestHarness;

  constructor(scenario: Scenario, options: VerifyOperatorOptions) {
    this.scenario = scenario;
    this.options = options;
    this.harness = this.createHarness(undefined);
  }

  async run(): Promise<readonly HarnessElement[]> {
    await this.harness.open();
    for (const event of this.options.input) {
      this.apply(event);
      // No await where none is needed: it would let promises run that a task gives no time to.
      if (this.scenario === 'one by one') await this.harness.settle();
      if (this.scenario === 'snapshot') this.harness.snapshot();
      if (this.scenario === 'restore after every event') await this.restore();
    }
    this.harness.processWatermark(MAX_WATERMARK);
    await this.harness.endInput();
    await this.harness.close();
    return [...this.emitted, ...this.harness.output];
  }

  private apply(event: OperatorEvent): void {
    if (this.scenario === 'idle input') {
      this.harness.processIdle(true);
      this.harness.processIdle(false);
    }
    if ('watermark' in event) this.harness.processWatermark(event.watermark);
    else if ('processingTime' in event) this.harness.setProcessingTime(event.processingTime);
    else if (this.harness instanceof OneInputOperatorTestHarness)
      this.harness.processElement(event.record, event.timestamp);
    else if (event.input === 2) this.harness.processElement2(event.record, event.timestamp);
    else this.harness.processElement1(event.record, event.timestamp);
  }

  /** Ends this attempt as a failure would, and starts the next from the snapshot. */
  private async restore(): Promise<void> {
    const snapshot = this.harness.snapshot();
    this.emitted.push(...this.harness.output);
    await this.harness.close(true);
    this.harness = this.createHarness(snapshot);
    await this.harness.open();
  }

  private createHarness(restoreFrom: HarnessSnapshot | undefined) {
    const { options } = this;
    const operator = options.createOperator();
    const harnessOptions: HarnessOptions = {
      ...options,
      outputCapacity: this.scenario === 'tiny output' ? 'one' : 'unbounded',
      ...(restoreFrom === undefined ? {} : { restoreFrom }),
    };
    return options.hasTwoInputs === true
      ? new TwoInputOperatorTestHarness(operator, harnessOptions)
      : new OneInputOperatorTestHarness(operator, harnessOptions);
  }
}

function runScenario(scenario: Scenario, options: VerifyOperatorOptions): Promise<readonly HarnessElement[]> {
  return new Run(scenario, options).run();
}

function checkExpected(output: readonly HarnessElement[], options: VerifyOperatorOptions, isOrdered: boolean): void {
  const inOrder = (values: readonly unknown[]) => (isOrdered ? values : sorted(values));
  if (options.expectedOutput !== undefined) {
    const actual = output.flatMap((element) => (element.type === 'record' ? [element.value] : []));
    demandEqual(inOrder(actual), inOrder(options.expectedOutput), 'the output is not what was expected');
  }
  for (const { tag, records } of options.expectedSideOutput ?? []) {
    const actual = output.flatMap((element) =>
      element.type === 'side' && element.tag === tag.id ? [element.value] : [],
    );
    demandEqual(inOrder(actual), inOrder(records), `side output '${tag.id}' is not what was expected`);
  }
}

/** Output without idleness, in pieces from watermark to watermark; without `isOrdered` each piece is sorted. */
function comparable(output: readonly HarnessElement[], isOrdered: boolean): readonly unknown[] {
  const pieces: unknown[] = [];
  let piece: HarnessElement[] = [];
  for (const element of output) {
    if (element.type === 'idle') continue;
    if (element.type !== 'watermark') {
      piece.push(element);
      continue;
    }
    pieces.push(...(isOrdered ? piece : sorted(piece)), element);
    piece = [];
  }
  return [...pieces, ...(isOrdered ? piece : sorted(piece))];
}

function sorted(values: readonly unknown[]): readonly unknown[] {
  const rendered = values.map((value) => ({
    value,
    text: inspect(value, { depth: null, sorted: true, compact: true }),
  }));
  return rendered.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)).map(({ value }) => value);
}

function demandEqual(actual: unknown, expected: unknown, message: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  const show = (value: unknown) => inspect(value, { depth: null, breakLength: 160, maxArrayLength: 200 });
  throw new AssertionError({
    message: `${message}:\n${show(actual)}\ninstead of\n${show(expected)}`,
    actual,
    expected,
  });
}
