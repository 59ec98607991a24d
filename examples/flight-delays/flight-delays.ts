/**
 * How late do flights leave? Three million real flights in the United States, January to June 2001, go through event-time
 * windows of one hour and one day per airport: number of flights, mean and 95th percentile of the delay. The results are
 * joined with a table of airports and written as JSON lines; the terminal shows the worst airports of the day.
 *
 *   node dist/examples/flight-delays/flight-delays.js --disorder 6h --output delays
 */
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type AggregateFunction,
  BatchSplitSource,
  type BroadcastReadContext,
  type BroadcastWriteContext,
  type Collector,
  type Counter,
  type DataStream,
  Duration,
  FileSink,
  FileSource,
  inputFileMalformed,
  type JobClient,
  type KeyedBroadcastProcessFunction,
  type KeyedProcessContext,
  type KeyedStream,
  type ListState,
  listState,
  mapState,
  type OnTimerContext,
  openInputFile,
  OutputTag,
  type RuntimeContext,
  StreamExecutionEnvironment,
  TumblingEventTimeWindows,
  type WatermarkGenerator,
  type WatermarkOutput,
  WatermarkStrategy,
} from 'flink-yarn';
import { type FileMetaData, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { watchJob } from './live-table.js';

// ── What flows ────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Flight {
  /** Scheduled departure. The file has the clock of the airport and no time zone: it is read as if all were in UTC. */
  readonly time: number;
  /** Minutes; negative when it left early. */
  readonly delay: number;
  /** Airport code, e.g. `ORD`. */
  readonly origin: string;
}

export interface Airport {
  readonly code: string;
  readonly name: string;
  readonly city: string;
  readonly state: string;
}

export type WindowSize = '1 h' | '1 d';

export interface DelayStatistics {
  readonly flights: number;
  /** Minutes. */
  readonly meanDelay: number;
  /** The delay, in minutes, that 95 % of the flights do not exceed: nearest rank. */
  readonly p95Delay: number;
}

export interface WindowDelays extends DelayStatistics {
  readonly window: WindowSize;
  /** Where the window begins, in the same clock as the flights. */
  readonly start: number;
  readonly origin: string;
}

/** What the table says about an airport, beside its code. */
export type Place = Omit<Airport, 'code'>;

/** `airport` is null when the table does not have the code. */
export interface AirportDelays extends WindowDelays {
  readonly airport: Place | null;
}

/** A flight that came when its window was already closed. */
export interface LateFlight extends Flight {
  readonly window: WindowSize;
  readonly start: number;
}

export interface FlightDelaysOptions {
  /** The Parquet file with the flights. */
  readonly input: string;
  /** The CSV file with the airports. */
  readonly airports: string;
  /** Directory for the results. */
  readonly output: string;
  /** Up to this much event time later than its turn comes one flight in a hundred; 0 for none. */
  readonly disorderMs: number;
  /** Chooses those flights. */
  readonly seed: number;
  /** Reads only so many flights. */
  readonly limit: number;
}

// ── The job ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Builds the whole job; returns what it writes to files, for those who want to look on. */
export function flightDelays(
  env: StreamExecutionEnvironment,
  options: FlightDelaysOptions,
  source: BatchSplitSource<Flight, RowGroup> = flightsSource(options),
): { readonly results: DataStream<AirportDelays>; readonly late: DataStream<LateFlight> } {
  const flights = env
    .fromSource(source, flightTime, 'flights')
    .uid('flights')
    .keyBy((flight) => flight.origin);
  const hours = delaysPer('1 h', flights);
  const days = delaysPer('1 d', flights);

  const airports = env
    .fromSource(FileSource.forLines(options.airports), WatermarkStrategy.noWatermarks(), 'airports')
    .uid('airports')
    .setParallelism(1)
    .flatMap(parseAirport)
    .setParallelism(1)
    .broadcast(airportTable);

  const results = hours.delays
    .union(days.delays)
    .keyBy((delays) => delays.origin)
    .connect(airports)
    .process(new AirportJoin())
    .name('airport names')
    .uid('airport-names');
  const late = hours.late.union(days.late);

  const { output } = options;
  results
    .map(readableStart)
    .sinkTo(FileSink.forJsonLines(`${output}/windows`))
    .name('results')
    .uid('results');
  late
    .map(readableStart)
    .sinkTo(FileSink.forJsonLines(`${output}/late`))
    .name('late flights')
    .uid('late-flights');
  return { results, late };
}

