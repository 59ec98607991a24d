import { expect } from 'chai';
import fc from 'fast-check';
import type { Collector, ProcessJoinContext } from '../../../../src/api/functions.js';
import { OutputTag } from '../../../../src/api/output-tag.js';
import type { RuntimeContext } from '../../../../src/api/runtime-context.js';
import { valueState, type ValueState } from '../../../../src/api/state.js';
import type { IntervalJoinDefinition } from '../../../../src/api/transformation.js';
import { type HarnessOptions, TwoInputOperatorTestHarness } from '../../../../src/testing/operator-test-harness.js';
import { type OperatorEvent, verifyOperator } from '../../../../src/testing/verify-operator.js';
import { byKey, type Reading, reading } from '../operator-fixture.js';
import { arrivals } from './arrivals.js';

const LEFT_LATE = new OutputTag<Reading>('left-late');
const RIGHT_LATE = new OutputTag<Reading>('right-late');

/** `key left+right@times`. */
const pairUp: IntervalJoinDefinition['fn'] = {
  processElement(left: Reading, right: Reading, { leftTimestamp, rightTimestamp, timestamp }, out: Collector<string>) {
    out.collect(`${left.key} ${left.value}+${right.value} ${leftTimestamp}~${rightTimestamp}=${timestamp}`);
  },
};

function definition(
  lowerMs: number,
  upperMs: number,
  settings: Partial<IntervalJoinDefinition> = {},
): IntervalJoinDefinition {
  return {
    kind: 'intervalJoin',
    lowerMs,
    upperMs,
    leftLateTag: undefined,
    rightLateTag: undefined,
    fn: pairUp,
    ...settings,
  };
}

async function open(definition: IntervalJoinDefinition, options: HarnessOptions = {}) {
  const keys = { keySelector: byKey, keySelector2: byKey };
  const harness = new TwoInputOperatorTestHarness<Reading, Reading, string>(definition, { ...keys, ...options });
  await harness.open();
  return harness;
}

const left = (key: string, value: number, timestamp: number): OperatorEvent => ({
  record: reading(key, value),
  timestamp,
});
const right = (key: string, value: number, timestamp: number): OperatorEvent => ({
  record: reading(key, value),
  timestamp,
  input: 2,
});

function verify(
  joined: IntervalJoinDefinition,
  input: readonly OperatorEvent[],
  expectedOutput?: readonly string[],
  late: { readonly left?: readonly Reading[]; readonly right?: readonly Reading[] } = {},
) {
  return verifyOperator({
    createOperator: () => joined,
    hasTwoInputs: true,
    keySelector: byKey,
    keySelector2: byKey,
    input,
    ...(expectedOutput === undefined ? {} : { expectedOutput }),
    expectedSideOutput: [
      { tag: LEFT_LATE as OutputTag<never>, records: late.left ?? [] },
      { tag: RIGHT_LATE as OutputTag<never>, records: late.right ?? [] },
    ],
    ordered: true,
  });
}

