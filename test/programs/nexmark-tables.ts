/** All compared Nexmark queries on set S in one job; exports the hashes of their final tables. Argument: parallelism. */
import { StreamExecutionEnvironment } from 'flink-yarn';
import { DATA_SETS } from '../../examples/nexmark/data-sets.js';
import { isCompared, QUERY_NAMES } from '../../examples/nexmark/query-names.js';
import { runNexmark } from '../helpers/nexmark-results.js';

const [parallelism] = process.argv.slice(2);
const env = StreamExecutionEnvironment.getExecutionEnvironment().setParallelism(Number(parallelism));
export const tables = await runNexmark(env, DATA_SETS.S, QUERY_NAMES.filter(isCompared));
