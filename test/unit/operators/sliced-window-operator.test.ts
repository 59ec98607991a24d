/** Sliced windows give what windows give that take every record themselves, and a record is aggregated once. */
import { expect } from 'chai';
import fc from 'fast-check';
import type { AggregateFunction } from '../../../src/api/functions.js';
import { OutputTag } from '../../../src/api/output-tag.js';
import type { WindowDefinition } from '../../../src/api/transformation.js';
import { SlidingEventTimeWindows } from '../../../src/api/windows/sliding-windows.js';
import { canSlice } from '../../../src/operators/window/sliced-window-operator.js';
import { type OperatorEvent, verifyOperator } from '../../../src/testing/verify-operator.js';
import { byKey, oneInput, type Reading, reading } from './operator-fixture.js';
import { windowDefinition } from './window-fixture.js';

const LATE = new OutputTag<Reading>('late');

interface Statistics {
  count: number;
  sum: number;
}

/** Changes its accumulators in place, and gives them out: what the operator must not let happen to its slices. */
const statistics: AggregateFunction<Reading, Statistics, Statistics> = {
  createAccumulator: () => ({ count: 0, sum: 0 }),
  add(value, accumulator) {
    accumulator.count++;
    accumulator.sum += value.value;
    return accumulator;
  },
  getResult: (accumulator) => accumulator,
  merge(a, b) {
    a.count += b.count;
    a.sum += b.sum;
    return a;
  },
  mergesExactly: true,
};

const counting: AggregateFunction<Reading, number, number> = {
  createAccumulator: () => 0,
  add: (_value, count) => count + 1,
  getResult: (count) => count,
  merge: (a, b) => a + b,
  mergesExactly: true,
};

function sliding(
  size: number,
  slide: number,
  offset: number,
  fn: AggregateFunction<never, never, never>,
  settings: Partial<WindowDefinition> = {},
): WindowDefinition {
  const contents = { kind: 'aggregate', fn } as unknown as WindowDefinition['contents'];
  const fnOfWindow = {
    process(
      key: string,
      { window }: { window: { start: number; end: number } },
      [result]: readonly unknown[],
      out: { collect(value: unknown): void },
    ): void {
      out.collect([key, window.start, window.end, JSON.stringify(result)]);
    },
  } as unknown as WindowDefinition['fn'];
  return windowDefinition(SlidingEventTimeWindows.of(size, slide, offset), {
    contents,
    fn: fnOfWindow,
    lateTag: LATE as OutputTag<unknown>,
    ...settings,
  });
}

/** Records out of order, each with a value of its own, and watermarks that rise by chance. */
const events: fc.Arbitrary<OperatorEvent[]> = fc
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
    return steps.map((step, i): OperatorEvent => {
      if (!('watermark' in step)) return { record: reading(step.key, i), timestamp: step.timestamp };
      watermark = Math.max(watermark, step.watermark);
      return { watermark };
    });
  });

/** Also with slides that do not divide the size, and with so many slices that they are merged in another way. */
const windows = fc
  .record({ slide: fc.integer({ min: 1, max: 9 }), size: fc.integer({ min: 2, max: 30 }), offset: fc.nat(8) })
  .filter(({ slide, size, offset }) => offset < slide && slide < size);
const lateness = fc.constantFrom(0, 0, 5, 40);

const rows = async (definition: WindowDefinition, input: readonly OperatorEvent[]): Promise<readonly string[]> => {
  const output = await verifyOperator({ createOperator: () => definition, keySelector: byKey, input });
  return output.flatMap((element) => (element.type === 'record' ? [JSON.stringify(element)] : [])).sort();
};