describe('IntervalJoinOperator', () => {
  it('pairs records of a key whose times are within the bounds, whichever comes first', async () => {
    const input = [
      left('a', 1, 10),
      right('a', 2, 7),
      right('a', 3, 8),
      right('a', 4, 15),
      right('a', 5, 16),
      right('b', 6, 10),
      left('a', 7, 18),
    ];
    await verify(definition(-2, 5), input, ['a 1+3 10~8=10', 'a 1+4 10~15=15', 'a 7+5 18~16=18']);
  });

  it('gives results the later time of the two', async () => {
    const harness = await open(definition(-5, 5));
    harness.processElement1(reading('a', 1), 10);
    harness.processElement2(reading('a', 2), 12);
    harness.processElement2(reading('a', 3), 6);
    expect(harness.output).to.deep.equal([
      { type: 'record', value: 'a 1+2 10~12=12', timestamp: 12 },
      { type: 'record', value: 'a 1+3 10~6=10', timestamp: 10 },
    ]);
  });

  it('pairs records that came out of order in the order of their times', async () => {
    const input = [right('a', 1, 30), right('a', 2, 10), right('a', 3, 20), right('a', 4, 20), left('a', 5, 20)];
    await verify(definition(-10, 10), input, ['a 5+2 20~10=20', 'a 5+3 20~20=20', 'a 5+4 20~20=20', 'a 5+1 20~30=30']);
  });

  it('sends what is behind the watermark aside, and lets what is level with it join', async () => {
    const joined = definition(-5, 5, { leftLateTag: LEFT_LATE, rightLateTag: RIGHT_LATE });
    const input = [left('a', 1, 12), { watermark: 10 }, left('a', 2, 9), right('a', 3, 9), right('a', 4, 10)];
    await verify(joined, input, ['a 1+4 12~10=12'], { left: [reading('a', 2)], right: [reading('a', 3)] });
    const harness = await open(definition(-5, 5));
    harness.processWatermark(10);
    harness.processElement1(reading('a', 2), 9);
    harness.processElement2(reading('a', 3), 9);
    expect(harness.counter('numLateRecordsDropped')).to.equal(2);
    expect(harness.numKeyedStateEntries()).to.equal(0);
  });

  it('keeps each side only as long as the other may still meet it', async () => {
    for (const [lower, upper, leftUntil, rightUntil] of [
      [-3, 7, 17, 13],
      [2, 7, 17, 10],
      [-7, -2, 10, 17],
      [0, 0, 10, 10],
    ] as const) {
      const harness = await open(definition(lower, upper));
      harness.processElement1(reading('a', 1), 10);
      harness.processElement2(reading('b', 2), 10);
      const entriesAt = new Map<number, number>();
      for (let watermark = 9; watermark <= 18; watermark++) {
        harness.processWatermark(watermark);
        entriesAt.set(watermark, harness.numKeyedStateEntries());
      }
      const expected = [...entriesAt.keys()].map((time) => Number(time < leftUntil) + Number(time < rightUntil));
      expect([...entriesAt.values()], `[${lower}, ${upper}]`).to.deep.equal(expected);
      expect(harness.snapshot().operator.timers?.keyGroups ?? []).to.deep.equal([]);
    }
  });

  it('sets one timer per key and side, for the earliest record', async () => {
    const harness = await open(definition(-5, 5));
    for (const time of [30, 10, 20, 40]) harness.processElement1(reading('a', time), time);
    harness.processElement2(reading('a', 1), 100);
    harness.processWatermark(16);
    const timers = harness.snapshot().operator.timers?.keyGroups.flatMap(({ eventTime }) => eventTime);
    expect(timers?.map(([time, namespace]) => [namespace, time])).to.have.deep.members([
      // The one set for 30 when that was the earliest; it finds nothing to do.
      ['left', 35],
      ['left', 25],
      ['right', 105],
    ]);
    harness.processWatermark(Number.POSITIVE_INFINITY);
    expect(harness.numKeyedStateEntries()).to.equal(0);
  });

  it('lets its function emit to side outputs and keep state of the key', async () => {
    const tag = new OutputTag<string>('odd');
    class CountPairs {
      private count!: ValueState<number>;

      open(context: RuntimeContext): void {
        this.count = context.getState(valueState('count', 0));
      }

      processElement(left: Reading, right: Reading, context: ProcessJoinContext, out: Collector<string>): undefined {
        const count = (this.count.value() ?? 0) + 1;
        this.count.update(count);
        if ((left.value + right.value) % 2 === 1) context.output(tag, `${left.key}${count}`);
        else out.collect(`${left.key}${count}`);
      }
    }
    await verifyOperator({
      createOperator: () => definition(0, 5, { fn: new CountPairs() }),
      hasTwoInputs: true,
      keySelector: byKey,
      keySelector2: byKey,
      input: [left('a', 1, 1), right('a', 2, 1), { watermark: 2 }, right('a', 3, 3), left('b', 1, 5), right('b', 1, 5)],
      expectedOutput: ['a2', 'b1'],
      expectedSideOutput: [{ tag: tag as OutputTag<never>, records: ['a1'] }],
    });
  });

  it('refuses records without event time, promises, and what is no function', async () => {
    const harness = await open(definition(0, 1), { name: 'Near' });
    expect(() => harness.processElement1(reading('a', 1)))
      .to.throw("operator 'Near' joins records by event time, but record { key: 'a', value: 1 } has no timestamp")
      .with.property('code', 'MISSING_TIMESTAMP');
    expect(() => harness.processElement2(reading('a', 1), Number.NaN))
      .to.throw()
      .with.property('code', 'INVALID_TIMESTAMP');
    const asynchronous = await open(definition(0, 1, { fn: { processElement: async () => undefined } as never }));
    asynchronous.processElement1(reading('a', 1), 1);
    expect(() => asynchronous.processElement2(reading('a', 2), 1))
      .to.throw()
      .with.property('code', 'ASYNC_RESULT');
    await open(definition(0, 1, { fn: {} as never })).then(
      () => expect.fail('an object without the method was taken'),
      (error: { readonly code: string }) => expect(error.code).to.equal('INVALID_FUNCTION'),
    );
  });
});

