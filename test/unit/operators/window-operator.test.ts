import { expect } from 'chai';
import type { AggregateFunction, ProcessWindowFunction } from '../../../src/api/functions.js';
import type { Key } from '../../../src/api/key.js';
import { OutputTag } from '../../../src/api/output-tag.js';
import { valueState } from '../../../src/api/state.js';
import type { WindowDefinition } from '../../../src/api/transformation.js';
import { ContinuousEventTimeTrigger } from '../../../src/api/windows/continuous-event-time-trigger.js';
import { CountTrigger } from '../../../src/api/windows/count-trigger.js';
import { GlobalWindows } from '../../../src/api/windows/global-windows.js';
import { PurgingTrigger } from '../../../src/api/windows/purging-trigger.js';
import { EventTimeSessionWindows, ProcessingTimeSessionWindows } from '../../../src/api/windows/session-windows.js';
import { SlidingProcessingTimeWindows } from '../../../src/api/windows/sliding-windows.js';
import { TumblingEventTimeWindows, TumblingProcessingTimeWindows } from '../../../src/api/windows/tumbling-windows.js';
import type { TimeWindow } from '../../../src/api/windows/window.js';
import type { HarnessOptions, OneInputOperatorTestHarness } from '../../../src/testing/operator-test-harness.js';
import { verifyOperator } from '../../../src/testing/verify-operator.js';
import { byKey, oneInput, type Reading, reading, thrownBy } from './operator-fixture.js';
import { disguised, sum, windowDefinition } from './window-fixture.js';

const LATE = new OutputTag<Reading>('late');
const tumbling = TumblingEventTimeWindows.of(10);

/** The operator for aligned windows, and the one for any trigger with the same trigger in disguise. */
const bothWays = (settings: Partial<WindowDefinition> = {}): WindowDefinition[] => [
  windowDefinition(tumbling, settings),
  windowDefinition(tumbling, { ...settings, trigger: disguised(tumbling.getDefaultTrigger()) as never }),
];

function open(definition: WindowDefinition, options: HarnessOptions = {}) {
  return oneInput<Reading, string>(definition, { keySelector: byKey, ...options });
}

const timersOf = (harness: OneInputOperatorTestHarness<Reading, string>) =>
  harness
    .snapshot()
    .operator.timers?.keyGroups.flatMap(({ eventTime }) =>
      eventTime.map(([time, namespace]) => `${time} ${namespace}`),
    );