function delaysPer(
  size: WindowSize,
  flights: KeyedStream<Flight, string, 'event-time'>,
): { readonly delays: DataStream<WindowDelays, 'event-time'>; readonly late: DataStream<LateFlight> } {
  const tooLate = new OutputTag<Flight>(`too late for ${size}`);
  const sizeMs = Duration.parse(size);
  const delays = flights
    .window(TumblingEventTimeWindows.of(size))
    .sideOutputLateData(tooLate)
    .aggregate(delayStatistics, (origin, { window }, results) =>
      results.map((statistics) => ({ window: size, start: window.start, origin, ...statistics })),
    )
    .name(`delays per ${size}`)
    .uid(`delays-${size}`);
  const late = delays
    .getSideOutput(tooLate)
    .map((flight): LateFlight => ({ ...flight, window: size, start: flight.time - (flight.time % sizeMs) }));
  return { delays, late };
}

/** Windows that fire together begin at the same time: hundreds of results in turn share one text. */
let lastTime = Number.NaN;
let lastText = '';

function isoTime(time: number): string {
  if (time !== lastTime) {
    lastTime = time;
    lastText = new Date(time).toISOString();
  }
  return lastText;
}

function readableStart<T extends { readonly start: number }>(record: T): Omit<T, 'start'> & { readonly start: string } {
  return { ...record, start: isoTime(record.start) };
}

/** Keeps every delay of a window: an exact percentile needs them all. */
const delayStatistics: AggregateFunction<Flight, number[], DelayStatistics> = {
  createAccumulator: () => [],
  add(flight, delays) {
    delays.push(flight.delay);
    return delays;
  },
  getResult(delays) {
    const ascending = new Int32Array(delays).sort();
    const sum = ascending.reduce((total, delay) => total + delay, 0);
    const rank = Math.ceil((95 * ascending.length) / 100);
    return { flights: delays.length, meanDelay: sum / delays.length, p95Delay: ascending[rank - 1] as number };
  },
};

// ── Event time ────────────────────────────────────────────────────────────────────────────────────────────────────────

const OUT_OF_ORDER_MS = Duration.ofHours(1);
const HOUR_MS = Duration.ofHours(1);

/**
 * Bounded disorder, with a watermark for each full hour of event time. The usual one each 200 ms of the wall clock would
 * come every few days of event time here, as half a million flights pass in a second: hardly anything would ever be late,
 * and what is would depend on the machine.
 */
class HourlyWatermarks implements WatermarkGenerator<Flight> {
  private completeUntil = Number.NEGATIVE_INFINITY;

  onEvent(_flight: Flight, timestamp: number, output: WatermarkOutput): void {
    const earliestStillToCome = timestamp - OUT_OF_ORDER_MS;
    if (earliestStillToCome < this.completeUntil + HOUR_MS) return;
    this.completeUntil = earliestStillToCome - (earliestStillToCome % HOUR_MS);
    output.emitWatermark(this.completeUntil - 1);
  }

  onPeriodicEmit(): void {
    // All that there is to say is said in onEvent.
  }
}

const flightTime = WatermarkStrategy.forGenerator(() => new HourlyWatermarks()).withTimestampAssigner(
  (flight) => flight.time,
);

// ── The source: a row group is a split ────────────────────────────────────────────────────────────────────────────────

export interface RowGroup {
  readonly splitId: string;
  /** Rows of the file, the last one exclusive. */
  readonly firstRow: number;
  readonly endRow: number;
}

const BATCH_ROWS = 4_096;

/** Flights are sorted by date: read in file order, event time goes up in every reader, whatever the parallelism. */
export function flightsSource(options: FlightDelaysOptions): BatchSplitSource<Flight, RowGroup> {
  return new BatchSplitSource({
    description: `Flights(${basename(options.input)})`,
    splits: () => listRowGroups(options),
    read: (rowGroup) => readFlights(rowGroup, options),
  });
}

export async function listRowGroups({ input, limit }: FlightDelaysOptions): Promise<readonly RowGroup[]> {
  const rowGroups: RowGroup[] = [];
  let firstRow = 0;
  for (const { num_rows } of (await readMetadata(input)).row_groups) {
    const endRow = firstRow + Number(num_rows);
    if (firstRow < limit) {
      rowGroups.push({ splitId: `rows-${firstRow}`, firstRow, endRow: Math.min(endRow, limit) });
    }
    firstRow = endRow;
  }
  return rowGroups;
}

