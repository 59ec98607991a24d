/** The Nexmark queries against the results of Apache Flink on data set S, in slots of threads and of this thread. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { DATA_SETS } from '../../examples/nexmark/data-sets.js';
import { readOracle } from '../../examples/nexmark/oracle.js';
import { isCompared, QUERY_NAMES } from '../../examples/nexmark/query-names.js';
import { REPOSITORY_ROOT } from '../../scripts/repository-root.js';
import { Configuration } from '../../src/config/configuration.js';
import { MiniCluster } from '../../src/testing/index.js';
import { runNexmark, type TableHashes } from '../helpers/nexmark-results.js';

const program = new URL('../programs/nexmark-tables.js', import.meta.url);
const COMPARED = QUERY_NAMES.filter(isCompared);
/** All results pass through this thread, which on a busy machine answers late. */
const configuration = new Configuration({ 'pekko.ask.timeout': '60 s' });
const CHECKSUMS = 'bench/flink/src/test/resources/set-s-checksums.csv';

describe('the Nexmark queries', function () {
  this.timeout(180_000);
  const oracle = readOracle(join(REPOSITORY_ROOT, 'test/fixtures/nexmark'), 'S', COMPARED);

  const inThreads = [
    { parallelism: 1, numTaskManagers: 1, numSlotsPerTaskManager: 1 },
    { parallelism: 2, numTaskManagers: 2, numSlotsPerTaskManager: 1 },
    { parallelism: 4, numTaskManagers: 2, numSlotsPerTaskManager: 2 },
  ];
  for (const { parallelism, ...size } of inThreads) {
    it(`give Flink's results with parallelism ${parallelism} in threads, TaskManagers: ${size.numTaskManagers}`, async () => {
      const { tables } = (await MiniCluster.run(program, { ...size, configuration }, String(parallelism))) as {
        tables: TableHashes;
      };
      expectFlinkResults(tables);
    });
  }

  for (const parallelism of [2, 4]) {
    it(`give Flink's results with parallelism ${parallelism} on one TaskManager, all slots in this thread`, async () => {
      await using cluster = new MiniCluster({ numTaskManagers: 1, numSlotsPerTaskManager: parallelism, configuration });
      await cluster.start();
      const env = cluster.getExecutionEnvironment({ 'parallelism.default': String(parallelism) });
      expectFlinkResults(await runNexmark(env, DATA_SETS.S, COMPARED));
    });
  }

  function expectFlinkResults(tables: TableHashes): void {
    expect(COMPARED.length).to.equal(23);
    for (const name of COMPARED) {
      const { rows, sha256 } = tables[name] ?? { rows: -1, sha256: 'none' };
      expect({ rows, sha256 }, name).to.include({ rows: oracle.get(name)?.rows, sha256: oracle.get(name)?.sha256 });
    }
    for (const { name, rows, checksum } of racedChecksums()) {
      // Query 17 updates its rows: its checksum is over all versions of them.
      expect(tables[name]?.checksum, `checksum of ${name}`).to.equal(checksum);
      if (name !== 'q17') expect(tables[name]?.rows, `rows of ${name}`).to.equal(rows);
    }
  }
});

interface RacedChecksum {
  readonly name: (typeof COMPARED)[number];
  readonly rows: number;
  readonly checksum: number;
}

/** What the raced queries count on Flink. */
function racedChecksums(): readonly RacedChecksum[] {
  const [, ...lines] = readFileSync(join(REPOSITORY_ROOT, CHECKSUMS), 'utf8').trim().split('\n');
  expect(lines.length).to.equal(10);
  return lines.map((line) => {
    const [name, rows, checksum] = line.split(',');
    return { name: name as RacedChecksum['name'], rows: Number(rows), checksum: Number(checksum) };
  });
}
