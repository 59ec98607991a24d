/** Runs Nexmark queries as one job and gives their final tables as hashes, and checksums of all they emitted. */
import type { StreamExecutionEnvironment } from 'flink-yarn';
import { finalTable, hashOf } from '../../examples/nexmark/final-table.js';
import type { NexmarkConfig } from '../../examples/nexmark/generator/nexmark-config.js';
import { nexmarkSource } from '../../examples/nexmark/nexmark-source.js';
import { nexmarkStreams } from '../../examples/nexmark/nexmark-streams.js';
import { QUERIES } from '../../examples/nexmark/queries.js';
import type { QueryName } from '../../examples/nexmark/query-names.js';

export interface TableHash {
  readonly rows: number;
  readonly sha256: string;
  /** Of all emitted rows, modulo 2^32. */
  readonly checksum: number;
}

export type TableHashes = Readonly<Partial<Record<QueryName, TableHash>>>;

/** With as many splits as the parallelism of the environment. */
export async function runNexmark(
  env: StreamExecutionEnvironment,
  config: NexmarkConfig,
  names: readonly QueryName[],
): Promise<TableHashes> {
  const source = nexmarkSource({ ...config, splitting: 'striped', splits: env.getParallelism(), mode: 'inline' });
  const nexmark = nexmarkStreams(env, source);
  const results = names.map((name) => ({ name, rows: QUERIES[name].build(nexmark).collectAsync() }));
  await env.executeAsync('Nexmark');
  const hashes: Partial<Record<QueryName, TableHash>> = {};
  await Promise.all(
    results.map(async ({ name, rows }) => {
      const query = QUERIES[name];
      const emitted = await rows.toArray();
      const lines = finalTable(query, emitted);
      const checksum = emitted.reduce((sum, row) => (sum + query.checksum(row)) | 0, 0) >>> 0;
      hashes[name] = { rows: lines.length, sha256: hashOf(lines), checksum };
    }),
  );
  return hashes;
}