describe('SlicedWindowOperator', () => {
  for (const [name, fn] of Object.entries({ numbers: counting, 'objects that are changed in place': statistics })) {
    it(`gives what unsliced windows give, with accumulators that are ${name}, however it is run`, async () => {
      await fc.assert(
        fc.asyncProperty(events, windows, lateness, async (input, { slide, size, offset }, allowedLatenessMs) => {
          const definition = (each: unknown): WindowDefinition =>
            sliding(size, slide, offset, each as never, { allowedLatenessMs });
          expect(canSlice(definition(fn))).to.equal(true);
          expect(await rows(definition(fn), input)).to.deep.equal(
            await rows(definition({ ...fn, mergesExactly: false }), input),
          );
        }),
        { numRuns: 60 },
      );
    });
  }

  it('hands out records that are late for all windows, and keeps no state when all windows are over', async () => {
    const harness = await oneInput<Reading, unknown>(sliding(10, 2, 0, counting as never), { keySelector: byKey });
    harness.processElement(reading('a', 1), 5);
    harness.processWatermark(13);
    harness.processElement(reading('a', 2), 5);
    harness.processElement(reading('a', 3), 3);
    expect(harness.sideOutput(LATE).map(({ value }) => value)).to.deep.equal([2, 3]);
    harness.processWatermark(100);
    expect(harness.numKeyedStateEntries()).to.equal(0);
  });

  it('aggregates a record once, whatever the number of its windows', async () => {
    let added = 0;
    const fn = {
      ...counting,
      add: (_value: Reading, count: number) => {
        added++;
        return count + 1;
      },
    };
    const harness = await oneInput<Reading, unknown>(sliding(100, 1, 0, fn as never), { keySelector: byKey });
    for (let i = 0; i < 10; i++) harness.processElement(reading('a', i), 50);
    expect(added).to.equal(10);
    expect(harness.numKeyedStateEntries()).to.equal(1);
  });

  it('merges many slices in small pieces, and leaves nothing of that behind', async () => {
    const definition = sliding(100, 1, 0, statistics as never);
    const harness = await oneInput<Reading, unknown>(definition, { keySelector: byKey, outputCapacity: 'one' });
    for (let i = 0; i < 3_000; i++) harness.processElement(reading(`k${i % 700}`, 1), i % 100);
    harness.processWatermark(99);
    const whole = harness.records().slice(-700) as [string, number, number, string][];
    expect(whole.every(([, start]) => start === 0)).to.equal(true);
    expect(whole.reduce((sum, [, , , result]) => sum + (JSON.parse(result) as Statistics).count, 0)).to.equal(3_000);
    harness.processWatermark(1_000);
    expect(harness.numKeyedStateEntries()).to.equal(0);
  });

  it('tells the window function when a window goes', async () => {
    const cleared: number[] = [];
    const fn = {
      process: () => undefined,
      clear: ({ window }: { window: { start: number } }) => {
        cleared.push(window.start);
      },
    } as unknown as WindowDefinition['fn'];
    const definition = sliding(6, 2, 0, counting as never, { fn });
    const harness = await oneInput<Reading, unknown>(definition, { keySelector: byKey });
    harness.processElement(reading('a', 1), 4);
    harness.processElement(reading('a', 1), 5);
    harness.processWatermark(100);
    expect(cleared).to.deep.equal([0, 2, 4]);
  });

  it('does not take windows for slices, or slices for windows, when it goes on from a snapshot', async () => {
    const definitions = [counting, { ...counting, mergesExactly: false }].map((fn) => sliding(10, 2, 0, fn as never));
    for (const [stored, restored] of [definitions, definitions.toReversed()]) {
      const harness = await oneInput<Reading, unknown>(stored as WindowDefinition, { keySelector: byKey, name: 'Hop' });
      harness.processElement(reading('a', 1), 5);
      const options = { keySelector: byKey, name: 'Hop', restoreFrom: harness.snapshot() };
      const error: unknown = await oneInput(restored as WindowDefinition, options).catch((reason: unknown) => reason);
      expect(error).to.have.property('code', 'STATE_CONFLICT');
      expect(error).to.have.property('message').that.includes("the windows of operator 'Hop' were stored when");
    }
  });

  it('serves windows that overlap whose aggregate merges exactly, unless a function wants to see the keys that go late', () => {
    const clear = { process: () => undefined, clear: () => undefined };
    expect(canSlice(sliding(10, 2, 0, counting as never))).to.equal(true);
    expect(canSlice(sliding(10, 3, 0, counting as never))).to.equal(true);
    expect(canSlice(sliding(10, 2, 0, counting as never, { allowedLatenessMs: 1 }))).to.equal(true);
    expect(canSlice(sliding(10, 2, 0, counting as never, { fn: clear }))).to.equal(true);
    expect(canSlice(sliding(10, 2, 0, counting as never, { fn: clear, allowedLatenessMs: 1 }))).to.equal(false);
    expect(canSlice(sliding(10, 2, 0, { ...counting, mergesExactly: false } as never))).to.equal(false);
    expect(canSlice(sliding(10, 2, 0, { ...counting, merge: undefined } as never))).to.equal(false);
    expect(canSlice(sliding(10, 10, 0, counting as never))).to.equal(false);
    expect(canSlice(sliding(10, 12, 0, counting as never))).to.equal(false);
    expect(canSlice({ ...sliding(10, 2, 0, counting as never), contents: { kind: 'list' } })).to.equal(false);
  });
});
