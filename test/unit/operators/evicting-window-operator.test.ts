import { expect } from 'chai';
import fc from 'fast-check';
import type { ProcessWindowFunction } from '../../../src/api/functions.js';
import type { WindowDefinition } from '../../../src/api/transformation.js';
import { CountEvictor } from '../../../src/api/windows/count-evictor.js';
import { CountTrigger } from '../../../src/api/windows/count-trigger.js';
import { DeltaTrigger } from '../../../src/api/windows/delta-trigger.js';
import type { Evictor } from '../../../src/api/windows/evictor.js';
import { GlobalWindows } from '../../../src/api/windows/global-windows.js';
import { EventTimeSessionWindows } from '../../../src/api/windows/session-windows.js';
import { SlidingEventTimeWindows } from '../../../src/api/windows/sliding-windows.js';
import { TimeEvictor } from '../../../src/api/windows/time-evictor.js';
import { TumblingEventTimeWindows } from '../../../src/api/windows/tumbling-windows.js';
import type { Window } from '../../../src/api/windows/window.js';
import { type OperatorEvent, verifyOperator } from '../../../src/testing/verify-operator.js';
import { byKey, oneInput, type Reading, reading } from './operator-fixture.js';
import { sum, windowDefinition } from './window-fixture.js';

/** `key: values`, of global windows too. */
const list: WindowDefinition['fn'] = {
  process: (key, _context, elements, out) => {
    const values = elements.map((element) => (element as Reading | null)?.value ?? (element as number));
    out.collect(`${String(key)}: ${values.join(' ')}`);
  },
};

const reduced: WindowDefinition['contents'] = {
  kind: 'reduce',
  fn: (a: Reading, b: Reading) => reading(a.key, a.value + b.value),
};

/** Keeps nothing, before the function or after it. */
const evictAll = (when: 'evictBefore' | 'evictAfter'): Evictor<unknown, Window> => ({
  description: 'EvictAll()',
  evictBefore: () => undefined,
  evictAfter: () => undefined,
  [when]: (elements: unknown[]) => {
    elements.length = 0;
  },
});

function verify(definition: WindowDefinition, input: OperatorEvent[], expectedOutput: unknown[]) {
  return verifyOperator({ createOperator: () => definition, keySelector: byKey, input, expectedOutput, ordered: true });
}

const record = (key: string, value: number, timestamp?: number): OperatorEvent => ({
  record: reading(key, value),
  timestamp,
});

