/** Results of Apache Flink on a data set: a table of hashes and, where they are small, the results themselves. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DATA_SETS, type DataSetName, numBids } from './data-sets.js';
import type { Lines } from './final-table.js';
import { InputError } from './input-error.js';
import type { QueryName } from './query-names.js';

export interface ExpectedTable {
  readonly rows: number;
  readonly sha256: string;
  /** The table itself, compressed; null where only the hash is kept. */
  readonly file: string | null;
}

export type Oracle = ReadonlyMap<QueryName, ExpectedTable>;

const TABLE = 'results.tsv';

/** Throws InputError when the folder has no results of these queries on this data set. */
export function readOracle(folder: string, set: DataSetName, queries: readonly QueryName[]): Oracle {
  const results = new Map<string, ExpectedTable>();
  for (const [index, line] of readLines(folder).entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const [setName, query = '', rows = '', sha256 = ''] = line.split('\t');
    if (!/^\d+$/.test(rows) || !/^[0-9a-f]{64}$/.test(sha256))
      throw new InputError(`${join(folder, TABLE)}: line ${index + 1} is no result: set, query, rows, SHA-256`);
    if (setName === set) results.set(query, { rows: Number(rows), sha256, file: keptTable(folder, set, query) });
  }
  checkDataSet(folder, set, results);
  return new Map(queries.map((query) => [query, expectedOf(folder, set, query, results)]));
}

/** Reads a table that is kept. */
export function readExpectedLines(file: string): Lines {
  const lines = gunzipSync(readFileSync(file)).toString('latin1').split('\n');
  return lines.slice(0, -1);
}

/** Query 6 is told apart from the original, which SQL cannot run: its results are those of a query in batch mode. */
function nameInOracle(query: string): string {
  return query === 'q6' ? 'q6b' : query;
}

function keptTable(folder: string, set: DataSetName, query: string): string | null {
  const file = join(folder, `${set}-${query}.ndjson.gz`);
  return existsSync(file) ? file : null;
}

function readLines(folder: string): Lines {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) throw new InputError(`the folder of expected results does not exist: ${folder}`);
  if (!stats.isDirectory()) throw new InputError(`expected results are in a folder, which this is not: ${folder}`);
  if (!existsSync(join(folder, TABLE)))
    throw new InputError(`the folder of expected results has no ${TABLE}: ${folder}`);
  return readFileSync(join(folder, TABLE), 'utf8').split('\n');
}

/** Query 0 has one row for each bid, of which every data set has its number. */
function checkDataSet(folder: string, set: DataSetName, results: ReadonlyMap<string, ExpectedTable>): void {
  if (results.size === 0) throw new InputError(`the folder has no results of set ${set}: ${folder}`);
  const bids = results.get('q0')?.rows ?? numBids(DATA_SETS[set]);
  if (bids !== numBids(DATA_SETS[set]))
    throw new InputError(
      `set ${set} has ${numBids(DATA_SETS[set])} bids, the results of this folder have ${bids}: ${folder}`,
    );
}

function expectedOf(
  folder: string,
  set: DataSetName,
  query: QueryName,
  results: ReadonlyMap<string, ExpectedTable>,
): ExpectedTable {
  const expected = results.get(nameInOracle(query));
  if (expected === undefined) throw new InputError(`the folder has no result of ${query} on set ${set}: ${folder}`);
  return expected;
}
