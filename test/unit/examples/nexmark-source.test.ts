import { expect } from 'chai';
import {
  generatorConfig,
  NEXMARK_DEFAULTS,
  splitContiguously,
} from '../../../examples/nexmark/generator/nexmark-config.js';
import { PlainGenerator } from '../../../examples/nexmark/generator/plain-generator.js';
import type { SourceClock } from '../../../examples/nexmark/generator/pace.js';
import type { NexmarkEvent } from '../../../examples/nexmark/model.js';
import { nexmarkSource, type NexmarkSourceOptions } from '../../../examples/nexmark/nexmark-source.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';
import { readToEnd, SourceDriver } from '../connectors/source-driver.js';
import { rawLine } from './nexmark-raw-line.js';

const EVENTS = 3_000;
const defaults: NexmarkSourceOptions = {
  ...NEXMARK_DEFAULTS,
  events: EVENTS,
  splitting: 'striped',
  splits: 1,
  mode: 'inline',
};

function eventsOf(config = generatorConfig(defaults)): readonly string[] {
  const generator = new PlainGenerator(config);
  return Array.from({ length: config.events }, (_, position) => rawLine(generator.eventAt(position)));
}

function lines(events: readonly NexmarkEvent[]): readonly string[] {
  return events.map(rawLine);
}

function sorted(events: readonly string[]): readonly string[] {
  return [...events].sort();
}

