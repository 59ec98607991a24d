import { expect } from 'chai';
import type {
  CoProcessFunction,
  KeyedCoProcessFunction,
  KeyedProcessFunction,
  ProcessFunction,
} from '../../../src/api/functions.js';
import { OutputTag } from '../../../src/api/output-tag.js';
import type { RuntimeContext } from '../../../src/api/runtime-context.js';
import { listState, type ValueState, valueState } from '../../../src/api/state.js';
import { verifyOperator } from '../../../src/testing/verify-operator.js';
import { byKey, oneInput, type Reading, reading, thrownBy, twoInputs } from './operator-fixture.js';

const ODD = new OutputTag<string>('odd');

describe('ProcessOperator', () => {
  const fn: ProcessFunction<number, string> = {
    processElement(value, context, out) {
      if (value % 2 === 1) context.output(ODD, `odd ${value}`);
      else out.collect(`${value} at ${context.timestamp} after ${context.timerService.currentWatermark()}`);
    },
  };

  it('sees the time and emits to main and side outputs', async () => {
    const output = await verifyOperator({
      createOperator: () => ({ kind: 'process', fn }),
      input: [{ record: 2 }, { record: 1, timestamp: 10 }, { watermark: 5 }, { record: 4, timestamp: 20 }],
      expectedOutput: ['2 at undefined after -Infinity', '4 at 20 after 5'],
      expectedSideOutput: [{ tag: ODD as OutputTag<never>, records: ['odd 1'] }],
      ordered: true,
    });
    expect(output[1]).to.deep.equal({ type: 'side', tag: 'odd', value: 'odd 1', timestamp: 10 });
  });

  it('knows processing time, but has no timers', async () => {
    const seen: number[] = [];
    const harness = await oneInput(
      {
        kind: 'process',
        fn: {
          processElement: (_value, context) => {
            seen.push(context.timerService.currentProcessingTime());
            context.timerService.registerEventTimeTimer(1);
          },
        },
      },
      { processingTime: 77 },
    );
    expect(() => harness.processElement(1))
      .to.throw('not keyed')
      .with.property('code', 'TIMER_WITHOUT_KEY');
    expect(seen).to.deep.equal([77]);
  });

  it('refuses keyed state', async () => {
    const harness = await oneInput({
      kind: 'map',
      fn: {
        open: (context: RuntimeContext) => {
          context.getState(valueState('s'));
        },
        map: (n: number) => n,
      },
    }).catch((error: unknown) => error);
    expect(harness).to.have.property('code', 'KEYED_STATE_ON_NON_KEYED_STREAM');
  });

  it('refuses an asynchronous function', async () => {
    const harness = await oneInput({ kind: 'process', fn: { processElement: (async () => undefined) as never } });
    expect(() => harness.processElement(1))
      .to.throw()
      .with.property('code', 'ASYNC_RESULT');
  });
});

/** Counts per key and, a second of event time after the last record, emits the count and forgets the key. */
class CountUntilQuiet implements KeyedProcessFunction<string, Reading, string> {
  private count!: ValueState<number>;
  private last!: ValueState<number>;

  open(context: RuntimeContext): void {
    this.count = context.getState(valueState('count', 0));
    this.last = context.getState(valueState('last', 0));
  }

  processElement(
    _value: Reading,
    context: Parameters<KeyedProcessFunction<string, Reading, string>['processElement']>[1],
  ): void {
    this.count.update((this.count.value() ?? 0) + 1);
    context.timerService.deleteEventTimeTimer((this.last.value() ?? 0) + 1_000);
    this.last.update(context.timestamp ?? 0);
    context.timerService.registerEventTimeTimer((context.timestamp ?? 0) + 1_000);
  }

  onTimer(timestamp: number, context: { readonly currentKey: string }, out: { collect(value: string): void }): void {
    out.collect(`${context.currentKey}: ${this.count.value()} until ${timestamp}`);
    this.count.clear();
    this.last.clear();
  }
}

