/** One run of one query of examples/nexmark on an embedded cluster: our side of the race. Started by race.ts. */
import { StreamExecutionEnvironment } from 'flink-yarn';
import { countedRows, countRows } from '../../examples/nexmark/counting-sink.js';
import type { NexmarkEvent } from '../../examples/nexmark/model.js';
import { nexmarkSource } from '../../examples/nexmark/nexmark-source.js';
import { nexmarkStreams } from '../../examples/nexmark/nexmark-streams.js';
import { type NexmarkQuery, QUERIES } from '../../examples/nexmark/queries.js';
import { finishRow, mixNumber, ROW_START } from '../../examples/nexmark/row-checksum.js';
import { writeResults } from './process-result.js';
import { parseRunArguments } from './run-arguments.js';
import { monotonicNanos, SampledSource } from './sampled-source.js';

/** No query: what every job pays. */
const SOURCE_ONLY: NexmarkQuery = {
  ...QUERIES.q0,
  build: ({ events }) => events,
  checksum: (event) => finishRow(mixNumber(ROW_START, (event as NexmarkEvent).dateTime)),
};

const run = parseRunArguments(process.argv.slice(2));
const env = StreamExecutionEnvironment.getExecutionEnvironment();
env.setParallelism(run.parallelism);
const source = nexmarkSource({ ...run, outOfOrderGroupSize: 1, splitting: 'striped', splits: run.parallelism });
const query = run.query === 'source' ? SOURCE_ONLY : QUERIES[run.query];
countRows(query.build(nexmarkStreams(env, new SampledSource(source, run.output))), query);

const start = monotonicNanos();
const result = await env.execute(`Nexmark ${run.query}`);
writeResults(run.output, countedRows(result, query), monotonicNanos() - start);