describe('windows with an evictor', () => {
  const tumbling = TumblingEventTimeWindows.of(10);

  it('give the function what is left, and keep it for late firings', async () => {
    const definition = windowDefinition(tumbling, { evictor: CountEvictor.of(2), allowedLatenessMs: 5, fn: list });
    const input = [
      record('a', 1, 0),
      record('a', 2, 3),
      record('b', 3, 4),
      record('a', 4, 1),
      { watermark: 9 },
      record('a', 5, 2),
      { watermark: 14 },
      record('a', 6, 2),
    ];
    await verify(definition, input, ['a: 2 4', 'b: 3', 'a: 4 5']);
  });

  it('evict after the function what later firings shall not see', async () => {
    const definition = windowDefinition(GlobalWindows.create(), {
      evictor: CountEvictor.of(1, true),
      trigger: CountTrigger.of(3) as never,
      fn: list,
    });
    const input = [1, 2, 3, 4, 5, 6].map((value) => record('a', value));
    await verify(definition, input, ['a: 1 2 3', 'a: 3 4 5 6']);
  });

  it('fold what is left: reduce, aggregate and process agree', async () => {
    const input = [record('a', 1, 0), record('a', 20, 1), record('a', 300, 2)];
    const evictor = CountEvictor.of(2);
    for (const contents of [reduced, { kind: 'aggregate', fn: sum }] as const)
      await verify(windowDefinition(tumbling, { evictor, contents, fn: list }), input, ['a: 320']);
    await verify(windowDefinition(tumbling, { evictor, contents: reduced, fn: undefined }), input, [reading('a', 320)]);
    const aggregated: WindowDefinition['contents'] = { kind: 'aggregate', fn: sum };
    await verify(windowDefinition(tumbling, { evictor, contents: aggregated, fn: undefined }), input, [320]);
  });

  it('call process and aggregate functions also when nothing is left, but have nothing to reduce', async () => {
    const evictor = evictAll('evictBefore');
    const input = [record('a', 1, 0)];
    await verify(windowDefinition(tumbling, { evictor, fn: list }), input, ['a: ']);
    const aggregated: WindowDefinition['contents'] = { kind: 'aggregate', fn: sum };
    await verify(windowDefinition(tumbling, { evictor, contents: aggregated, fn: undefined }), input, [0]);
    await verify(windowDefinition(tumbling, { evictor, contents: reduced, fn: list }), input, []);
  });

  it('do not fire while they are empty, and leave nothing behind', async () => {
    const definition = windowDefinition(tumbling, {
      evictor: evictAll('evictAfter'),
      trigger: CountTrigger.of(1) as never,
      fn: list,
    });
    const harness = await oneInput<Reading, string>(definition, { keySelector: byKey });
    harness.processElement(reading('a', 1), 0);
    expect(harness.numKeyedStateEntries()).to.equal(0);
    harness.processElement(reading('a', 2), 1);
    expect(harness.records()).to.deep.equal(['a: 1', 'a: 2']);
    harness.processWatermark(20);
    expect(harness.numKeyedStateEntries()).to.equal(0);
  });

  it('merge the lists when sessions merge, also for an aggregate that cannot', async () => {
    const { merge: _merge, ...cannotMerge } = sum;
    const definition = windowDefinition(EventTimeSessionWindows.withGap(5), {
      evictor: TimeEvictor.of(6),
      contents: { kind: 'aggregate', fn: cannotMerge },
      fn: list,
    });
    const input = [record('a', 1, 0), record('a', 20, 8), record('a', 300, 4), record('a', 4000, 30)];
    await verify(definition, input, ['a: 320', 'a: 4000']);
  });

  it('show the evictor window, time and timestamps', async () => {
    const seen: unknown[] = [];
    const evictor: Evictor<unknown, Window> = {
      description: 'Note()',
      evictBefore: (elements, size, window, context) => {
        context.metricGroup.counter('calls').inc();
        seen.push([...elements], size, window, context.currentWatermark, context.currentProcessingTime);
      },
      evictAfter: () => undefined,
    };
    const definition = windowDefinition(tumbling, { evictor });
    const harness = await oneInput<Reading, string>(definition, { keySelector: byKey, processingTime: 77 });
    harness.processElement(reading('a', 1), 3);
    harness.processWatermark(12);
    expect(seen).to.deep.equal([[{ value: reading('a', 1), timestamp: 3 }], 1, { start: 0, end: 10 }, 12, 77]);
    expect(harness.counter('calls')).to.equal(1);
  });

  it('refuse evictors that are promises, and folds that return nothing', async () => {
    const asynchronous: Partial<WindowDefinition> = {
      evictor: { description: 'Async()', evictBefore: async () => undefined, evictAfter: () => undefined } as never,
    };
    const forgetful: Partial<WindowDefinition> = {
      evictor: CountEvictor.of(2),
      contents: { kind: 'reduce', fn: () => undefined },
    };
    for (const [settings, code] of [
      [asynchronous, 'ASYNC_RESULT'],
      [forgetful, 'UNDEFINED_RESULT'],
    ] as const) {
      const harness = await oneInput<Reading, string>(windowDefinition(tumbling, settings), { keySelector: byKey });
      harness.processElement(reading('a', 1), 3);
      harness.processElement(reading('a', 1), 3);
      expect(() => harness.processWatermark(12))
        .to.throw()
        .with.property('code', code);
    }
  });

  it('tell the function when they go', async () => {
    const calls: string[] = [];
    const fn: ProcessWindowFunction<Reading, string, string, Window> = {
      process: (key, _context, elements, out) => out.collect(`${key} ${elements.length}`),
      clear: () => void calls.push('clear'),
    };
    const definition = windowDefinition(tumbling, { evictor: CountEvictor.of(2), fn: fn as never });
    const harness = await oneInput<Reading, string>(definition, { keySelector: byKey });
    harness.processElement(reading('a', 1), 3);
    harness.processWatermark(9);
    expect([harness.records(), calls]).to.deep.equal([['a 1'], ['clear']]);
  });
});

