import { expect } from 'chai';
import { IntCounter } from '../../../src/index.js';
import type { OneInputOperator, OperatorContext } from '../../../src/operators/stream-operator.js';
import {
  OneInputOperatorTestHarness,
  TwoInputOperatorTestHarness,
} from '../../../src/testing/operator-test-harness.js';

const identity = (record: unknown) => record;

/** Emits a record a millisecond of processing time until 100, in work of one record a piece. */
function ticking(context: OperatorContext): OneInputOperator {
  return {
    processElement: (value, timestamp) => context.output.collect(value, timestamp),
    processIdle: (isIdle) => context.output.emitIdle(isIdle),
    processWatermark: (timestamp) => {
      let left = 3;
      context.runResumable(() => {
        if (left-- > 0) context.output.collect(`piece ${left}`, timestamp);
        else context.output.emitWatermark(timestamp);
        return left < 0;
      });
    },
  };
}

describe('OperatorTestHarness', () => {
  it('shows all that was emitted, in order, until it is cleared', async () => {
    const harness = new OneInputOperatorTestHarness({ kind: 'map', fn: identity });
    await harness.open();
    harness.processElement('a', 5);
    harness.processWatermark(4);
    harness.processIdle(true);
    expect(harness.output).to.deep.equal([
      { type: 'record', value: 'a', timestamp: 5 },
      { type: 'watermark', timestamp: 4 },
      { type: 'idle', isIdle: true },
    ]);
    harness.clearOutput();
    expect([harness.records(), harness.watermarks()]).to.deep.equal([[], []]);
  });

  it('finishes interrupted work before it returns', async () => {
    for (const outputCapacity of ['unbounded', 'one'] as const) {
      const harness = new OneInputOperatorTestHarness(ticking, { outputCapacity });
      await harness.open();
      harness.processWatermark(7);
      expect(harness.records()).to.deep.equal(['piece 2', 'piece 1', 'piece 0']);
      expect(harness.output.at(-1)).to.deep.equal({ type: 'watermark', timestamp: 7 });
    }
  });

  it('freezes records on the way in and on the way out', async () => {
    const harness = new OneInputOperatorTestHarness({
      kind: 'map',
      fn: (record: { n: number }) => ({ deep: [record.n] }),
    });
    await harness.open();
    const record = { n: 1 };
    harness.processElement(record);
    expect(Object.isFrozen(record)).to.equal(true);
    expect(harness.records()).to.satisfy((records: { deep: number[] }[]) => Object.isFrozen(records[0]?.deep));
  });

  it('refuses to turn the clock back, and the wrong number of inputs', async () => {
    const harness = new OneInputOperatorTestHarness({ kind: 'map', fn: identity }, { processingTime: 10 });
    expect(() => harness.setProcessingTime(9)).to.throw('processing time goes from 10 back to 9');
    expect(() => new TwoInputOperatorTestHarness({ kind: 'map', fn: identity })).to.throw(
      'OneInputOperatorTestHarness',
    );
    const coMap = { kind: 'coMap', fn: { map1: identity, map2: identity } } as const;
    expect(() => new OneInputOperatorTestHarness(coMap)).to.throw('TwoInputOperatorTestHarness');
  });

  it('closes an operator once', async () => {
    let closed = 0;
    const harness = new OneInputOperatorTestHarness((context) => ({
      ...ticking(context),
      close: () => {
        closed++;
      },
    }));
    await harness.open();
    await harness.close();
    await harness.close();
    expect(closed).to.equal(1);
  });

  it('shows what the accumulators of the function have counted', async () => {
    const seen = new IntCounter();
    const harness = new OneInputOperatorTestHarness({
      kind: 'filter',
      fn: {
        open: (context) => context.addAccumulator('seen', seen),
        filter: () => {
          seen.add(1);
          return false;
        },
      },
    });
    await harness.open();
    for (const record of [1, 2, 3]) harness.processElement(record);
    expect(harness.accumulators()).to.deep.equal({ seen: 3 });
  });
});
