import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { LIMIT_QUERIES } from '../../../bench/limit/limit-queries.js';
import { openReader } from '../../../bench/limit/open-reader.js';
import type { RacedQuery } from '../../../bench/nexmark/race-options.js';
import { nexmarkSource } from '../../../examples/nexmark/nexmark-source.js';
import { REPOSITORY_ROOT } from '../../../scripts/repository-root.js';

/** Set S; its checksums are computed from the rows that Flink SQL gave for it. */
const SET_S = { events: 20_000, rate: 200, seed: 0, baseTime: 1_436_918_400_000, outOfOrderGroupSize: 1 };
const CHECKSUMS = join(REPOSITORY_ROOT, 'bench', 'flink', 'src', 'test', 'resources', 'set-s-checksums.csv');

const expected = readFileSync(CHECKSUMS, 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(',') as [RacedQuery, string, string]);

describe('queries written by hand', () => {
  it('are all compared', () => {
    expect(expected.map(([query]) => query).sort()).to.deep.equal(
      Object.keys(LIMIT_QUERIES)
        .filter((name) => name !== 'source')
        .sort(),
    );
  });

  for (const [name, rows, checksum] of expected) {
    it(`give the rows of set S: ${name}`, async () => {
      const reader = await openReader(nexmarkSource({ ...SET_S, splitting: 'striped', splits: 1, mode: 'inline' }));
      const query = LIMIT_QUERIES[name]();
      let status = reader.pollNext(query, 1000);
      while (status === 'MORE_AVAILABLE') status = reader.pollNext(query, 1000);
      query.finish();
      expect(query.result).to.deep.equal({ rows: Number(rows), checksum: Number(checksum) });
    });
  }
});
