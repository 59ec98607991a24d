/** One run of one query as a loop: the reader of the examples' source hands events straight to code written by hand. */
import { nexmarkSource } from '../../examples/nexmark/nexmark-source.js';
import { writeResults } from '../nexmark/process-result.js';
import { parseRunArguments } from '../nexmark/run-arguments.js';
import { monotonicNanos, SampledSource } from '../nexmark/sampled-source.js';
import { LIMIT_QUERIES } from './limit-queries.js';
import { openReader } from './open-reader.js';

const EVENTS_PER_POLL = 4_096;

const run = parseRunArguments(process.argv.slice(2));
const source = nexmarkSource({ ...run, outOfOrderGroupSize: 1, splitting: 'striped', splits: 1 });
const query = LIMIT_QUERIES[run.query]();

const start = monotonicNanos();
const reader = await openReader(new SampledSource(source, run.output));
while (reader.pollNext(query, EVENTS_PER_POLL) !== 'END_OF_INPUT') {
  // Everything happens in the query's `collect`.
}
query.finish();
writeResults(run.output, query.result, monotonicNanos() - start);