describe('KeyedProcessOperator', () => {
  it('fires the timers of each key with its state, however it is run', async () => {
    const output = await verifyOperator({
      createOperator: () => ({ kind: 'keyedProcess', fn: new CountUntilQuiet() as never }),
      keySelector: byKey,
      input: [
        { record: reading('a', 1), timestamp: 0 },
        { record: reading('b', 1), timestamp: 100 },
        { record: reading('a', 1), timestamp: 600 },
        { watermark: 1_100 },
        { record: reading('c', 1), timestamp: 1_200 },
        { watermark: 1_600 },
        { record: reading('a', 1), timestamp: 1_700 },
      ],
      expectedOutput: ['b: 1 until 1100', 'a: 2 until 1600', 'c: 1 until 2200', 'a: 1 until 2700'],
      ordered: true,
    });
    expect(output.slice(0, 2)).to.deep.equal([
      { type: 'record', value: 'b: 1 until 1100', timestamp: 1_100 },
      { type: 'watermark', timestamp: 1_100 },
    ]);
  });

  it('leaves no state behind', async () => {
    const harness = await oneInput<Reading>(
      { kind: 'keyedProcess', fn: new CountUntilQuiet() as never },
      { keySelector: byKey },
    );
    harness.processElement(reading('a', 1), 0);
    expect(harness.numKeyedStateEntries()).to.equal(2);
    harness.processWatermark(1_000);
    expect(harness.numKeyedStateEntries()).to.equal(0);
  });

  const ticking: KeyedProcessFunction<string, Reading, string> = {
    processElement(value, context) {
      context.timerService.registerProcessingTimeTimer(context.timerService.currentProcessingTime() + value.value);
    },
    onTimer(timestamp, context, out) {
      out.collect(`${context.currentKey} ${context.timeDomain} ${timestamp} ${context.timestamp}`);
      context.output(ODD, 'side');
    },
  };

  it('fires processing-time timers, whose records have no event time', async () => {
    const harness = await oneInput<Reading>(
      { kind: 'keyedProcess', fn: ticking as never },
      { keySelector: byKey, processingTime: 50 },
    );
    harness.processElement(reading('a', 100), 5);
    harness.setProcessingTime(149);
    expect(harness.output).to.deep.equal([]);
    harness.setProcessingTime(150);
    expect(harness.output).to.deep.equal([
      { type: 'record', value: 'a PROCESSING_TIME 150 150', timestamp: undefined },
      { type: 'side', tag: 'odd', value: 'side', timestamp: undefined },
    ]);
  });

  it('keeps processing-time timers over a restart', async () => {
    await verifyOperator({
      createOperator: () => ({ kind: 'keyedProcess', fn: ticking as never }),
      keySelector: byKey,
      input: [
        { record: reading('a', 100) },
        { record: reading('b', 50) },
        { processingTime: 60 },
        { record: reading('b', 50) },
        { processingTime: 500 },
      ],
      expectedOutput: ['b PROCESSING_TIME 50 50', 'a PROCESSING_TIME 100 100', 'b PROCESSING_TIME 110 110'],
      ordered: true,
    });
  });

  it('finds a function that keeps its state to itself', async () => {
    const verification = verifyOperator({
      createOperator: () => {
        let count = 0;
        return { kind: 'keyedProcess', fn: { processElement: (_v, _c, out) => out.collect(++count) } };
      },
      keySelector: byKey,
      input: [{ record: reading('a', 1) }, { record: reading('a', 1) }],
    });
    const error = await verification.then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).to.contain("scenario 'restore after every event' gives another output");
  });

  it('ignores timers where there is no onTimer', async () => {
    const harness = await oneInput<Reading>(
      {
        kind: 'keyedProcess',
        fn: { processElement: (_value, context) => context.timerService.registerEventTimeTimer(1) },
      },
      { keySelector: byKey },
    );
    harness.processElement(reading('a', 1));
    harness.processWatermark(2);
    expect(harness.watermarks()).to.deep.equal([2]);
  });

  it('passes exceptions of timers on, and refuses promises and timers at NaN', async () => {
    const failure = new Error('boom');
    const failing = await oneInput<Reading>(
      {
        kind: 'keyedProcess',
        fn: {
          processElement: (_v, context) => context.timerService.registerEventTimeTimer(1),
          onTimer: () => {
            throw failure;
          },
        },
      },
      { keySelector: byKey },
    );
    failing.processElement(reading('a', 1));
    expect(thrownBy(() => failing.processWatermark(2))).to.equal(failure);
    const async = await oneInput<Reading>(
      {
        kind: 'keyedProcess',
        fn: {
          processElement: (_v, context) => context.timerService.registerEventTimeTimer(1),
          onTimer: (async () => undefined) as never,
        },
      },
      { keySelector: byKey },
    );
    async.processElement(reading('a', 1));
    expect(() => async.processWatermark(2))
      .to.throw()
      .with.property('code', 'ASYNC_RESULT');
    const nan = await oneInput<Reading>(
      {
        kind: 'keyedProcess',
        fn: { processElement: (_v, context) => context.timerService.registerEventTimeTimer(Number.NaN) },
      },
      { keySelector: byKey },
    );
    expect(() => nan.processElement(reading('a', 1)))
      .to.throw()
      .with.property('code', 'INVALID_TIMESTAMP');
  });

  it('refuses null and NaN keys, with the record', async () => {
    const harness = await oneInput(
      { kind: 'keyedProcess', fn: ticking as never },
      { keySelector: (value: { key: number }) => value.key },
    );
    for (const key of [null, undefined, Number.NaN, {}]) {
      expect(() => harness.processElement({ key }), String(key))
        .to.throw('of record')
        .with.property('code', 'INVALID_KEY');
    }
  });
});