describe('event-time windows', () => {
  it('fire when the watermark reaches their last millisecond, with that as timestamp, and leave nothing', async () => {
    for (const definition of bothWays()) {
      const harness = await open(definition);
      harness.processElement(reading('a', 1), 0);
      harness.processElement(reading('b', 2), 9);
      harness.processElement(reading('a', 3), 10);
      harness.processWatermark(8);
      expect(harness.records()).to.deep.equal([]);
      harness.processWatermark(9);
      expect(harness.output.slice(1)).to.have.deep.members([
        { type: 'record', value: 'a [0,10): 1', timestamp: 9 },
        { type: 'record', value: 'b [0,10): 2', timestamp: 9 },
        { type: 'watermark', timestamp: 9 },
      ]);
      expect(harness.numKeyedStateEntries()).to.equal(1);
      harness.processWatermark(Number.POSITIVE_INFINITY);
      expect(harness.numKeyedStateEntries()).to.equal(0);
    }
  });

  it('fire again with each record in the allowed lateness, and count what comes later', async () => {
    for (const definition of bothWays({ allowedLatenessMs: 5 })) {
      const harness = await open(definition);
      harness.processElement(reading('a', 1), 0);
      harness.processWatermark(9);
      harness.processElement(reading('a', 2), 1);
      harness.processElement(reading('b', 3), 1);
      expect(harness.records()).to.deep.equal(['a [0,10): 1', 'a [0,10): 1 2', 'b [0,10): 3']);
      harness.processWatermark(13);
      harness.processElement(reading('b', 4), 1);
      harness.processWatermark(14);
      expect(harness.numKeyedStateEntries()).to.equal(0);
      harness.processElement(reading('b', 5), 1);
      expect(harness.records().slice(3)).to.deep.equal(['b [0,10): 3 4']);
      expect(harness.counter('numLateRecordsDropped')).to.equal(1);
    }
  });

  it('send late records to the side output, uncounted', async () => {
    for (const definition of bothWays({ lateTag: LATE })) {
      const harness = await open(definition);
      harness.processWatermark(9);
      harness.processElement(reading('a', 1), 9);
      harness.processElement(reading('a', 2), 10);
      expect(harness.output.slice(1)).to.deep.equal([
        { type: 'side', tag: 'late', value: reading('a', 1), timestamp: 9 },
      ]);
      expect(harness.counter('numLateRecordsDropped')).to.equal(0);
    }
  });

  it('refuse records without a timestamp, with the record', async () => {
    for (const definition of [...bothWays(), windowDefinition(EventTimeSessionWindows.withGap(5))]) {
      const harness = await open(definition, { name: 'Hourly' });
      expect(() => harness.processElement(reading('a', 1)))
        .to.throw(
          "operator 'Hourly' puts records in windows of event time, but record { key: 'a', value: 1 } has no timestamp",
        )
        .with.property('code', 'MISSING_TIMESTAMP');
      expect(() => harness.processElement(reading('a', 1), Number.POSITIVE_INFINITY))
        .to.throw()
        .with.property('code', 'INVALID_TIMESTAMP');
    }
  });

  it('interrupt firing between any two keys, and fire them all before the watermark goes on', async () => {
    for (const definition of bothWays()) {
      const harness = await open(definition, { outputCapacity: 'one' });
      for (let i = 0; i < 5_000; i++) harness.processElement(reading(`k${i}`, i), 5);
      harness.processWatermark(20);
      expect(new Set(harness.records()).size).to.equal(5_000);
      expect(harness.output.at(-1)).to.deep.equal({ type: 'watermark', timestamp: 20 });
    }
  });

  it('fire in the order of their ends', async () => {
    for (const definition of bothWays()) {
      const harness = await open(definition);
      for (const timestamp of [25, 5, 15, -5]) harness.processElement(reading('a', timestamp), timestamp);
      harness.processWatermark(100);
      expect(harness.records()).to.deep.equal(['a [-10,0): -5', 'a [0,10): 5', 'a [10,20): 15', 'a [20,30): 25']);
    }
  });

  it('take keys that are dates and tuples', async () => {
    const keys: Key[] = [new Date(5), ['x', 1], 7n, true];
    const fn: ProcessWindowFunction<unknown, unknown, Key, TimeWindow> = {
      process: (key, _context, elements, out) => out.collect([key, elements.length]),
    };
    for (const definition of bothWays({ fn: fn as never })) {
      const harness = await oneInput<{ key: Key }>(definition, { keySelector: (value: { key: Key }) => value.key });
      for (const key of [...keys, new Date(5)]) harness.processElement({ key }, 1);
      harness.processWatermark(9);
      expect(harness.records()).to.have.deep.members([
        [new Date(5), 2],
        [['x', 1], 1],
        [7n, 1],
        [true, 1],
      ]);
    }
  });

  it('go on where they were after a restart, late records included', async () => {
    for (const createOperator of [0, 1].map(
      (i) => () => bothWays({ allowedLatenessMs: 5, lateTag: LATE })[i] as WindowDefinition,
    )) {
      await verifyOperator({
        createOperator,
        keySelector: byKey,
        input: [
          { record: reading('a', 1), timestamp: 3 },
          { watermark: 10 },
          { record: reading('a', 2), timestamp: 4 },
          { watermark: 14 },
          { record: reading('a', 3), timestamp: 5 },
        ],
        expectedOutput: ['a [0,10): 1', 'a [0,10): 1 2'],
        expectedSideOutput: [{ tag: LATE as OutputTag<never>, records: [reading('a', 3)] }],
      });
    }
  });
});

