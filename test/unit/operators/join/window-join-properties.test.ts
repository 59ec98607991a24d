import { expect } from 'chai';
import fc from 'fast-check';
import type { PairFunction, WindowCoGroupDefinition } from '../../../../src/api/transformation.js';
import { EventTimeSessionWindows } from '../../../../src/api/windows/session-windows.js';
import { SlidingEventTimeWindows } from '../../../../src/api/windows/sliding-windows.js';
import { TumblingEventTimeWindows } from '../../../../src/api/windows/tumbling-windows.js';
import { type HarnessElement, TwoInputOperatorTestHarness } from '../../../../src/testing/operator-test-harness.js';
import { type OperatorEvent, verifyOperator } from '../../../../src/testing/verify-operator.js';
import { byKey, type Reading } from '../operator-fixture.js';
import { disguised } from '../window-fixture.js';
import { SessionOracle, SlidingOracle, type WindowEvent, type WindowOracle } from '../window-oracle.js';
import { arrivals } from './arrivals.js';
import { coGroupDefinition, listBoth, pairUp, pairUpFlat } from './join-fixture.js';

/** Even values come from the first input, odd ones from the second: they can be told apart in the oracle's windows. */
const isFirst = (value: number): boolean => value % 2 === 0;

const events: fc.Arbitrary<WindowEvent[]> = arrivals.map((steps) =>
  steps.map((step, i) =>
    'watermark' in step
      ? step
      : { record: { key: step.key, value: 2 * i + (step.isFirst ? 0 : 1) }, timestamp: step.timestamp },
  ),
);

const lateness = fc.constantFrom(0, 0, 5, 40);

/** What the function makes of a window that the oracle describes as `key [start,end): values`. */
function resultsOf(window: string, form: PairFunction['form']): string[] {
  const [, key, list = ''] = /^(\S+) \S+: (.*)$/.exec(window) ?? [];
  const values = list.split(' ').map(Number);
  const firsts = values.filter(isFirst);
  const seconds = values.filter((value) => !isFirst(value));
  if (form === 'coGroup') return [`${key} ${firsts.join(' ')}|${seconds.join(' ')}`];
  return firsts.flatMap((a) => seconds.map((b) => `${key} ${a}+${b}`));
}

async function run(definition: WindowCoGroupDefinition, input: readonly WindowEvent[]) {
  const harness = new TwoInputOperatorTestHarness<Reading, Reading, string>(definition, {
    keySelector: byKey,
    keySelector2: byKey,
    outputCapacity: 'one',
  });
  await harness.open();
  for (const event of [...input, { watermark: Number.POSITIVE_INFINITY }]) {
    if ('watermark' in event) harness.processWatermark(event.watermark);
    else if (isFirst(event.record.value)) harness.processElement1(event.record, event.timestamp);
    else harness.processElement2(event.record, event.timestamp);
  }
  return {
    fired: firedPerWatermark(harness.output),
    late: harness.counter('numLateRecordsDropped'),
    entriesLeft: harness.numKeyedStateEntries(),
  };
}

function firedPerWatermark(output: readonly HarnessElement<string>[]): string[][] {
  const fired: string[][] = [[]];
  for (const element of output) {
    if (element.type === 'record') fired.at(-1)?.push(element.value);
    if (element.type === 'watermark') fired.push([]);
  }
  return fired.slice(0, -1).map((piece) => piece.toSorted());
}

async function demandOracle(
  definition: WindowCoGroupDefinition,
  oracle: WindowOracle,
  input: readonly WindowEvent[],
): Promise<void> {
  const expected = oracle.run(input);
  expect(await run(definition, input)).to.deep.equal({
    fired: expected.fired.map((windows) => windows.flatMap((window) => resultsOf(window, definition.form)).toSorted()),
    late: expected.late.length,
    entriesLeft: 0,
  });
}

describe('window joins against a naive computation', () => {
  const sizes = fc.record({
    size: fc.integer({ min: 1, max: 25 }),
    slide: fc.integer({ min: 1, max: 25 }),
    offset: fc.integer({ min: 0, max: 9 }),
  });
  const functions = fc.constantFrom(pairUp, pairUpFlat, listBoth);

  it('tumbling windows', async () => {
    await fc.assert(
      fc.asyncProperty(events, sizes, lateness, functions, async (input, { size, offset }, allowedLatenessMs, fn) => {
        fc.pre(offset < size);
        const definition = coGroupDefinition(TumblingEventTimeWindows.of(size, offset), fn, { allowedLatenessMs });
        await demandOracle(definition, new SlidingOracle(size, size, offset, allowedLatenessMs), input);
      }),
      { numRuns: 200 },
    );
  });

  it('sliding windows, by both operators', async () => {
    await fc.assert(
      fc.asyncProperty(
        events,
        sizes,
        lateness,
        functions,
        fc.boolean(),
        async (input, { size, slide, offset }, allowedLatenessMs, fn, isGeneral) => {
          fc.pre(offset < slide);
          const assigner = SlidingEventTimeWindows.of(size, slide, offset);
          const trigger = assigner.getDefaultTrigger();
          const definition = coGroupDefinition(assigner, fn, {
            allowedLatenessMs,
            trigger: (isGeneral ? disguised(trigger) : trigger) as never,
          });
          await demandOracle(definition, new SlidingOracle(size, slide, offset, allowedLatenessMs), input);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('sessions', async () => {
    await fc.assert(
      fc.asyncProperty(
        events,
        fc.integer({ min: 1, max: 20 }),
        lateness,
        functions,
        async (input, gap, allowedLatenessMs, fn) => {
          const definition = coGroupDefinition(EventTimeSessionWindows.withGap(gap), fn, { allowedLatenessMs });
          await demandOracle(definition, new SessionOracle(() => gap, allowedLatenessMs), input);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('find pairs at all', async () => {
    let pairs = 0;
    await fc.assert(
      fc.asyncProperty(events, async (input) => {
        const { fired } = await run(coGroupDefinition(TumblingEventTimeWindows.of(10)), input);
        pairs += fired.flat().length;
      }),
      { numRuns: 100 },
    );
    expect(pairs).to.be.greaterThan(1_000);
  });

  for (const [name, assigner] of Object.entries({
    tumbling: TumblingEventTimeWindows.of(10),
    sliding: SlidingEventTimeWindows.of(20, 7),
    session: EventTimeSessionWindows.withGap(6),
  })) {
    it(`${name} windows give the same however they are run`, async () => {
      await fc.assert(
        fc.asyncProperty(events, lateness, functions, async (input, allowedLatenessMs, fn) => {
          await verifyOperator({
            createOperator: () => coGroupDefinition(assigner as never, fn, { allowedLatenessMs }),
            hasTwoInputs: true,
            keySelector: byKey,
            keySelector2: byKey,
            input: input.map(
              (event): OperatorEvent =>
                'watermark' in event ? event : { ...event, input: isFirst(event.record.value) ? 1 : 2 },
            ),
          });
        }),
        { numRuns: 20 },
      );
    });
  }
});
