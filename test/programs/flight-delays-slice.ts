/** The flight delays job on its first flights: output directory, number of flights, disorder in ms, parallelism. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { StreamExecutionEnvironment } from 'flink-yarn';
import { flightDelays } from '../../examples/flight-delays/flight-delays.js';

const [output, limit, disorderMs, parallelism] = process.argv.slice(2) as [string, string, string, string];
const data = join(dirname(dirname(createRequire(import.meta.url).resolve('vega-datasets'))), 'data');

const env = StreamExecutionEnvironment.getExecutionEnvironment().setParallelism(Number(parallelism));
flightDelays(env, {
  input: join(data, 'flights-3m.parquet'),
  airports: join(data, 'airports.csv'),
  output,
  disorderMs: Number(disorderMs),
  seed: 2001,
  limit: Number(limit),
});
await env.execute('Flight delays, first flights');