describe('count windows that slide', () => {
  it('give the last `size` records after every `slide` of a key', async () => {
    const keys = fc.array(fc.constantFrom('a', 'b'), { maxLength: 40 });
    const count = fc.integer({ min: 1, max: 6 });
    await fc.assert(
      fc.asyncProperty(keys, count, count, async (input, size, slide) => {
        const seen: Record<string, number[]> = { a: [], b: [] };
        const expected: string[] = [];
        input.forEach((key, i) => {
          const values = seen[key] as number[];
          values.push(i);
          if (values.length % slide === 0) expected.push(`${key}: ${values.slice(-size).join(' ')}`);
        });
        const definition = windowDefinition(GlobalWindows.create(), {
          evictor: CountEvictor.of(size),
          trigger: CountTrigger.of(slide) as never,
          fn: list,
        });
        const records = input.map((key, i) => record(key, i));
        await verify(definition, records, expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the evicting operator', () => {
  it('with an evictor that evicts nothing is the operator without one', async () => {
    const events = fc.array(
      fc.oneof(
        {
          weight: 4,
          arbitrary: fc.tuple(
            fc.constantFrom('a', 'b'),
            fc.integer({ min: 0, max: 9 }),
            fc.integer({ min: 0, max: 60 }),
          ),
        },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 70 }) },
      ),
      { maxLength: 40 },
    );
    const assigners = [
      TumblingEventTimeWindows.of(10),
      SlidingEventTimeWindows.of(20, 7),
      EventTimeSessionWindows.withGap(6),
    ];
    await fc.assert(
      fc.asyncProperty(
        events,
        fc.constantFrom(...assigners),
        fc.constantFrom(0, 20),
        async (steps, assigner, lateness) => {
          const input = steps.map(
            (step): OperatorEvent => (typeof step === 'number' ? { watermark: step } : record(...step)),
          );
          const outputs = [undefined, CountEvictor.of(1_000)].map((evictor) =>
            verifyOperator({
              createOperator: () =>
                windowDefinition(assigner as never, {
                  contents: reduced,
                  fn: list,
                  evictor,
                  allowedLatenessMs: lateness,
                }),
              keySelector: byKey,
              input,
            }),
          );
          const [without, withEvictor] = await Promise.all(outputs);
          expect(sortedPieces(withEvictor)).to.deep.equal(sortedPieces(without));
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** Keys of one watermark fire in no particular order. */
function sortedPieces(output: readonly unknown[] | undefined): string[] {
  const texts = (output ?? []).map((element) => JSON.stringify(element));
  let piece = 0;
  return texts.map((text) => `${text.includes('watermark') ? ++piece : piece} ${text}`).toSorted();
}

describe('DeltaTrigger', () => {
  it('fires when a record is further than the threshold from the last that fired', async () => {
    const definition = windowDefinition(GlobalWindows.create(), {
      trigger: DeltaTrigger.of<Reading>(5, (old, next) => next.value - old.value) as never,
      fn: list,
    });
    const input = [0, 3, 5, 6, 11, 12, 1].map((value) => record('a', value));
    await verify(definition, [...input, record('b', 100)], ['a: 0 3 5 6', 'a: 0 3 5 6 11 12']);
  });

  it('takes null for a record, and goes with its window', async () => {
    const tumbling = TumblingEventTimeWindows.of(10);
    const definition = windowDefinition(tumbling, { trigger: DeltaTrigger.of<unknown>(0, () => 1) as never, fn: list });
    const harness = await oneInput<unknown, string>(definition, { keySelector: () => 'k' });
    harness.processElement(null, 1);
    harness.processElement(null, 2);
    expect(harness.records()).to.have.length(1);
    harness.processWatermark(9);
    expect(harness.numKeyedStateEntries()).to.equal(0);
  });
});
