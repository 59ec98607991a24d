import { expect } from 'chai';
import { copyFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Flight, type FlightDelaysOptions, flightsSource } from '../../../examples/flight-delays/flight-delays.js';
import { readFlights } from '../../oracle/flight-delays-oracle.js';
import { failureOf } from '../connectors/failure-of.js';
import { readToEnd } from '../connectors/source-driver.js';

const data = join(dirname(dirname(createRequire(import.meta.url).resolve('vega-datasets'))), 'data');
const input = join(data, 'flights-3m.parquet');
const HOUR_MS = 3_600_000;

function flightsOf(options: Partial<FlightDelaysOptions>, parallelism = 1): Promise<readonly Flight[]> {
  const all = { input, airports: '', output: '', disorderMs: 0, seed: 1, limit: 20_000, ...options };
  return readToEnd(flightsSource(all), parallelism);
}

function sorted(flights: readonly Flight[]): readonly string[] {
  return flights.map(({ time, delay, origin }) => `${time} ${origin} ${delay}`).sort();
}

/** How much event time had passed when each flight came: 0 for those in order. */
function displacements(flights: readonly Flight[]): readonly number[] {
  let latest = Number.NEGATIVE_INFINITY;
  return flights.map(({ time }) => {
    latest = Math.max(latest, time);
    return latest - time;
  });
}

describe('the source of the flight delays example', function () {
  this.timeout(30_000);

  it('emits the flights of the file in its order', async () => {
    expect(await flightsOf({})).to.deep.equal(await readFlights(input, 20_000));
  });

  it('splits the file by row groups, also when it reads only a part', async () => {
    const splits = await Promise.all([flightsOf({ limit: 272_727 + 10 }, 2), readFlights(input, 272_727 + 10)]);
    expect(sorted(splits[0])).to.deep.equal(sorted(splits[1]));
  });

  it('displaces one flight in a hundred, by no more than the given time, and loses none', async () => {
    const displaced = await flightsOf({ disorderMs: 6 * HOUR_MS });
    expect(sorted(displaced)).to.deep.equal(sorted(await flightsOf({})));
    const late = displacements(displaced).filter((ms) => ms > 0);
    expect(late.length).to.be.within(140, 260);
    expect(Math.max(...late))
      .to.be.at.most(6 * HOUR_MS)
      .and.above(5 * HOUR_MS);
  });

  it('displaces the same flights in every run, and others for another seed', async () => {
    const disorderMs = 6 * HOUR_MS;
    expect(await flightsOf({ disorderMs })).to.deep.equal(await flightsOf({ disorderMs }));
    expect(await flightsOf({ disorderMs })).not.to.deep.equal(await flightsOf({ disorderMs, seed: 2 }));
  });

  describe('says what is wrong with its input', () => {
    let directory: string;
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'flink-yarn-'));
    });
    afterEach(() => rm(directory, { recursive: true }));

    it('INPUT_FILE_NOT_FOUND', async () => {
      const error = await failureOf(() => flightsOf({ input: join(directory, 'none.parquet') }));
      expect(error.code).to.equal('INPUT_FILE_NOT_FOUND');
      expect(error.message).to.contain('none.parquet');
    });

    it('INPUT_FILE_MALFORMED: cut off, so that the footer is missing', async () => {
      const cut = join(directory, 'cut.parquet');
      await copyFile(input, cut);
      await truncate(cut, 5_000_000);
      const error = await failureOf(() => flightsOf({ input: cut }));
      expect(error.code).to.equal('INPUT_FILE_MALFORMED');
      expect(error.message).to.contain('cut.parquet').and.to.contain('not a complete Parquet file');
    });

    it('INPUT_FILE_MALFORMED: no Parquet file at all, or an empty one', async () => {
      for (const text of ['', 'date,delay\n']) {
        const file = join(directory, 'flights.csv');
        await writeFile(file, text);
        expect((await failureOf(() => flightsOf({ input: file }))).code).to.equal('INPUT_FILE_MALFORMED');
      }
    });
  });
});
