import { expect } from 'chai';
import type { RuntimeContext, RichFunction } from '../../../../src/api/runtime-context.js';
import type { PairFunction, WindowCoGroupDefinition } from '../../../../src/api/transformation.js';
import { CountEvictor } from '../../../../src/api/windows/count-evictor.js';
import { CountTrigger } from '../../../../src/api/windows/count-trigger.js';
import { GlobalWindows } from '../../../../src/api/windows/global-windows.js';
import { PurgingTrigger } from '../../../../src/api/windows/purging-trigger.js';
import { EventTimeSessionWindows } from '../../../../src/api/windows/session-windows.js';
import { SlidingEventTimeWindows } from '../../../../src/api/windows/sliding-windows.js';
import { TimeEvictor } from '../../../../src/api/windows/time-evictor.js';
import {
  TumblingEventTimeWindows,
  TumblingProcessingTimeWindows,
} from '../../../../src/api/windows/tumbling-windows.js';
import { createOperator } from '../../../../src/operators/operator-registry.js';
import { AlignedCoGroupOperator } from '../../../../src/operators/join/aligned-co-group-operator.js';
import { WindowCoGroupOperator } from '../../../../src/operators/join/window-co-group-operator.js';
import { type HarnessOptions, TwoInputOperatorTestHarness } from '../../../../src/testing/operator-test-harness.js';
import { type OperatorEvent, verifyOperator } from '../../../../src/testing/verify-operator.js';
import { byKey, type Reading, reading } from '../operator-fixture.js';
import { disguised } from '../window-fixture.js';
import { coGroupDefinition, listBoth, pairUp, pairUpFlat } from './join-fixture.js';

const tumbling = TumblingEventTimeWindows.of(10);

/** The operator for aligned windows, and the one for any trigger with the same trigger in disguise. */
const bothWays = (fn: PairFunction = pairUp, settings: Partial<WindowCoGroupDefinition> = {}) => [
  coGroupDefinition(tumbling, fn, settings),
  coGroupDefinition(tumbling, fn, { ...settings, trigger: disguised(tumbling.getDefaultTrigger()) as never }),
];

async function open(definition: WindowCoGroupDefinition, options: HarnessOptions = {}) {
  const keys = { keySelector: byKey, keySelector2: byKey };
  const harness = new TwoInputOperatorTestHarness<Reading, Reading, string>(definition, { ...keys, ...options });
  await harness.open();
  return harness;
}

const first = (key: string, value: number, timestamp: number): OperatorEvent => ({
  record: reading(key, value),
  timestamp,
});
const second = (key: string, value: number, timestamp: number): OperatorEvent => ({
  record: reading(key, value),
  timestamp,
  input: 2,
});

function verify(definitions: readonly WindowCoGroupDefinition[], input: OperatorEvent[], expectedOutput: string[]) {
  return Promise.all(
    definitions.map((definition) =>
      verifyOperator({
        createOperator: () => definition,
        hasTwoInputs: true,
        keySelector: byKey,
        keySelector2: byKey,
        input,
        expectedOutput,
      }),
    ),
  );
}