async function* readFlights(
  { firstRow, endRow }: RowGroup,
  options: FlightDelaysOptions,
): AsyncGenerator<readonly Flight[]> {
  const { time, delay, origin } = await readColumns(options.input, firstRow, endRow);
  const order = arrivalOrder(time, firstRow, options);
  for (let begin = 0; begin < order.length; begin += BATCH_ROWS) {
    const flights: Flight[] = [];
    for (const row of order.subarray(begin, begin + BATCH_ROWS)) {
      flights.push({ time: time[row] as number, delay: Number(delay[row]), origin: origin[row] as string });
    }
    yield flights;
  }
}

interface FlightColumns {
  readonly time: readonly number[];
  readonly delay: readonly bigint[];
  readonly origin: readonly string[];
}

/** Reads the three columns that the job needs: the file has distance and destination as well. */
export async function readColumns(input: string, rowStart: number, rowEnd: number): Promise<FlightColumns> {
  const metadata = await readMetadata(input);
  const columns: Record<string, unknown[]> = { date: [], delay: [], origin: [] };
  const file = await openInputFile(input);
  try {
    await parquetRead({
      file,
      metadata,
      compressors,
      rowStart,
      rowEnd,
      columns: Object.keys(columns),
      parsers: { timestampFromMicroseconds: (micros: bigint) => Number(micros / 1_000n) },
      onChunk({ columnName, columnData }) {
        columns[columnName] = columns[columnName]?.concat(Array.from(columnData)) ?? [];
      },
    });
  } catch (error) {
    throw inputFileMalformed(input, `rows ${rowStart} to ${rowEnd} cannot be read`, error);
  } finally {
    await file.close();
  }
  // Chunks are whole row groups, also when only the first rows of one are wanted.
  const column = <T>(name: string): readonly T[] => (columns[name] as readonly T[]).slice(0, rowEnd - rowStart);
  return { time: column('date'), delay: column('delay'), origin: column('origin') };
}

async function readMetadata(input: string): Promise<FileMetaData> {
  const file = await openInputFile(input);
  try {
    return await parquetMetadataAsync(file);
  } catch (error) {
    throw inputFileMalformed(input, 'it is not a complete Parquet file', error);
  } finally {
    await file.close();
  }
}

/**
 * The rows in the order in which they are emitted: as filed, but for the one in a hundred that chance displaces. A
 * displaced row comes when event time has moved on by up to `disorderMs`, at the latest at the end of its row group. Row
 * number and seed alone decide, so that every run and every parallelism displaces the same rows.
 */
function arrivalOrder(
  time: readonly number[],
  firstRow: number,
  { disorderMs, seed }: FlightDelaysOptions,
): Uint32Array {
  const arrivesAt = (row: number): number =>
    (time[row] as number) + disorderMs * chance(seed, 2 * (firstRow + row) + 1);
  const isDisplaced = (row: number): boolean => disorderMs > 0 && chance(seed, 2 * (firstRow + row)) < 0.01;
  const displaced = [...time.keys()]
    .filter(isDisplaced)
    .map((row) => ({ row, arrivesAt: arrivesAt(row) }))
    .sort((a, b) => a.arrivesAt - b.arrivesAt);

  const order = new Uint32Array(time.length);
  let filled = 0;
  let next = 0;
  for (let row = 0; row < time.length; row++) {
    if (isDisplaced(row)) continue;
    while (next < displaced.length && (displaced[next] as { arrivesAt: number }).arrivesAt < (time[row] as number)) {
      order[filled++] = (displaced[next++] as { row: number }).row;
    }
    order[filled++] = row;
  }
  for (const { row } of displaced.slice(next)) order[filled++] = row;
  return order;
}

/** A number in [0, 1) that looks like chance and is always the same for the same arguments (the finish of murmur3). */
function chance(seed: number, index: number): number {
  let hash = Math.imul(index, 0x9e37_79b1) ^ seed;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}

// ── The join with the table of airports ───────────────────────────────────────────────────────────────────────────────

const airportTable = mapState<string, Place>('airports');
const heldDelays = listState<WindowDelays>('held');

/**
 * Adds the airport to each result. Nothing says that the table is there first: a result whose airport is not known yet is
 * held, in keyed state, until event time reaches its window. Event time of this operator is the smaller one of its two
 * inputs, and the table has none until it ends: so the timer of the window fires when the table is complete, and what is
 * unknown then is in no table.
 */
class AirportJoin implements KeyedBroadcastProcessFunction<string, WindowDelays, Airport, AirportDelays> {
  private held!: ListState<WindowDelays>;
  private hourlyWindows!: Counter;
  private dailyWindows!: Counter;

