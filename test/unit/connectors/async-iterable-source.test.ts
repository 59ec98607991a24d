import { expect } from 'chai';
import { fromAsyncIterable } from '../../../src/connectors/async-iterable-source.js';
import { failureOf } from './failure-of.js';
import { readToEnd, SourceDriver } from './source-driver.js';

async function* countTo(end: number): AsyncGenerator<number> {
  for (let n = 0; n < end; n++) yield n;
}

describe('fromAsyncIterable', () => {
  it('emits what the iterable yields, in order, and ends with it', async () => {
    expect(await readToEnd(fromAsyncIterable(() => countTo(5_000)))).to.deep.equal(
      Array.from({ length: 5_000 }, (_, n) => n),
    );
  });

  it('takes synchronous iterables', async () => {
    expect(await readToEnd(fromAsyncIterable(() => new Set(['a', 'b'])))).to.deep.equal(['a', 'b']);
  });

  it('has one reader', () => {
    expect(fromAsyncIterable(() => countTo(1)).maxParallelism).to.equal(1);
  });

  it('asks for no more than may wait', async () => {
    let asked = 0;
    const source = fromAsyncIterable(
      async function* () {
        for (;;) yield asked++;
      },
      { prefetchRecords: 10, boundedness: 'CONTINUOUS_UNBOUNDED' },
    );
    expect(source.boundedness).to.equal('CONTINUOUS_UNBOUNDED');
    const driver = new SourceDriver(source, 1);
    await driver.start();
    await driver.pollUntil(0, 3);
    for (let turn = 0; turn < 200; turn++) await Promise.resolve();
    expect(asked).to.be.at.most(3 + 11);
    await driver.readerAt(0).close?.();
  });

  it('skips what was emitted before when it goes on from a snapshot', async () => {
    const source = fromAsyncIterable(() => countTo(10));
    const before = new SourceDriver(source, 1);
    await before.start();
    await before.pollUntil(0, 4);
    const after = new SourceDriver(source, 1, { enumerator: before.enumerator.snapshotState(1) });
    await after.start([before.readerAt(0).snapshotState(1)]);
    expect((await after.pollToEnd()).flat()).to.deep.equal([4, 5, 6, 7, 8, 9]);
  });

  it('fails with the reason of the iterable', async () => {
    const source = fromAsyncIterable(async function* () {
      yield 1;
      throw new Error('feed closed');
    });
    expect((await failureOf(() => readToEnd(source))).message).to.contain('feed closed');
  });
});