describe('interval joins against a naive computation', () => {
  interface Kept {
    readonly key: string;
    readonly value: number;
    readonly time: number;
  }

  /** Everything is kept until its time is over, every pair is looked at. */
  function oracle(events: readonly OperatorEvent[], lower: number, upper: number) {
    let watermark = Number.NEGATIVE_INFINITY;
    let lefts: Kept[] = [];
    let rights: Kept[] = [];
    const output: string[] = [];
    const late: Record<1 | 2, Reading[]> = { 1: [], 2: [] };
    const meet = (a: Kept, b: Kept) => {
      if (a.key === b.key && b.time >= a.time + lower && b.time <= a.time + upper)
        output.push(`${a.key} ${a.value}+${b.value} ${a.time}~${b.time}=${Math.max(a.time, b.time)}`);
    };
    const byTime = (kept: Kept[]) => kept.toSorted((a, b) => a.time - b.time);
    for (const event of events) {
      if ('watermark' in event) {
        watermark = Math.max(watermark, event.watermark);
        lefts = lefts.filter(({ time }) => time + Math.max(0, upper) > watermark);
        rights = rights.filter(({ time }) => time + Math.max(0, -lower) > watermark);
      } else if ('record' in event) {
        const { record, timestamp = 0, input = 1 } = event;
        const kept = { ...(record as Reading), time: timestamp };
        if (timestamp < watermark) late[input].push(record as Reading);
        else if (input === 1) {
          lefts.push(kept);
          for (const other of byTime(rights)) meet(kept, other);
        } else {
          rights.push(kept);
          for (const other of byTime(lefts)) meet(other, kept);
        }
      }
    }
    return { output, late };
  }

  const events: fc.Arbitrary<OperatorEvent[]> = arrivals.map((steps) =>
    steps.map(
      (step, i): OperatorEvent =>
        'watermark' in step
          ? step
          : { record: reading(step.key, i), timestamp: step.timestamp, input: step.isFirst ? 1 : 2 },
    ),
  );
  const bounds = fc
    .tuple(fc.integer({ min: -25, max: 25 }), fc.integer({ min: 0, max: 30 }))
    .map(([lower, length]): [number, number] => [lower, lower + length]);

  it('for any bounds, late records and order of arrival, however it is run', async () => {
    await fc.assert(
      fc.asyncProperty(events, bounds, async (input, [lower, upper]) => {
        const { output, late } = oracle(input, lower, upper);
        const joined = definition(lower, upper, { leftLateTag: LEFT_LATE, rightLateTag: RIGHT_LATE });
        await verify(joined, input, output, { left: late[1], right: late[2] });
      }),
      { numRuns: 40 },
    );
  });

  it('finds pairs at all, and leaves nothing', async () => {
    let pairs = 0;
    await fc.assert(
      fc.asyncProperty(events, bounds, async (input, [lower, upper]) => {
        const harness = await open(definition(lower, upper));
        for (const event of input) {
          if ('watermark' in event) harness.processWatermark(event.watermark);
          else if ('record' in event && event.input === 2)
            harness.processElement2(event.record as Reading, event.timestamp);
          else if ('record' in event) harness.processElement1(event.record as Reading, event.timestamp);
        }
        harness.processWatermark(Number.POSITIVE_INFINITY);
        pairs += harness.records().length;
        expect(harness.numKeyedStateEntries()).to.equal(0);
      }),
      { numRuns: 100, seed: 1 },
    );
    expect(pairs).to.be.greaterThan(1_000);
  });
});