describe('nexmarkSource', () => {
  for (const mode of ['inline', 'encoded'] as const) {
    describe(`in mode ${mode}`, () => {
      it('emits the events of the generator in their order', async () => {
        expect(lines(await readToEnd(nexmarkSource({ ...defaults, mode })))).to.deep.equal(eventsOf());
      });

      it('emits the same data set in any number of stripes', async () => {
        for (const [splits, parallelism] of [
          [2, 2],
          [3, 2],
          [7, 3],
        ] as const) {
          const source = nexmarkSource({ ...defaults, mode, splits });
          expect(sorted(lines(await readToEnd(source, parallelism))), `${splits}`).to.deep.equal(sorted(eventsOf()));
        }
      });

      it('emits what the reference does for as many generators, when it splits contiguously', async () => {
        const source = nexmarkSource({ ...defaults, mode, events: 1_003, splitting: 'contiguous', splits: 4 });
        const generators = splitContiguously({ ...defaults, events: 1_003 }, 4);
        expect(generators.map(({ events }) => events)).to.deep.equal([250, 250, 250, 253]);
        const driver = new SourceDriver(source, 4);
        await driver.start();
        expect((await driver.pollToEnd()).map(lines)).to.deep.equal(generators.map(eventsOf));
      });

      it('emits several splits of a reader in order of time', async () => {
        for (const splitting of ['striped', 'contiguous'] as const) {
          const events = await readToEnd(nexmarkSource({ ...defaults, mode, splitting, splits: 5 }));
          const times = events.map(({ dateTime }) => dateTime);
          expect(times).to.deep.equal([...times].sort((a, b) => a - b));
          expect(times).to.have.length(EVENTS);
        }
      });

      it('goes on exactly behind what was emitted before a snapshot, wherever that is', async () => {
        const expected = eventsOf();
        const source = nexmarkSource({ ...defaults, mode });
        for (const emitted of [0, 1, 127, 1_000, 1_024, 2_999, 3_000]) {
          const before = new SourceDriver(source, 1);
          await before.start();
          await before.pollUntil(0, emitted);
          const snapshot = before.readerAt(0).snapshotState(1);
          const after = new SourceDriver(source, 1, { enumerator: before.enumerator.snapshotState(1) });
          await after.start([snapshot]);
          const [rest = []] = await after.pollToEnd();
          expect(lines(rest), `after ${emitted}`).to.deep.equal(expected.slice(emitted));
        }
      });

      it('loses and repeats nothing when other readers take over its splits', async () => {
        const source = nexmarkSource({ ...defaults, mode, splits: 6 });
        const before = new SourceDriver(source, 3);
        await before.start();
        for (const [subtask, records] of [10, 500, 77].entries()) await before.pollUntil(subtask, records);
        const snapshots = before.readers.flatMap(({ reader }) => reader.snapshotState(1));
        const after = new SourceDriver(source, 2, { enumerator: before.enumerator.snapshotState(1) });
        await after.start([snapshots.slice(0, 5), snapshots.slice(5)]);
        await after.pollToEnd();
        const all = [...before.readers, ...after.readers].flatMap(({ records }) => lines(records));
        expect(sorted(all)).to.deep.equal(sorted(eventsOf()));
      });

      it('hands out again the splits of a reader that failed before the first snapshot', async () => {
        const source = nexmarkSource({ ...defaults, mode, splits: 2 });
        const failed = new SourceDriver(source, 1);
        const splits = failed.enumerator.snapshotState(0);
        await failed.start();
        await failed.pollUntil(0, 100);
        expect(failed.enumerator.snapshotState(1)).to.deep.equal([]);
        failed.enumerator.addSplitsBack([...splits].reverse(), 0);
        const successor = new SourceDriver(source, 1, { enumerator: failed.enumerator.snapshotState(1) });
        await successor.start();
        expect((await successor.pollToEnd()).map(lines)).to.deep.equal([eventsOf()]);
      });

      it('ends at once without events', async () => {
        expect(await readToEnd(nexmarkSource({ ...defaults, mode, events: 0, splits: 3 }), 2)).to.deep.equal([]);
      });

      it('keeps the speed over all readers together, and says when there is more', async () => {
        const clock = new ManualClock();
        const driver = new SourceDriver(nexmarkSource({ ...defaults, mode, splits: 3, maxSpeed: 300 }, clock), 2);
        await driver.start();
        const emitted = (): number => driver.readers.reduce((sum, { records }) => sum + records.length, 0);
        const pollAll = (): void => {
          for (const subtask of [0, 1]) while (driver.poll(subtask, 7) === 'MORE_AVAILABLE');
        };
        pollAll();
        const startedAt = clock.monotonic();
        for (const [elapsedMs, expected] of [
          [0, 0],
          [1_000, 300],
          [1_500, 450],
          [9_000, 2_700],
        ] as const) {
          clock.advance(startedAt + elapsedMs - clock.monotonic());
          pollAll();
          expect(emitted(), `after ${elapsedMs} ms`).to.equal(expected);
        }
        let isAnnounced = false;
        const announced = driver
          .readerAt(1)
          .isAvailable()
          .then(() => {
            isAnnounced = true;
          });
        clock.advance(9);
        await Promise.resolve();
        expect(isAnnounced).to.equal(false);
        clock.advance(1);
        await announced;
        expect(driver.poll(1, 7)).to.equal('MORE_AVAILABLE');
        expect(emitted()).to.equal(2_701);
      });
    });
  }

  it('lets the thread do other things while it encodes a large split', async () => {
    // Each look at the clock takes 5 ms.
    let now = 0;
    const waiting: (() => void)[] = [];
    const clock: SourceClock = {
      monotonic: () => (now += 5),
      schedule: (_delayMs, callback) => waiting.push(callback),
    };
    const driver = new SourceDriver(nexmarkSource({ ...defaults, events: 20_000, mode: 'encoded' }, clock), 1);
    await driver.start();
    let pauses = 0;
    let status = driver.poll(0);
    while (status === 'NOTHING_AVAILABLE') {
      const available = driver.readerAt(0).isAvailable();
      expect(waiting).to.have.length(1);
      waiting.pop()?.();
      await available;
      pauses++;
      status = driver.poll(0);
    }
    expect(pauses).to.be.within(5, 40);
    expect(await driver.pollToEnd().then(([events = []]) => events.length)).to.equal(20_000);
  });

  it('attaches the event time to each event', async () => {
    for (const mode of ['inline', 'encoded'] as const) {
      const driver = new SourceDriver(nexmarkSource({ ...defaults, mode }), 1);
      await driver.start();
      const wrong: unknown[] = [];
      const output = {
        collect: (event: NexmarkEvent, timestamp?: number) => {
          if (timestamp !== event.dateTime) wrong.push(event);
        },
        emitWatermark: () => undefined,
        markIdle: () => undefined,
        markActive: () => undefined,
      };
      while (driver.readerAt(0).pollNext(output, 100) === 'MORE_AVAILABLE');
      expect(wrong).to.deep.equal([]);
    }
  });

  it('refuses options that have no exact events, by name', () => {
    for (const [wrong, name] of [
      [{ events: -1 }, 'events'],
      [{ events: 1.5 }, 'events'],
      [{ seed: 0.5 }, 'seed'],
      [{ rate: 0 }, 'rate'],
      [{ rate: Number.NaN }, 'rate'],
      [{ rate: 0.001 }, 'rate'],
      [{ rate: 1, events: 2 ** 34 }, 'rate'],
      [{ baseTime: 0.5 }, 'baseTime'],
      [{ outOfOrderGroupSize: 0 }, 'outOfOrderGroupSize'],
      [{ splits: 0 }, 'splits'],
      [{ maxSpeed: 0 }, 'maxSpeed'],
    ] as const) {
      expect(() => nexmarkSource({ ...defaults, ...wrong }), JSON.stringify(wrong)).to.throw(RangeError, name);
    }
  });
});