describe('window functions', () => {
  it('are not needed for folded contents', async () => {
    const contents: WindowDefinition['contents'][] = [
      { kind: 'aggregate', fn: sum },
      { kind: 'reduce', fn: { reduce: (a: Reading, b: Reading) => reading(a.key, a.value + b.value) } },
    ];
    const results: unknown[] = [];
    for (const folded of contents) {
      const harness = await open(windowDefinition(tumbling, { contents: folded, fn: undefined }));
      for (const value of [1, 2, 3]) harness.processElement(reading('a', value), value);
      harness.processWatermark(9);
      results.push(harness.output[0]);
    }
    expect(results).to.deep.equal([
      { type: 'record', value: 6, timestamp: 9 },
      { type: 'record', value: reading('a', 6), timestamp: 9 },
    ]);
  });

  it('see the time, state of the window and of the key, and side outputs', async () => {
    const COUNT = valueState<number>('count', 0);
    const fn: ProcessWindowFunction<Reading, string, string, TimeWindow> = {
      process(key, context, elements, out) {
        const counts = [context.windowState, context.globalState].map((store) => {
          const state = store.getState(COUNT);
          state.update((state.value() ?? 0) + elements.length);
          return state.value();
        });
        out.collect(`${key} ${counts.join(' of ')} at ${context.currentWatermark}`);
        context.output(LATE, reading(key, context.currentProcessingTime));
      },
    };
    for (const definition of bothWays({ fn: fn as never, allowedLatenessMs: 5 })) {
      const harness = await open(definition, { processingTime: 77 });
      harness.processElement(reading('a', 1), 1);
      harness.processElement(reading('a', 1), 11);
      harness.processWatermark(9);
      harness.processElement(reading('a', 1), 2);
      harness.processWatermark(19);
      expect(harness.records()).to.deep.equal(['a 1 of 1 at 9', 'a 3 of 3 at 9', 'a 1 of 4 at 19']);
      expect(harness.output[1]).to.deep.equal({ type: 'side', tag: 'late', value: reading('a', 77), timestamp: 9 });
      harness.processWatermark(Number.POSITIVE_INFINITY);
      expect(harness.numKeyedStateEntries(), 'only the state of the key stays').to.equal(1);
    }
  });

  it('are told, per key, when a window goes, in the order of time', async () => {
    const fn: ProcessWindowFunction<Reading, string, string, TimeWindow> = {
      process: (key, { window }, _elements, out) => out.collect(`fire ${key} ${window.start}`),
      clear: (context) => context.output(LATE, reading(`clear ${context.window.start}`, 0)),
    };
    for (const allowedLatenessMs of [0, 7]) {
      for (const definition of bothWays({ fn: fn as never, allowedLatenessMs })) {
        const harness = await open(definition);
        for (const timestamp of [1, 11, 21]) harness.processElement(reading('a', 1), timestamp);
        harness.processElement(reading('b', 1), 1);
        harness.processWatermark(100);
        const log = harness.output.map((element) =>
          element.type === 'side'
            ? (element.value as Reading).key
            : 'value' in element
              ? String(element.value)
              : 'watermark',
        );
        const withoutKeys = log.map((line) => line.replace(/ [ab] /, ' '));
        expect(withoutKeys.filter((line) => line === 'clear 0')).to.have.length(2);
        expect([...new Set(withoutKeys)]).to.deep.equal([
          'fire 0',
          'clear 0',
          'fire 10',
          'clear 10',
          'fire 20',
          'clear 20',
          'watermark',
        ]);
        if (allowedLatenessMs > 0) expect(log.indexOf('clear 0')).to.be.lessThan(log.indexOf('fire a 10'));
      }
    }
  });

  it('and folds are opened and closed', async () => {
    const calls: string[] = [];
    const rich = (name: string) => ({
      open: () => {
        calls.push(`open ${name}`);
      },
      close: () => {
        calls.push(`close ${name}`);
      },
    });
    for (const definition of bothWays({
      contents: { kind: 'aggregate', fn: { ...sum, ...rich('fold') } },
      fn: { process: () => undefined, ...rich('fn') },
    })) {
      calls.length = 0;
      const harness = await open(definition);
      await harness.close();
      expect(calls).to.deep.equal(['open fold', 'open fn', 'close fn', 'close fold']);
    }
  });

  it('that return nothing where a value is needed, or a promise, are refused', async () => {
    const broken: [string, Partial<WindowDefinition>][] = [
      ['UNDEFINED_RESULT', { contents: { kind: 'reduce', fn: () => undefined } }],
      ['UNDEFINED_RESULT', { contents: { kind: 'aggregate', fn: { ...sum, add: () => undefined } } }],
      ['UNDEFINED_RESULT', { contents: { kind: 'aggregate', fn: { ...sum, getResult: () => undefined } } }],
      ['ASYNC_RESULT', { contents: { kind: 'aggregate', fn: { ...sum, add: async () => 1 } } }],
      ['ASYNC_RESULT', { fn: { process: (async () => undefined) as never } }],
      [
        'RECORD_MUTATED',
        {
          contents: {
            kind: 'reduce',
            fn: (a: { value: number }) => {
              a.value++;
              return a;
            },
          },
        },
      ],
    ];
    for (const [code, settings] of broken) {
      for (const definition of bothWays(settings)) {
        const harness = await open(definition);
        const error = thrownBy(() => {
          for (const value of [1, 2]) harness.processElement(reading('a', value), value);
          harness.processWatermark(9);
        });
        expect(error).to.have.property('code', code);
      }
    }
  });

  it('pass their exceptions on', async () => {
    const failure = new Error('boom');
    for (const definition of bothWays({
      fn: {
        process: () => {
          throw failure;
        },
      },
    })) {
      const harness = await open(definition);
      harness.processElement(reading('a', 1), 1);
      expect(thrownBy(() => harness.processWatermark(9))).to.equal(failure);
    }
  });
});

