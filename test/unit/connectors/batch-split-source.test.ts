import { expect } from 'chai';
import fc from 'fast-check';
import { BatchSplitSource } from '../../../src/connectors/batch-split-source.js';
import { failureOf } from './failure-of.js';
import { readToEnd, SourceDriver } from './source-driver.js';

interface Numbers {
  readonly splitId: string;
  readonly batches: readonly (readonly number[])[];
}

function sourceOf(splits: readonly Numbers[], prefetchRecords = 8): BatchSplitSource<number, Numbers> {
  return new BatchSplitSource({
    description: 'numbers',
    prefetchRecords,
    splits: async () => splits,
    async *read(split) {
      yield* split.batches;
    },
  });
}

/** `count` splits with ten records each: 0…9, 10…19, … */
function tens(count: number): readonly Numbers[] {
  return Array.from({ length: count }, (_, split) => ({
    splitId: `split-${split}`,
    batches: [[0, 1, 2], [], [3, 4, 5, 6, 7, 8], [9]].map((batch) => batch.map((n) => split * 10 + n)),
  }));
}

describe('BatchSplitSource', () => {
  it('emits every record of every split once, in order, with one reader', async () => {
    expect(await readToEnd(sourceOf(tens(3)))).to.deep.equal(Array.from({ length: 30 }, (_, n) => n));
  });

  it('hands splits out in list order to whoever asks next', async () => {
    const driver = new SourceDriver(sourceOf(tens(7)), 3);
    await driver.start();
    const perReader = await driver.pollToEnd(4);
    expect(driver.assigned.map((assignment) => assignment.split(':')[1])).to.deep.equal(
      tens(7).map(({ splitId }) => splitId),
    );
    for (const records of perReader) expect(records).to.deep.equal([...records].sort((a, b) => a - b));
    expect(perReader.flat().sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 70 }, (_, n) => n));
  });

  it('ends readers that get no split, and jobs that have none', async () => {
    const driver = new SourceDriver(sourceOf(tens(1)), 4);
    await driver.start();
    expect((await driver.pollToEnd()).map((records) => records.length).sort()).to.deep.equal([0, 0, 0, 10]);
    expect(await readToEnd(sourceOf([]), 2)).to.deep.equal([]);
  });

  it('reads ahead no further than it was allowed to', async () => {
    let pulled = 0;
    const source = new BatchSplitSource({
      description: 'counted',
      prefetchRecords: 5,
      splits: () => [{ splitId: 'all' }],
      async *read() {
        for (; pulled < 1_000; pulled++) yield [pulled];
      },
    });
    const driver = new SourceDriver(source, 1);
    await driver.start();
    await driver.pollUntil(0, 1);
    await settled();
    expect(pulled).to.be.at.most(1 + 5);
    await driver.pollUntil(0, 20);
    await settled();
    expect(pulled)
      .to.be.at.least(20)
      .and.at.most(20 + 6);
  });

  it('takes synchronous iterables too', async () => {
    const source = new BatchSplitSource({
      description: 'sync',
      splits: () => [{ splitId: 'a' }, { splitId: 'b' }],
      read: (split) => [[`${split.splitId}1`], [`${split.splitId}2`]],
    });
    expect(await readToEnd(source)).to.deep.equal(['a1', 'a2', 'b1', 'b2']);
  });

  it('fails with the split and the reason when reading fails, behind the records before it', async () => {
    const source = new BatchSplitSource({
      description: 'broken',
      splits: () => [{ splitId: 'only' }],
      async *read() {
        yield [1, 2];
        throw new Error('disk on fire');
      },
    });
    const driver = new SourceDriver(source, 1);
    await driver.start();
    const error = await failureOf(() => driver.pollToEnd());
    expect(error.code).to.equal('SOURCE_SPLIT_FAILED');
    expect(error.message).to.contain('only').and.to.contain('disk on fire');
    expect(driver.readers[0]?.records).to.deep.equal([1, 2]);
  });

  it('fails when reading cannot even begin', async () => {
    const source = new BatchSplitSource<number, { splitId: string }>({
      description: 'broken',
      splits: () => [{ splitId: 'only' }],
      read: () => {
        throw new Error('no such table');
      },
    });
    expect((await failureOf(() => readToEnd(source))).message).to.contain('no such table');
  });

  it('fails the start when the splits cannot be listed', async () => {
    const source = new BatchSplitSource<number, { splitId: string }>({
      description: 'unlisted',
      splits: () => Promise.reject(new Error('no list')),
      read: () => [],
    });
    expect((await failureOf(() => readToEnd(source))).message).to.equal('no list');
  });

  it('gives a split up when it is closed in the middle', async () => {
    let isReleased = false;
    const source = new BatchSplitSource({
      description: 'endless',
      splits: () => [{ splitId: 'all' }],
      async *read() {
        try {
          for (let n = 0; ; n++) yield [n];
        } finally {
          isReleased = true;
        }
      },
    });
    const driver = new SourceDriver(source, 1);
    await driver.start();
    await driver.pollUntil(0, 3);
    await driver.readerAt(0).close?.();
    await settled();
    expect(isReleased).to.equal(true);
  });

  it('hands a split that comes back out before later ones', async () => {
    const driver = new SourceDriver(sourceOf(tens(4)), 2);
    await driver.start();
    const [first] = driver.readerAt(0).snapshotState(1);
    driver.enumerator.addSplitsBack(first === undefined ? [] : [first], 0);
    expect(driver.enumerator.snapshotState(1)?.map(({ splitId }) => splitId)).to.deep.equal([
      'split-0',
      'split-2',
      'split-3',
    ]);
  });

  it('goes on from any snapshot without losing or repeating a record, whatever the parallelism', async () => {
    const numbers = fc.array(fc.array(fc.nat({ max: 4 }), { maxLength: 4 }), { maxLength: 5 });
    const scenario = fc.record({
      shapes: numbers,
      parallelism: fc.integer({ min: 1, max: 3 }),
      budget: fc.integer({ min: 1, max: 7 }),
      stops: fc.array(fc.nat({ max: 12 }), { minLength: 3, maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ shapes, parallelism, budget, stops }) => {
        let next = 0;
        const splits = shapes.map((sizes, split) => ({
          splitId: `split-${split}`,
          batches: sizes.map((size) => Array.from({ length: size }, () => next++)),
        }));
        const before = new SourceDriver(sourceOf(splits, budget), parallelism);
        await before.start();
        for (let subtask = 0; subtask < parallelism; subtask++) await before.pollUntil(subtask, stops[subtask] ?? 0);
        const enumerator = before.enumerator.snapshotState(1);
        const readers = before.readers.map(({ reader }) => reader.snapshotState(1));

        const after = new SourceDriver(sourceOf(splits, budget), parallelism, { enumerator });
        await after.start(readers);
        const rest = await after.pollToEnd(budget);
        const all = [...before.readers.map(({ records }) => records), ...rest].flat();
        expect(all.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: next }, (_, n) => n));
      }),
      { numRuns: 200 },
    );
  });
});

/** Lets everything that is ready run. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
