import { expect } from 'chai';
import type { Collector } from '../../../src/api/functions.js';
import type { OperatorDefinition } from '../../../src/api/transformation.js';
import { createOperator } from '../../../src/operators/operator-registry.js';
import { HarnessContext } from '../../../src/testing/harness-context.js';
import { verifyOperator } from '../../../src/testing/verify-operator.js';
import { oneInput, thrownBy, twoInputs } from './operator-fixture.js';

const NUMBERS = [1, 2, 3, 4].map((record) => ({ record, timestamp: record * 10 }));

describe('StreamMap', () => {
  it('replaces each record and keeps its timestamp', async () => {
    const output = await verifyOperator({
      createOperator: () => ({ kind: 'map', fn: (n: number) => n * 2 }),
      input: [...NUMBERS, { watermark: 35 }],
      expectedOutput: [2, 4, 6, 8],
      ordered: true,
    });
    expect(output.slice(3)).to.deep.equal([
      { type: 'record', value: 8, timestamp: 40 },
      { type: 'watermark', timestamp: 35 },
      { type: 'watermark', timestamp: Number.POSITIVE_INFINITY },
    ]);
  });

  it('calls the method of an object on that object', async () => {
    const fn = {
      factor: 3,
      map(n: number) {
        return n * this.factor;
      },
    };
    const harness = await oneInput({ kind: 'map', fn });
    harness.processElement(2);
    expect(harness.output).to.deep.equal([{ type: 'record', value: 6, timestamp: undefined }]);
  });

  it('lets null, false, 0 and the empty string pass', async () => {
    const harness = await oneInput({ kind: 'map', fn: (n: unknown) => n });
    for (const value of [null, false, 0, '']) harness.processElement(value);
    expect(harness.records()).to.deep.equal([null, false, 0, '']);
  });

  it('names operator and record when the function returns nothing', async () => {
    const harness = await oneInput({ kind: 'map', fn: () => undefined }, { name: 'Parse' });
    expect(() => harness.processElement({ line: 'x' }))
      .to.throw("operator 'Parse' returned undefined for record { line: 'x' }")
      .with.property('code', 'UNDEFINED_RESULT');
  });

  it('refuses promises, also home-made ones', async () => {
    for (const fn of [async (n: number) => n, () => ({ then: () => undefined })]) {
      const harness = await oneInput({ kind: 'map', fn });
      expect(() => harness.processElement(1))
        .to.throw('returned a promise')
        .with.property('code', 'ASYNC_RESULT');
    }
  });

  it('passes exceptions of the function on as they are', async () => {
    const failure = new RangeError('too big');
    const harness = await oneInput({
      kind: 'map',
      fn: () => {
        throw failure;
      },
    });
    expect(thrownBy(() => harness.processElement(1))).to.equal(failure);
  });

  it('finds a record that is changed', async () => {
    const harness = await oneInput({
      kind: 'map',
      fn: (record: { n: number; deep: number[] }) => {
        record.deep.push(1);
        return record;
      },
    });
    expect(() => harness.processElement({ n: 1, deep: [] }))
      .to.throw()
      .with.property('code', 'RECORD_MUTATED');
  });

  it('passes idleness on', async () => {
    const harness = await oneInput({ kind: 'map', fn: (n: number) => n });
    harness.processIdle(true);
    harness.processIdle(false);
    expect(harness.output).to.deep.equal([
      { type: 'idle', isIdle: true },
      { type: 'idle', isIdle: false },
    ]);
  });
});

describe('StreamFilter', () => {
  it('lets records pass for which the predicate holds', async () => {
    await verifyOperator({
      createOperator: () => ({ kind: 'filter', fn: (n: number) => n % 2 === 0 }),
      input: NUMBERS,
      expectedOutput: [2, 4],
      ordered: true,
    });
  });

  it('refuses a promise, which would hold always', async () => {
    const harness = await oneInput({ kind: 'filter', fn: (async () => false) as never });
    expect(() => harness.processElement(1))
      .to.throw()
      .with.property('code', 'ASYNC_RESULT');
  });
});

describe('StreamFlatMap', () => {
  it('emits what the function collects, with the timestamp of the record', async () => {
    const output = await verifyOperator({
      createOperator: () => ({
        kind: 'flatMap',
        fn: {
          flatMap: (n: number, out: Collector<number>) => {
            for (let i = 1; i < n; i++) out.collect(n);
          },
        },
      }),
      input: NUMBERS,
      expectedOutput: [2, 3, 3, 4, 4, 4],
      ordered: true,
    });
    expect(output[1]).to.deep.equal({ type: 'record', value: 3, timestamp: 30 });
  });

  it('refuses an asynchronous function', async () => {
    const harness = await oneInput({ kind: 'flatMap', fn: (async () => undefined) as never });
    expect(() => harness.processElement(1))
      .to.throw()
      .with.property('code', 'ASYNC_RESULT');
  });

  it('refuses records that are emitted after the call', async () => {
    let kept: Collector<number> | undefined;
    const harness = await oneInput({
      kind: 'flatMap',
      fn: (_: number, out: Collector<number>) => {
        kept = out;
      },
    });
    harness.processElement(1);
    expect(() => kept?.collect(1))
      .to.throw('after its function had returned')
      .with.property('code', 'COLLECTOR_CLOSED');
  });
});

