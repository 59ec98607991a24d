import { expect } from 'chai';
import fc from 'fast-check';
import type { AggregateFunction } from '../../../src/api/functions.js';
import { OutputTag } from '../../../src/api/output-tag.js';
import type { WindowDefinition } from '../../../src/api/transformation.js';
import { PurgingTrigger } from '../../../src/api/windows/purging-trigger.js';
import { EventTimeSessionWindows } from '../../../src/api/windows/session-windows.js';
import { SlidingEventTimeWindows } from '../../../src/api/windows/sliding-windows.js';
import { TumblingEventTimeWindows } from '../../../src/api/windows/tumbling-windows.js';
import { createOperator } from '../../../src/operators/operator-registry.js';
import { AlignedWindowOperator } from '../../../src/operators/window/aligned-window-operator.js';
import { WindowOperator } from '../../../src/operators/window/window-operator.js';
import { type HarnessElement, OneInputOperatorTestHarness } from '../../../src/testing/operator-test-harness.js';
import { verifyOperator } from '../../../src/testing/verify-operator.js';
import { byKey, type Reading } from './operator-fixture.js';
import { describeWindow, disguised, windowDefinition } from './window-fixture.js';
import {
  type OracleResult,
  SessionOracle,
  SlidingOracle,
  type WindowEvent,
  type WindowOracle,
} from './window-oracle.js';

const LATE = new OutputTag<Reading>('late');

/** Records out of order, and watermarks that rise by chance; each record's value is its position, so none is like another. */
const events: fc.Arbitrary<WindowEvent[]> = fc
  .array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ key: fc.constantFrom('a', 'b', 'c'), timestamp: fc.integer({ min: -30, max: 60 }) }),
      },
      { weight: 1, arbitrary: fc.record({ watermark: fc.integer({ min: -30, max: 70 }) }) },
    ),
    { maxLength: 50 },
  )
  .map((steps) => {
    let watermark = Number.NEGATIVE_INFINITY;
    return steps.map((step, i) => {
      if (!('watermark' in step)) return { record: { key: step.key, value: i }, timestamp: step.timestamp };
      watermark = Math.max(watermark, step.watermark);
      return { watermark };
    });
  });

const lateness = fc.constantFrom(0, 0, 5, 40);

/** Lists in the order of arrival are sorted, since merging sessions promise no order. */
const sortedWindow: WindowDefinition['fn'] = {
  process: (key, context, elements, out) => {
    const values = (elements as Reading[]).map(({ value }) => value).sort((a, b) => a - b);
    describeWindow.process(key as string, context as never, values, out as never);
  },
};

async function run(
  definition: WindowDefinition,
  input: readonly WindowEvent[],
): Promise<{ result: OracleResult; entriesLeft: number }> {
  const harness = new OneInputOperatorTestHarness<Reading, string>(definition, {
    keySelector: byKey,
    outputCapacity: 'one',
  });
  await harness.open();
  for (const event of [...input, { watermark: Number.POSITIVE_INFINITY }]) {
    if ('watermark' in event) harness.processWatermark(event.watermark);
    else harness.processElement(event.record, event.timestamp);
  }
  return {
    result: { fired: firedPerWatermark(harness.output), late: harness.sideOutput(LATE).map(({ value }) => value) },
    entriesLeft: harness.numKeyedStateEntries(),
  };
}

function firedPerWatermark(output: readonly HarnessElement<string>[]): string[][] {
  const fired: string[][] = [[]];
  for (const element of output) {
    if (element.type === 'record') fired.at(-1)?.push(element.value);
    if (element.type === 'watermark') fired.push([]);
  }
  return fired.slice(0, -1);
}

const sorted = ({ fired, late }: OracleResult): OracleResult => ({
  fired: fired.map((piece) => [...piece].sort()),
  late,
});

async function demandOracle(
  definition: WindowDefinition,
  oracle: WindowOracle,
  input: readonly WindowEvent[],
  fn: WindowDefinition['fn'] = sortedWindow,
): Promise<void> {
  const { result, entriesLeft } = await run({ ...definition, fn, lateTag: LATE }, input);
  expect(sorted(result)).to.deep.equal(sorted(oracle.run(input)));
  expect(entriesLeft).to.equal(0);
}