describe('CoProcessOperator', () => {
  const fn: CoProcessFunction<number, string, string> = {
    processElement1: (value, context, out) => out.collect(`number ${value} ${context.timestamp}`),
    processElement2: (value, context) => context.output(ODD, `text ${value}`),
  };

  it('runs the function of the input', async () => {
    await verifyOperator({
      createOperator: () => ({ kind: 'coProcess', fn: fn as never }),
      hasTwoInputs: true,
      input: [
        { record: 1, timestamp: 5 },
        { record: 'x', input: 2 },
      ],
      expectedOutput: ['number 1 5'],
      expectedSideOutput: [{ tag: ODD as OutputTag<never>, records: ['text x'] }],
    });
  });

  it('refuses asynchronous functions', async () => {
    const harness = await twoInputs({
      kind: 'coProcess',
      fn: { processElement1: async () => undefined, processElement2: async () => undefined } as never,
    });
    expect(() => harness.processElement1(1))
      .to.throw()
      .with.property('code', 'ASYNC_RESULT');
    expect(() => harness.processElement2(1))
      .to.throw()
      .with.property('code', 'ASYNC_RESULT');
  });
});

/** Matches orders with payments of the same key; an order without payment within 100 ms goes to the side output. */
class MatchPayments implements KeyedCoProcessFunction<string, Reading, Reading, string> {
  private orders!: ReturnType<RuntimeContext['getListState']>;

  open(context: RuntimeContext): void {
    this.orders = context.getListState(listState('orders'));
  }

  processElement1(
    order: Reading,
    context: Parameters<KeyedCoProcessFunction<string, Reading, Reading, string>['processElement1']>[1],
  ): void {
    this.orders.add(order.value);
    context.timerService.registerEventTimeTimer((context.timestamp ?? 0) + 100);
  }

  processElement2(
    payment: Reading,
    context: { readonly currentKey: string },
    out: { collect(value: string): void },
  ): void {
    for (const order of this.orders.get())
      out.collect(`${context.currentKey}: order ${String(order)} paid by ${payment.value}`);
    this.orders.clear();
  }

  onTimer(
    _timestamp: number,
    context: Parameters<Required<KeyedCoProcessFunction<string, Reading, Reading, string>>['onTimer']>[1],
  ): void {
    for (const order of this.orders.get()) context.output(ODD, `${context.currentKey}: order ${String(order)} unpaid`);
    this.orders.clear();
  }
}

describe('KeyedCoProcessOperator', () => {
  it('shares state and timers of a key between its inputs', async () => {
    await verifyOperator({
      createOperator: () => ({ kind: 'keyedCoProcess', fn: new MatchPayments() as never }),
      hasTwoInputs: true,
      keySelector: byKey,
      keySelector2: byKey,
      input: [
        { record: reading('a', 1), timestamp: 0 },
        { record: reading('b', 2), timestamp: 0 },
        { record: reading('a', 10), timestamp: 50, input: 2 },
        { watermark: 200 },
        { record: reading('b', 20), timestamp: 250, input: 2 },
      ],
      expectedOutput: ['a: order 1 paid by 10'],
      expectedSideOutput: [{ tag: ODD as OutputTag<never>, records: ['b: order 2 unpaid'] }],
    });
  });
});

describe('StreamGroupedReduce', () => {
  it('emits the folded value of the key after each record', async () => {
    const output = await verifyOperator({
      createOperator: () => ({
        kind: 'reduce',
        fn: (a: Reading, b: Reading) => ({ key: a.key, value: a.value + b.value }),
      }),
      keySelector: byKey,
      input: [
        { record: reading('a', 1), timestamp: 1 },
        { record: reading('b', 10), timestamp: 2 },
        { record: reading('a', 2), timestamp: 3 },
        { record: reading('a', 3), timestamp: 4 },
      ],
      expectedOutput: [reading('a', 1), reading('b', 10), reading('a', 3), reading('a', 6)],
      ordered: true,
    });
    expect(output[2]).to.deep.equal({ type: 'record', value: reading('a', 3), timestamp: 3 });
  });

  it('refuses undefined, promises and changed records', async () => {
    const codes: unknown[] = [];
    const functions = [
      () => undefined,
      async (a: Reading) => a,
      (a: { value: number }, b: Reading) => {
        a.value += b.value;
        return a;
      },
    ];
    for (const fn of functions) {
      const harness = await oneInput<Reading>({ kind: 'reduce', fn: fn as never }, { keySelector: byKey });
      harness.processElement(reading('a', 1));
      codes.push((thrownBy(() => harness.processElement(reading('a', 2))) as { code?: string }).code);
    }
    expect(codes).to.deep.equal(['UNDEFINED_RESULT', 'ASYNC_RESULT', 'RECORD_MUTATED']);
  });
});