  open(context: RuntimeContext): void {
    this.held = context.getListState(heldDelays);
    this.hourlyWindows = context.metricGroup.counter('hourlyWindows');
    this.dailyWindows = context.metricGroup.counter('dailyWindows');
  }

  processElement(
    delays: WindowDelays,
    context: KeyedProcessContext<string> & BroadcastReadContext,
    out: Collector<AirportDelays>,
  ): void {
    (delays.window === '1 h' ? this.hourlyWindows : this.dailyWindows).inc();
    const airport = context.getBroadcastState(airportTable).get(delays.origin);
    if (airport !== undefined) {
      out.collect(withAirport(delays, airport));
    } else {
      this.held.add(delays);
      context.timerService.registerEventTimeTimer(context.timestamp ?? delays.start);
    }
  }

  processBroadcastElement({ code, ...place }: Airport, context: BroadcastWriteContext): void {
    context.getBroadcastState(airportTable).put(code, place);
  }

  onTimer(
    _timestamp: number,
    context: OnTimerContext<string> & BroadcastReadContext,
    out: Collector<AirportDelays>,
  ): void {
    const airport = context.getBroadcastState(airportTable).get(context.currentKey);
    for (const delays of this.held.get()) out.collect(withAirport(delays, airport));
    this.held.clear();
  }
}

function withAirport(delays: WindowDelays, airport: Place | undefined): AirportDelays {
  return { ...delays, airport: airport ?? null };
}

/** `code,name,city,state,…`; fields with commas are quoted. The first line has the names of the columns. */
function* parseAirport(line: string): Generator<Airport> {
  const fields = [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const [code, name, city, state] = fields as [string, string, string, string];
  if (code !== 'iata') yield { code, name, city, state };
}

// ── The program ───────────────────────────────────────────────────────────────────────────────────────────────────────

const USAGE = `Usage: flight-delays [options]
  --input FILE        Parquet file with the flights    (default: flights-3m.parquet of npm vega-datasets)
  --airports FILE     CSV file with the airports       (default: airports.csv of the same package)
  --output DIR        where the results go             (default: flight-delays-output)
  --disorder TIME     displace 1 % of the flights by up to so much event time, e.g. 6h  (default: none)
  --seed NUMBER       chooses the displaced flights    (default: 2001)
  --limit NUMBER      read only the first so many flights
  -p, --parallelism N parallel subtasks of each operator  (default: 4, on two TaskManagers of two slots)`;

function parseOptions(): FlightDelaysOptions & { readonly parallelism: number; readonly help: boolean } {
  const { values } = parseArgs({
    options: {
      input: { type: 'string', default: dataFile('flights-3m.parquet') },
      airports: { type: 'string', default: dataFile('airports.csv') },
      output: { type: 'string', default: 'flight-delays-output' },
      disorder: { type: 'string', default: '0' },
      seed: { type: 'string', default: '2001' },
      limit: { type: 'string' },
      parallelism: { type: 'string', short: 'p', default: '4' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return {
    input: values.input,
    airports: values.airports,
    output: values.output,
    disorderMs: Duration.parse(values.disorder),
    seed: wholeNumber('seed', values.seed),
    limit: values.limit === undefined ? Number.POSITIVE_INFINITY : wholeNumber('limit', values.limit),
    parallelism: wholeNumber('parallelism', values.parallelism),
    help: values.help,
  };
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value))
    throw new TypeError(`--${option} must be a whole number, not '${text}'`);
  return value;
}

export function dataFile(name: string): string {
  const entry = createRequire(import.meta.url).resolve('vega-datasets');
  return join(dirname(dirname(entry)), 'data', name);
}

async function main(): Promise<void> {
  const options = parseOptions();
  if (options.help) {
    console.log(USAGE);
    return;
  }
  const env = StreamExecutionEnvironment.getExecutionEnvironment({ 'minicluster.number-of-taskmanagers': '2' });
  env.setParallelism(options.parallelism);
  const { results, late } = flightDelays(env, options);
  const days = results.filter((delays) => delays.window === '1 d');
  const watch = watchJob(days, late, options.output);

  const job = await env.executeAsync('Flight delays');
  process.once('SIGINT', () => cancel(job));
  await watch.untilEnd(job);
}

/** Ctrl-C cancels the job, which leaves no half-written file behind; a second one ends the process at once. */
function cancel(job: JobClient): void {
  process.exitCode = 130;
  job.cancel().catch((error: unknown) => console.error('The job could not be cancelled:', error));
}

// Runs when it is what was started, not when a test or a bench imports the job.
if (basename(process.argv[1] ?? '').startsWith('flight-delays.')) await main();