describe('session windows', () => {
  const sessions = EventTimeSessionWindows.withGap(10);

  it('merge, with one timer for what they became', async () => {
    const harness = await open(windowDefinition(sessions, { allowedLatenessMs: 3 }));
    for (const timestamp of [0, 15, 30]) harness.processElement(reading('a', timestamp), timestamp);
    expect(timersOf(harness)).to.have.members(['9 0:10', '12 0:10', '24 15:25', '27 15:25', '39 30:40', '42 30:40']);
    harness.processElement(reading('a', 7), 7);
    expect(timersOf(harness)).to.have.members(['24 0:25', '27 0:25', '39 30:40', '42 30:40']);
    harness.processElement(reading('a', 24), 24);
    expect(timersOf(harness)).to.have.members(['39 0:40', '42 0:40']);
    harness.processWatermark(39);
    expect(harness.records().map((text) => text.split(' ').sort())).to.deep.equal([
      ['[0,40):', '0', '15', '24', '30', '7', 'a'].sort(),
    ]);
    harness.processWatermark(100);
    expect(harness.numKeyedStateEntries()).to.equal(0);
    expect(timersOf(harness)).to.deep.equal([]);
  });

  it('merge accumulators and the state of their trigger', async () => {
    const contents = { kind: 'aggregate', fn: sum } as const;
    await verifyOperator({
      createOperator: () => windowDefinition(sessions, { contents, trigger: CountTrigger.of(3) as never }),
      keySelector: byKey,
      input: [
        { record: reading('a', 1), timestamp: 0 },
        { record: reading('a', 2), timestamp: 18 },
        { record: reading('b', 5), timestamp: 5 },
        { record: reading('a', 4), timestamp: 9 },
      ],
      expectedOutput: ['a [0,28): 7'],
    });
  });

  it('fire continuously on the earliest of the merged times', async () => {
    const harness = await open(windowDefinition(sessions, { trigger: ContinuousEventTimeTrigger.of(5) as never }));
    for (const timestamp of [12, 26, 20]) harness.processElement(reading('a', timestamp), timestamp);
    harness.processWatermark(14);
    expect(harness.records()).to.deep.equal([]);
    harness.processWatermark(15);
    expect(harness.records()).to.deep.equal(['a [12,36): 12 26 20']);
    harness.processWatermark(100);
    expect(harness.records(), 'at 15, 20, 25, 30 and 35').to.have.length(5);
    expect(harness.numKeyedStateEntries()).to.equal(0);
  });

  it('have no state per window', async () => {
    const fn: ProcessWindowFunction<unknown, string, string, TimeWindow> = {
      process: (_key, context) => {
        context.windowState.getState(valueState('x'));
      },
    };
    const harness = await open(windowDefinition(sessions, { fn: fn as never }));
    harness.processElement(reading('a', 1), 1);
    expect(() => harness.processWatermark(100))
      .to.throw()
      .with.property('code', 'WINDOW_STATE_WHILE_MERGING');
  });

  it('need accumulators that merge', async () => {
    const { merge: _, ...withoutMerge } = sum;
    const harness = await open(windowDefinition(sessions, { contents: { kind: 'aggregate', fn: withoutMerge } }));
    harness.processElement(reading('a', 1), 0);
    harness.processElement(reading('a', 1), 18);
    expect(() => harness.processElement(reading('a', 1), 9))
      .to.throw()
      .with.property('code', 'AGGREGATE_CANNOT_MERGE');
  });

  it('follow processing time as well', async () => {
    const harness = await open(windowDefinition(ProcessingTimeSessionWindows.withGap(10)));
    harness.processElement(reading('a', 1));
    harness.setProcessingTime(6);
    harness.processElement(reading('a', 2));
    harness.setProcessingTime(14);
    expect(harness.records()).to.deep.equal([]);
    harness.setProcessingTime(15);
    expect(harness.records()).to.deep.equal(['a [0,16): 1 2']);
    expect(harness.numKeyedStateEntries()).to.equal(0);
  });
});

