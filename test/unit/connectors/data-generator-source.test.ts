import { expect } from 'chai';
import { DataGeneratorSource } from '../../../src/connectors/data-generator-source.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';
import { failureOf } from './failure-of.js';
import { readToEnd, SourceDriver } from './source-driver.js';

describe('DataGeneratorSource', () => {
  it('generates every index once, whatever the parallelism', async () => {
    for (const parallelism of [1, 2, 3, 8]) {
      const records = await readToEnd(new DataGeneratorSource((index) => `#${index}`, 5), parallelism);
      expect([...records].sort()).to.deep.equal(['#0', '#1', '#2', '#3', '#4']);
    }
  });

  it('ends at once when there is nothing to generate', async () => {
    expect(await readToEnd(new DataGeneratorSource((index) => index, 0), 2)).to.deep.equal([]);
  });

  it('keeps the rate over all readers together, and says when there is more', async () => {
    const clock = new ManualClock();
    const source = new DataGeneratorSource((index) => index, 1_000_000, { recordsPerSecond: 100, clock });
    const driver = new SourceDriver(source, 2);
    await driver.start();
    const emitted = (): number => driver.readers.reduce((sum, { records }) => sum + records.length, 0);
    for (const [elapsedMs, expected] of [
      [0, 0],
      [1_000, 100],
      [1_500, 150],
      [10_000, 1_000],
    ] as const) {
      clock.advance(elapsedMs - clock.monotonic());
      for (const subtask of [0, 1]) while (driver.poll(subtask, 7) === 'MORE_AVAILABLE');
      expect(emitted(), `after ${elapsedMs} ms`).to.equal(expected);
    }
    let isAnnounced = false;
    const announced = driver
      .readerAt(0)
      .isAvailable()
      .then(() => {
        isAnnounced = true;
      });
    clock.advance(19);
    await Promise.resolve();
    expect(isAnnounced).to.equal(false);
    clock.advance(1);
    await announced;
    expect(driver.poll(0, 7)).to.equal('MORE_AVAILABLE');
    expect(emitted()).to.equal(1_001);
  });

  it('goes on from a snapshot', async () => {
    const source = new DataGeneratorSource((index) => index, 10);
    const before = new SourceDriver(source, 2);
    await before.start();
    await before.pollUntil(0, 3);
    await before.pollUntil(1, 1);
    const after = new SourceDriver(source, 2, { enumerator: before.enumerator.snapshotState(1) });
    await after.start(before.readers.map(({ reader }) => reader.snapshotState(1)));
    expect((await after.pollToEnd()).flat()).to.deep.equal([3, 4, 6, 7, 8, 9]);
  });

  it('refuses a count or a rate that makes no sense', async () => {
    for (const [count, recordsPerSecond] of [
      [-1, 1],
      [Number.NaN, 1],
      [1.5, 1],
      [1, 0],
      [1, Number.NaN],
    ] as const) {
      const error = await failureOf(() => new DataGeneratorSource((index) => index, count, { recordsPerSecond }));
      expect(error.code).to.equal('ILLEGAL_ARGUMENT');
    }
  });
});