describe('window joins', () => {
  it('pair all records of a key and window, and none across keys or windows', async () => {
    const input = [
      first('a', 1, 0),
      second('a', 10, 9),
      second('a', 20, 3),
      second('a', 30, 10),
      first('b', 2, 5),
      second('c', 40, 5),
      { watermark: 9 },
      first('a', 3, 11),
    ];
    const expected = ['a 1+10', 'a 1+20', 'a 3+30'];
    await verify([...bothWays(), ...bothWays(pairUpFlat)], input, expected);
  });

  it('emit when the watermark reaches the end of the window, with that as timestamp, and leave nothing', async () => {
    for (const definition of [...bothWays(), ...bothWays(pairUpFlat)]) {
      const harness = await open(definition);
      harness.processElement1(reading('a', 1), 0);
      harness.processElement2(reading('a', 2), 7);
      harness.processElement2(reading('b', 3), 7);
      harness.processWatermark(8);
      expect(harness.records()).to.deep.equal([]);
      harness.processWatermark(9);
      expect(harness.output.slice(1)).to.deep.equal([
        { type: 'record', value: 'a 1+2', timestamp: 9 },
        { type: 'watermark', timestamp: 9 },
      ]);
      expect(harness.numKeyedStateEntries()).to.equal(0);
    }
  });

  it('fire again for late records that are allowed, and count what comes later', async () => {
    for (const definition of bothWays(pairUp, { allowedLatenessMs: 5 })) {
      const harness = await open(definition);
      harness.processElement1(reading('a', 1), 0);
      harness.processWatermark(9);
      harness.processElement2(reading('a', 2), 1);
      harness.processWatermark(13);
      harness.processElement1(reading('a', 3), 2);
      expect(harness.records()).to.deep.equal(['a 1+2', 'a 1+2', 'a 3+2']);
      harness.processWatermark(14);
      expect(harness.numKeyedStateEntries()).to.equal(0);
      harness.processElement1(reading('a', 4), 9);
      harness.processElement2(reading('a', 5), 9);
      expect(harness.counter('numLateRecordsDropped')).to.equal(2);
      expect(harness.records()).to.have.length(3);
    }
  });

  it('interrupt firing between any two keys, and fire them all before the watermark goes on', async () => {
    for (const definition of bothWays()) {
      const harness = await open(definition, { outputCapacity: 'one' });
      for (let i = 0; i < 1_000; i++) {
        harness.processElement1(reading(`k${i}`, i), 5);
        harness.processElement2(reading(`k${i}`, i), 5);
      }
      harness.processWatermark(20);
      expect(new Set(harness.records()).size).to.equal(1_000);
      expect(harness.output.at(-1)).to.deep.equal({ type: 'watermark', timestamp: 20 });
    }
  });

  it('refuse records without a timestamp, on either side', async () => {
    for (const definition of [...bothWays(), coGroupDefinition(EventTimeSessionWindows.withGap(5))]) {
      const harness = await open(definition, { name: 'Join' });
      expect(() => harness.processElement1(reading('a', 1)))
        .to.throw("operator 'Join'")
        .with.property('code', 'MISSING_TIMESTAMP');
      expect(() => harness.processElement2(reading('a', 1), Number.POSITIVE_INFINITY))
        .to.throw()
        .with.property('code', 'INVALID_TIMESTAMP');
    }
  });

  it('refuse functions that return nothing or a promise, with the pair', async () => {
    for (const [result, code] of [
      [undefined, 'UNDEFINED_RESULT'],
      [Promise.resolve(1), 'ASYNC_RESULT'],
    ] as const) {
      for (const definition of bothWays({ form: 'join', fn: () => result })) {
        const harness = await open(definition);
        harness.processElement1(reading('a', 1), 0);
        harness.processElement2(reading('a', 2), 0);
        expect(() => harness.processWatermark(9))
          .to.throw("[ { key: 'a', value: 1 }, { key: 'a', value: 2 } ]")
          .with.property('code', code);
      }
    }
    for (const fn of [
      { form: 'flatJoin', fn: async () => undefined },
      { form: 'coGroup', fn: async () => undefined },
    ]) {
      for (const definition of bothWays(fn as never)) {
        const harness = await open(definition);
        harness.processElement1(reading('a', 1), 0);
        harness.processElement2(reading('a', 2), 0);
        expect(() => harness.processWatermark(9))
          .to.throw()
          .with.property('code', 'ASYNC_RESULT');
      }
    }
    for (const form of ['join', 'flatJoin', 'coGroup'] as const) {
      await open(coGroupDefinition(tumbling, { form, fn: {} as never })).then(
        () => expect.fail('an object without the method was taken'),
        (error: { readonly code: string }) => expect(error.code).to.equal('INVALID_FUNCTION'),
      );
    }
  });

  it('open and close functions that are objects', async () => {
    const calls: string[] = [];
    const fn: RichFunction & { join(a: Reading, b: Reading): number } = {
      open: (context: RuntimeContext) => void calls.push(`open ${context.taskInfo.taskName}`),
      join: (a, b) => a.value * b.value,
      close: () => void calls.push('close'),
    };
    for (const definition of bothWays({ form: 'join', fn })) {
      const harness = await open(definition, { name: 'product' });
      harness.processElement1(reading('a', 6), 0);
      harness.processElement2(reading('a', 7), 0);
      harness.processWatermark(9);
      expect(harness.records()).to.deep.equal([42]);
      await harness.close();
    }
    expect(calls).to.deep.equal(['open product', 'close', 'open product', 'close']);
  });

  it('pair again in each sliding window that two records have in common', async () => {
    const sliding = SlidingEventTimeWindows.of(10, 5);
    const definition = coGroupDefinition(sliding);
    const general = coGroupDefinition(sliding, pairUp, { trigger: disguised(sliding.getDefaultTrigger()) as never });
    const input = [first('a', 1, 4), second('a', 2, 6), second('a', 3, 9), second('a', 4, 12), first('a', 5, 12)];
    // [-5,5) [0,10) [5,15) [10,20)
    const expected = ['a 1+2', 'a 1+3', 'a 5+2', 'a 5+3', 'a 5+4', 'a 5+4'];
    await verify([definition, general], input, expected);
  });

  it('merge what both sides have when sessions merge', async () => {
    const sessions = EventTimeSessionWindows.withGap(5);
    const input = [
      first('a', 1, 0),
      second('a', 2, 8),
      first('a', 3, 30),
      { watermark: 3 },
      // Joins the two first.
      second('a', 4, 4),
      second('b', 5, 4),
    ];
    await verify([coGroupDefinition(sessions)], input, ['a 1+2', 'a 1+4']);
    await verify([coGroupDefinition(sessions, listBoth)], input, ['a 1|2 4', 'a 3|', 'b |5']);
  });

  it("take triggers of one's own: pairs of every two records, then forgotten", async () => {
    const definition = coGroupDefinition(GlobalWindows.create(), pairUp, {
      trigger: PurgingTrigger.of(CountTrigger.of(2)) as never,
    });
    const input = [
      first('a', 1, 1),
      second('a', 2, 2),
      second('a', 3, 3),
      second('a', 4, 4),
      first('a', 5, 5),
      second('a', 6, 6),
    ];
    await verify([definition], input, ['a 1+2', 'a 5+6']);
  });

  it('run by the clock in windows of processing time', async () => {
    const input: OperatorEvent[] = [
      { record: reading('a', 1) },
      { processingTime: 8 },
      { record: reading('a', 2), input: 2 },
      { processingTime: 10 },
      { record: reading('a', 3), input: 2 },
      { processingTime: 30 },
    ];
    await verify([coGroupDefinition(TumblingProcessingTimeWindows.of(10))], input, ['a 1+2']);
  });

  it('need no timer per key for the default trigger of aligned windows', async () => {
    const kinds: unknown[] = [];
    for (const definition of [...bothWays(), coGroupDefinition(EventTimeSessionWindows.withGap(5))]) {
      await new TwoInputOperatorTestHarness(
        (context) => {
          const operator = createOperator(definition, context);
          kinds.push(operator.constructor);
          return operator;
        },
        { keySelector: byKey, keySelector2: byKey },
      ).open();
    }
    expect(kinds).to.deep.equal([AlignedCoGroupOperator, WindowCoGroupOperator, WindowCoGroupOperator]);
  });
});