describe('processing-time windows', () => {
  it('fire by the clock, without event time and whatever the watermark', async () => {
    await verifyOperator({
      createOperator: () => windowDefinition(TumblingProcessingTimeWindows.of(10)),
      keySelector: byKey,
      input: [
        { record: reading('a', 1) },
        { watermark: 1_000 },
        { processingTime: 8 },
        { record: reading('a', 2), timestamp: 3 },
        { processingTime: 9 },
        { record: reading('a', 3) },
        { processingTime: 30 },
        { record: reading('b', 4) },
        { processingTime: 100 },
      ],
      expectedOutput: ['a [0,10): 1 2', 'a [0,10): 3', 'b [30,40): 4'],
    });
  });

  it('slide', async () => {
    const harness = await open(windowDefinition(SlidingProcessingTimeWindows.of(10, 5)), { processingTime: 12 });
    harness.processElement(reading('a', 1));
    harness.setProcessingTime(100);
    expect(harness.records()).to.deep.equal(['a [5,15): 1', 'a [10,20): 1']);
    expect(harness.numKeyedStateEntries()).to.equal(0);
  });
});

describe('triggers', () => {
  const count: Partial<WindowDefinition> = {
    trigger: CountTrigger.of(2) as never,
    fn: {
      process: (key, _context, elements, out) =>
        out.collect(`${String(key)}: ${(elements as Reading[]).map(({ value }) => value).join(' ')}`),
    },
  };

  it('fire and keep, or fire and purge, the one window of everything', async () => {
    const input = [1, 2, 3, 4].map((value) => ({ record: reading('a', value) }));
    const common = { keySelector: byKey, input, ordered: true };
    await verifyOperator({
      ...common,
      createOperator: () => windowDefinition(GlobalWindows.create(), count),
      expectedOutput: ['a: 1 2', 'a: 1 2 3 4'],
    });
    const purging = { ...count, trigger: PurgingTrigger.of(CountTrigger.of(2)) as never };
    await verifyOperator({
      ...common,
      createOperator: () => windowDefinition(GlobalWindows.create(), purging),
      expectedOutput: ['a: 1 2', 'a: 3 4'],
    });
  });

  it('leave no timers or state behind when the window goes', async () => {
    const harness = await open(
      windowDefinition(tumbling, { trigger: ContinuousEventTimeTrigger.of(4) as never, allowedLatenessMs: 100 }),
    );
    harness.processElement(reading('a', 1), 1);
    harness.processWatermark(9);
    expect(harness.records()).to.have.length(3);
    expect(harness.numKeyedStateEntries()).to.be.greaterThan(0);
    harness.processWatermark(109);
    expect(harness.numKeyedStateEntries()).to.equal(0);
    expect(timersOf(harness)).to.deep.equal([]);
  });

  it('are asked to clear up when the window goes', async () => {
    const defaultTrigger = disguised(tumbling.getDefaultTrigger());
    const trigger: typeof defaultTrigger = {
      ...defaultTrigger,
      onElement: (value, timestamp, window, context) => {
        context.registerEventTimeTimer(1_000);
        return defaultTrigger.onElement(value, timestamp, window, context);
      },
      clear: (_window, context) => context.deleteEventTimeTimer(1_000),
    };
    const harness = await open(windowDefinition(tumbling, { trigger: trigger as never }));
    harness.processElement(reading('a', 1), 1);
    harness.processWatermark(9);
    expect(timersOf(harness)).to.deep.equal([]);
  });

  it('may use the clock, which does not end windows of event time', async () => {
    const defaultTrigger = disguised(tumbling.getDefaultTrigger());
    const trigger: typeof defaultTrigger = {
      ...defaultTrigger,
      onElement: (value, timestamp, window, context) => {
        context.registerProcessingTimeTimer(window.maxTimestamp());
        return defaultTrigger.onElement(value, timestamp, window, context);
      },
      onProcessingTime: () => 'FIRE',
    };
    const harness = await open(windowDefinition(tumbling, { trigger: trigger as never }));
    harness.processElement(reading('a', 1), 1);
    harness.setProcessingTime(9);
    harness.processElement(reading('a', 2), 2);
    harness.processWatermark(9);
    expect(harness.records()).to.deep.equal(['a [0,10): 1', 'a [0,10): 1 2']);
  });

  it('of one window do not disturb those of another', async () => {
    const harness = await open(windowDefinition(tumbling, { trigger: CountTrigger.of(2) as never }));
    for (const timestamp of [1, 11, 2, 21, 12]) harness.processElement(reading('a', timestamp), timestamp);
    expect(harness.records()).to.deep.equal(['a [0,10): 1 2', 'a [10,20): 11 12']);
  });

  it('that return nothing are refused by name', async () => {
    const trigger = {
      ...disguised(tumbling.getDefaultTrigger()),
      description: 'MyTrigger',
      onElement: () => undefined,
    };
    const harness = await open(windowDefinition(tumbling, { trigger: trigger as never }));
    expect(() => harness.processElement(reading('a', 1), 1))
      .to.throw('trigger MyTrigger')
      .with.property('code', 'INVALID_TRIGGER_RESULT');
  });

  it('may purge without firing', async () => {
    const trigger = {
      ...disguised(tumbling.getDefaultTrigger()),
      onElement: (value: Reading) => (value.value === 0 ? 'PURGE' : 'CONTINUE'),
    };
    const harness = await open(windowDefinition(tumbling, { trigger: trigger as never }));
    for (const value of [1, 0]) harness.processElement(reading('a', value), 1);
    harness.processWatermark(9);
    expect(harness.records()).to.deep.equal([]);
    expect(harness.numKeyedStateEntries()).to.equal(0);
  });
});