describe('CoStreamMap and CoStreamFlatMap', () => {
  it('run the function of the input', async () => {
    const map = await twoInputs({
      kind: 'coMap',
      fn: { map1: (n: number) => `one ${n}`, map2: (n: number) => `two ${n}` },
    });
    const flatMap = await twoInputs({
      kind: 'coFlatMap',
      fn: {
        flatMap1: (n: number, out: Collector<number>) => out.collect(n),
        flatMap2: (n: number, out: Collector<number>) => [n, n].forEach((copy) => out.collect(copy)),
      },
    });
    for (const harness of [map, flatMap]) {
      harness.processElement1(1, 10);
      harness.processElement2(2, 20);
      harness.processWatermark(5);
    }
    expect(map.output).to.deep.equal([
      { type: 'record', value: 'one 1', timestamp: 10 },
      { type: 'record', value: 'two 2', timestamp: 20 },
      { type: 'watermark', timestamp: 5 },
    ]);
    expect(flatMap.records()).to.deep.equal([1, 2, 2]);
  });

  it('refuse undefined and promises', async () => {
    const map = await twoInputs({ kind: 'coMap', fn: { map1: () => undefined, map2: async () => 1 } });
    expect(() => map.processElement1(1))
      .to.throw()
      .with.property('code', 'UNDEFINED_RESULT');
    expect(() => map.processElement2(1))
      .to.throw()
      .with.property('code', 'ASYNC_RESULT');
    const flatMap = await twoInputs({
      kind: 'coFlatMap',
      fn: { flatMap1: async () => undefined, flatMap2: async () => undefined } as never,
    });
    expect(() => flatMap.processElement1(1))
      .to.throw()
      .with.property('code', 'ASYNC_RESULT');
    expect(() => flatMap.processElement2(1))
      .to.throw()
      .with.property('code', 'ASYNC_RESULT');
  });
});

describe('user functions', () => {
  it('are opened before and closed after, once, and may take their time', async () => {
    const calls: string[] = [];
    const fn = {
      async open(context: { jobName: string }) {
        await Promise.resolve();
        calls.push(`open ${context.jobName}`);
      },
      map(n: number) {
        calls.push(`map ${n}`);
        return n;
      },
      async close() {
        await Promise.resolve();
        calls.push('close');
      },
    };
    const harness = await oneInput({ kind: 'map', fn });
    harness.processElement(1);
    await harness.operator.close?.(false);
    await harness.operator.close?.(false);
    expect(calls).to.deep.equal(['open test', 'map 1', 'close']);
  });

  it('are closed after a failed open, and not when open was never called', async () => {
    const calls: string[] = [];
    const fn = {
      open: () => Promise.reject(new Error('no database')),
      map: (n: number) => n,
      close: () => {
        calls.push('close');
      },
    };
    const failing = createOperator({ kind: 'map', fn }, context());
    await Promise.resolve(failing.open?.()).catch(() => calls.push('failed'));
    await failing.close?.(true);
    expect(calls).to.deep.equal(['failed', 'close']);
    await createOperator({ kind: 'map', fn }, context()).close?.(true);
    expect(calls).to.have.length(2);
  });

  it('without their method are refused by name', () => {
    const broken: OperatorDefinition[] = [
      { kind: 'map', fn: {} as never },
      { kind: 'filter', fn: undefined as never },
      { kind: 'flatMap', fn: { map: 1 } as never },
      { kind: 'process', fn: (() => 1) as never },
      { kind: 'coMap', fn: { map1: () => 1 } as never },
      { kind: 'coFlatMap', fn: null as never },
      { kind: 'coProcess', fn: {} as never },
      { kind: 'broadcastProcess', fn: { processElement: () => 1 } as never, states: [] },
    ];
    for (const definition of broken) {
      expect(() => createOperator(definition, context()), definition.kind)
        .to.throw("operator 'op'")
        .with.property('code', 'INVALID_FUNCTION');
    }
  });

  it('with keyed state need a keyed stream', () => {
    const keyed: OperatorDefinition[] = [
      { kind: 'reduce', fn: (a: number, b: number) => a + b },
      { kind: 'keyedProcess', fn: { processElement: () => undefined } },
    ];
    for (const definition of keyed) {
      expect(() => createOperator(definition, context()))
        .to.throw()
        .with.property('code', 'KEYED_STATE_ON_NON_KEYED_STREAM');
    }
  });
});

function context(): HarnessContext {
  return new HarnessContext({
    name: 'op',
    processingTime: 0,
    autoWatermarkIntervalMs: 200,
    maxParallelism: 8,
    outputCapacity: 'unbounded',
    keyedState: undefined,
  });
}