describe('window joins with an evictor', () => {
  it('evict from both sides in one order of arrival', async () => {
    const input = [first('a', 1, 0), second('a', 2, 1), second('a', 3, 2), first('a', 4, 3), second('b', 5, 3)];
    const evictor = CountEvictor.of(3);
    await verify(bothWays(pairUp, { evictor }), input, ['a 4+2', 'a 4+3']);
    await verify(bothWays(listBoth, { evictor }), input, ['a 4|2 3', 'b |5']);
  });

  it('by time, also in sessions that merge', async () => {
    const definition = coGroupDefinition(EventTimeSessionWindows.withGap(5), listBoth, { evictor: TimeEvictor.of(6) });
    const input = [first('a', 1, 0), second('a', 2, 8), first('a', 3, 4), second('a', 4, 3)];
    await verify([definition], input, ['a 3|2 4']);
  });

  it('keep what was left for later firings only', async () => {
    const definition = coGroupDefinition(tumbling, listBoth, {
      evictor: CountEvictor.of(1, true),
      allowedLatenessMs: 5,
    });
    const input = [first('a', 1, 0), second('a', 2, 1), { watermark: 9 }, first('a', 3, 2)];
    await verify([definition], input, ['a 1|2', 'a 3|2']);
  });
});

describe('co-groups', () => {
  it('get each key of a window that either side has, once', async () => {
    const input = [
      first('a', 1, 0),
      first('a', 2, 1),
      second('a', 3, 2),
      first('b', 4, 3),
      second('c', 5, 4),
      { watermark: 10 },
      second('c', 6, 14),
    ];
    await verify(bothWays(listBoth), input, ['a 1 2|3', 'b 4|', 'c |5', 'c |6']);
  });
});