describe('window assigners', () => {
  it('of one’s own may return time windows of any size, but no windows of another kind', async () => {
    const own = {
      ...tumbling,
      description: 'Own',
      isEventTime: true,
      isMerging: false,
      getDefaultTrigger: () => tumbling.getDefaultTrigger(),
    };
    const { fixedSize: _, ...anySize } = own;
    const growing = {
      ...anySize,
      assignWindows: (value: Reading, timestamp: number) =>
        tumbling.assignWindows(value, timestamp).map((window) => window.cover(window)),
    };
    const harness = await open(windowDefinition(growing as never));
    harness.processElement(reading('a', 1), 1);
    harness.processWatermark(9);
    expect(harness.records()).to.deep.equal(['a [0,10): 1']);
    const strange = { ...anySize, assignWindows: () => [{ maxTimestamp: () => 5 }] };
    const refusing = await open(windowDefinition(strange as never));
    expect(() => refusing.processElement(reading('a', 1), 1))
      .to.throw()
      .with.property('code', 'UNSUPPORTED_WINDOW');
  });
});

describe('aggregates', () => {
  it('may return another accumulator or change the one they got', async () => {
    const fresh: AggregateFunction<Reading, number, number> = {
      createAccumulator: () => 0,
      add: (value, total) => total + value.value,
      getResult: (total) => total,
    };
    for (const fn of [fresh, sum]) {
      const harness = await open(windowDefinition(tumbling, { contents: { kind: 'aggregate', fn }, fn: undefined }));
      for (const value of [1, 2, 3]) harness.processElement(reading('a', value), value);
      harness.processWatermark(9);
      expect(harness.records()).to.deep.equal([6]);
    }
  });
});