describe('window operators against a naive computation', () => {
  const sizes = fc.record({
    size: fc.integer({ min: 1, max: 25 }),
    slide: fc.integer({ min: 1, max: 25 }),
    offset: fc.integer({ min: 0, max: 9 }),
  });

  it('tumbling windows', async () => {
    await fc.assert(
      fc.asyncProperty(events, sizes, lateness, async (input, { size, offset }, allowedLatenessMs) => {
        fc.pre(offset < size);
        const definition = windowDefinition(TumblingEventTimeWindows.of(size, offset), { allowedLatenessMs });
        await demandOracle(definition, new SlidingOracle(size, size, offset, allowedLatenessMs), input);
      }),
      { numRuns: 200 },
    );
  });

  it('sliding windows, also with gaps and with slides that do not divide the size', async () => {
    await fc.assert(
      fc.asyncProperty(events, sizes, lateness, async (input, { size, slide, offset }, allowedLatenessMs) => {
        fc.pre(offset < slide);
        const definition = windowDefinition(SlidingEventTimeWindows.of(size, slide, offset), { allowedLatenessMs });
        await demandOracle(definition, new SlidingOracle(size, slide, offset, allowedLatenessMs), input);
      }),
      { numRuns: 200 },
    );
  });

  it('sliding windows that are put together from slices', async () => {
    const values: AggregateFunction<Reading, readonly Reading[], readonly Reading[]> = {
      createAccumulator: () => [],
      add: (value, all) => [...all, value],
      getResult: (all) => all,
      merge: (a, b) => [...a, ...b],
      mergesExactly: true,
    };
    const fn: WindowDefinition['fn'] = {
      process: (key, context, [all], out) => sortedWindow?.process(key, context, all as Reading[], out),
    };
    await fc.assert(
      fc.asyncProperty(events, sizes, lateness, async (input, { size, slide, offset }, allowedLatenessMs) => {
        fc.pre(offset < slide && slide < size);
        const definition = windowDefinition(SlidingEventTimeWindows.of(size, slide, offset), {
          allowedLatenessMs,
          contents: { kind: 'aggregate', fn: values },
        });
        await demandOracle(definition, new SlidingOracle(size, slide, offset, allowedLatenessMs), input, fn);
      }),
      { numRuns: 200 },
    );
  });

  it('the operator for any trigger, given the default one in disguise', async () => {
    await fc.assert(
      fc.asyncProperty(events, sizes, lateness, async (input, { size, slide, offset }, allowedLatenessMs) => {
        fc.pre(offset < slide);
        const assigner = SlidingEventTimeWindows.of(size, slide, offset);
        const definition = windowDefinition(assigner, {
          allowedLatenessMs,
          trigger: disguised(assigner.getDefaultTrigger()) as never,
        });
        await demandOracle(definition, new SlidingOracle(size, slide, offset, allowedLatenessMs), input);
      }),
      { numRuns: 200 },
    );
  });

  it('sessions', async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.integer({ min: 1, max: 20 }), lateness, async (input, gap, allowedLatenessMs) => {
        const definition = windowDefinition(EventTimeSessionWindows.withGap(gap), { allowedLatenessMs });
        await demandOracle(definition, new SessionOracle(() => gap, allowedLatenessMs), input);
      }),
      { numRuns: 300 },
    );
  });

  it('sessions whose gap depends on the record', async () => {
    const gap = (value: number) => 1 + ((value * 7) % 23);
    await fc.assert(
      fc.asyncProperty(events, lateness, async (input, allowedLatenessMs) => {
        const definition = windowDefinition(
          EventTimeSessionWindows.withDynamicGap<Reading>(({ value }) => gap(value)),
          { allowedLatenessMs },
        );
        await demandOracle(definition, new SessionOracle(gap, allowedLatenessMs), input);
      }),
      { numRuns: 300 },
    );
  });
});

describe('window operators', () => {
  const folds: Record<string, WindowDefinition['contents']> = {
    list: { kind: 'list' },
    reduce: { kind: 'reduce', fn: (a: Reading, b: Reading) => ({ key: a.key, value: a.value + b.value }) },
    aggregate: {
      kind: 'aggregate',
      fn: {
        createAccumulator: () => ({ key: '', value: 0 }),
        add: (value: Reading, total: Reading) => ({ key: value.key, value: total.value + value.value }),
        getResult: (total: Reading) => total,
        merge: (a: Reading, b: Reading) => ({ key: a.key, value: a.value + b.value }),
      },
    },
  };
  const total: WindowDefinition['fn'] = {
    process: (key, context, elements, out) => {
      const values = [(elements as Reading[]).reduce((running, { value }) => running + value, 0)];
      describeWindow.process(key as string, context as never, values, out as never);
    },
  };
  const assigners = {
    tumbling: TumblingEventTimeWindows.of(10),
    sliding: SlidingEventTimeWindows.of(20, 7),
    session: EventTimeSessionWindows.withGap(6),
  };

  for (const [name, assigner] of Object.entries(assigners)) {
    it(`give the same by list, reduce and aggregate over ${name} windows, however they are run`, async () => {
      await fc.assert(
        fc.asyncProperty(events, lateness, fc.boolean(), async (input, allowedLatenessMs, purges) => {
          const defaultTrigger = assigner.getDefaultTrigger();
          const trigger = purges ? PurgingTrigger.of(defaultTrigger) : defaultTrigger;
          const outputs: string[] = [];
          for (const contents of Object.values(folds)) {
            const settings = { contents, fn: total, allowedLatenessMs, lateTag: LATE, trigger: trigger as never };
            const output = await verifyOperator({
              createOperator: () => windowDefinition(assigner as never, settings),
              keySelector: byKey,
              input,
            });
            outputs.push(JSON.stringify(output));
          }
          expect(outputs[1]).to.equal(outputs[0]);
          expect(outputs[2]).to.equal(outputs[0]);
        }),
        { numRuns: 20 },
      );
    });
  }

  it('need no timer per key for the default trigger of aligned windows', async () => {
    const kinds: unknown[] = [];
    const note = (definition: WindowDefinition) => (context: Parameters<typeof createOperator>[1]) => {
      const operator = createOperator(definition, context);
      kinds.push(operator.constructor);
      return operator;
    };
    for (const definition of [
      windowDefinition(TumblingEventTimeWindows.of(10)),
      windowDefinition(TumblingEventTimeWindows.of(10), {
        trigger: PurgingTrigger.of(TumblingEventTimeWindows.of(10).getDefaultTrigger()) as never,
      }),
      windowDefinition(EventTimeSessionWindows.withGap(10)),
    ]) {
      await new OneInputOperatorTestHarness(note(definition), { keySelector: byKey }).open();
    }
    expect(kinds).to.deep.equal([AlignedWindowOperator, WindowOperator, WindowOperator]);
  });
});
