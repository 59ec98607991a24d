/**
 * The flights job on flights that are decoded and in memory before the clock starts: what the engine itself can do. One
 * slot; the time from the first flight to the last, by when all windows but the last have been computed and written.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BatchSplitSource, StreamExecutionEnvironment } from 'flink-yarn';
import {
  dataFile,
  type Flight,
  type FlightDelaysOptions,
  flightDelays,
  listRowGroups,
  type RowGroup,
  readColumns,
} from '../examples/flight-delays/flight-delays.js';

const BATCH = 4_096;
const [output = 'bench-output'] = process.argv.slice(2);
const options: FlightDelaysOptions = {
  input: dataFile('flights-3m.parquet'),
  airports: dataFile('airports.csv'),
  output,
  disorderMs: 0,
  seed: 1,
  limit: Number.POSITIVE_INFINITY,
};

interface Columns {
  readonly time: Float64Array;
  readonly delay: Float64Array;
  readonly origin: readonly string[];
}

async function readAll(): Promise<Columns[]> {
  const all: Columns[] = [];
  for (const rowGroup of await listRowGroups(options)) {
    const { time, delay, origin } = await readColumns(options.input, rowGroup.firstRow, rowGroup.endRow);
    all.push({ time: Float64Array.from(time), delay: Float64Array.from(delay, Number), origin });
  }
  return all;
}

/** All row groups as one split, so that reading is over before the first flight is emitted. */
const replay = new BatchSplitSource<Flight, RowGroup>({
  description: 'flights in memory',
  splits: async () => [{ splitId: 'all', firstRow: 0, endRow: 0 }],
  read: async function* () {
    const columns = await readAll();
    const start = performance.now();
    const cpuStart = process.cpuUsage();
    for (const { time, delay, origin } of columns) {
      for (let begin = 0; begin < time.length; begin += BATCH) {
        const batch: Flight[] = [];
        for (let i = begin; i < Math.min(begin + BATCH, time.length); i++) {
          batch.push({ time: time[i] as number, delay: delay[i] as number, origin: origin[i] as string });
        }
        yield batch;
      }
    }
    const { user, system } = process.cpuUsage(cpuStart);
    console.log(`elapsed ${performance.now() - start} ${(user + system) / 1000}`);
  },
});

const env = StreamExecutionEnvironment.getExecutionEnvironment();
env.setParallelism(1);
flightDelays(env, options, replay);
await env.execute('flights from memory');

let flights = 0;
let windows = 0;
for (const name of await readdir(join(output, 'windows'))) {
  for (const line of (await readFile(join(output, 'windows', name), 'utf8')).split('\n')) {
    if (line === '') continue;
    windows++;
    flights += (JSON.parse(line) as { flights: number }).flights;
  }
}
console.log(`checked ${flights} flights in ${windows} windows`);
await rm(output, { recursive: true });
