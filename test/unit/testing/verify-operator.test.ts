import { expect } from 'chai';
import type { OneInputOperator, OperatorContext } from '../../../src/operators/stream-operator.js';
import { verifyOperator, type VerifyOperatorOptions } from '../../../src/testing/verify-operator.js';

const INPUT = [{ record: 1 }, { record: 2 }, { watermark: 5 }, { record: 3 }];

function operator(context: OperatorContext, overrides: Partial<OneInputOperator>): OneInputOperator {
  return {
    processElement: (value, timestamp) => context.output.collect(value, timestamp),
    processWatermark: (timestamp) => context.output.emitWatermark(timestamp),
    processIdle: (isIdle) => context.output.emitIdle(isIdle),
    ...overrides,
  };
}

async function failureOf(
  options: Partial<VerifyOperatorOptions> & Pick<VerifyOperatorOptions, 'createOperator'>,
): Promise<string> {
  return verifyOperator({ input: INPUT, ...options }).then(
    () => 'passed',
    (error: Error) => error.message,
  );
}

describe('verifyOperator', () => {
  it('passes an operator that behaves, and returns what it emitted', async () => {
    const output = await verifyOperator({
      createOperator: () => (context) => operator(context, {}),
      input: INPUT,
      expectedOutput: [3, 1, 2],
    });
    expect(output.map((element) => ('value' in element ? element.value : element.type))).to.deep.equal([
      1,
      2,
      'watermark',
      3,
      'watermark',
    ]);
  });

  it('shows what is not as expected', async () => {
    const createOperator = () => (context: OperatorContext) => operator(context, {});
    expect(await failureOf({ createOperator, expectedOutput: [1, 2, 4] })).to.match(
      /^the output is not what was expected:\n\[ 1, 2, 3 \]\ninstead of\n\[ 1, 2, 4 \]/,
    );
    expect(await failureOf({ createOperator, expectedOutput: [2, 1, 3], ordered: true })).to.contain(
      'not what was expected',
    );
  });

  it('finds a watermark that overtakes the work before it', async () => {
    const createOperator = () => (context: OperatorContext) => {
      const kept: unknown[] = [];
      return operator(context, {
        processElement: (value) => {
          kept.push(value);
        },
        processWatermark(timestamp) {
          context.runResumable(() => {
            if (kept.length === 0) return true;
            context.output.collect(kept.shift(), timestamp);
            return false;
          });
          context.output.emitWatermark(timestamp);
        },
      });
    };
    expect(await failureOf({ createOperator })).to.contain("scenario 'tiny output' gives another output");
  });

  it('finds work that goes on between records', async () => {
    const createOperator = () => (context: OperatorContext) =>
      operator(context, {
        processElement: (value, timestamp) => {
          void Promise.resolve().then(() => context.output.collect(value, timestamp));
        },
      });
    expect(await failureOf({ createOperator })).to.contain("scenario 'one by one' gives another output");
  });

  it('finds an operator that forgets something when its input goes idle', async () => {
    const createOperator = () => (context: OperatorContext) => {
      let count = 0;
      return operator(context, {
        processElement: (_value, timestamp) => context.output.collect(++count, timestamp),
        processIdle: () => {
          count = 0;
        },
      });
    };
    expect(await failureOf({ createOperator })).to.contain("scenario 'idle input' gives another output");
  });

  it('finds a snapshot that changes what follows', async () => {
    const createOperator = () => (context: OperatorContext) => {
      let count = 0;
      return operator(context, {
        processElement: (_value, timestamp) => context.output.collect(++count, timestamp),
        snapshotState: () => ({ watermark: count++ }),
      });
    };
    expect(await failureOf({ createOperator })).to.contain("scenario 'snapshot' gives another output");
  });

  it('finds what a restart loses', async () => {
    const createOperator = () => (context: OperatorContext) => {
      let count = 0;
      return operator(context, { processElement: (_value, timestamp) => context.output.collect(++count, timestamp) });
    };
    expect(await failureOf({ createOperator })).to.contain("scenario 'restore after every event' gives another output");
    expect(await failureOf({ createOperator, except: ['restore after every event'] })).to.equal('passed');
  });
});
