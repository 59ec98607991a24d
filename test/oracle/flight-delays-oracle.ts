/**
 * The flight delays job computed again with plain arrays, without the engine and without the example's own functions:
 * what each window must hold, whatever the parallelism and the order of arrival.
 */
import { expect } from 'chai';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the oracle knows of a flight. */
export interface OracleFlight {
  readonly time: number;
  readonly delay: number;
  readonly origin: string;
}

/** A line of `windows/*.jsonl`. */
export interface ResultLine {
  readonly window: string;
  readonly start: string;
  readonly origin: string;
  readonly flights: number;
  readonly meanDelay: number;
  readonly p95Delay: number;
  readonly airport: { readonly name: string; readonly city: string; readonly state: string } | null;
}

/** A line of `late/*.jsonl`. */
export interface LateLine {
  readonly window: string;
  readonly start: string;
  readonly origin: string;
  readonly delay: number;
}

export interface JobOutput {
  readonly results: readonly ResultLine[];
  readonly late: readonly LateLine[];
}

type Statistics = Pick<ResultLine, 'flights' | 'meanDelay' | 'p95Delay'>;

export interface Comparison {
  readonly windows: number;
  readonly lateFlights: number;
}

const SIZES_MS: Readonly<Record<string, number>> = { '1 h': 3_600_000, '1 d': 86_400_000 };

export async function readFlights(path: string, limit: number): Promise<readonly OracleFlight[]> {
  const file = await asyncBufferFromFile(path);
  const rows = await parquetReadObjects({ file, compressors, rowStart: 0, rowEnd: limit });
  return rows.map((row) => ({
    time: (row['date'] as Date).getTime(),
    delay: Number(row['delay']),
    origin: row['origin'] as string,
  }));
}

/** The committed files of a run; the hidden ones of a FileSink do not count as output. */
export async function readJobOutput(directory: string): Promise<JobOutput> {
  return {
    results: await readJsonLines<ResultLine>(join(directory, 'windows')),
    late: await readJsonLines<LateLine>(join(directory, 'late')),
  };
}

/**
 * Throws unless every window of the output has exactly the flights that belong to it: those that it counted together with
 * those reported late for it, with their exact mean and 95th percentile.
 */
export function expectSameWindows(flights: readonly OracleFlight[], { results, late }: JobOutput): Comparison {
  const wanted = delaysPerWindow(flights);
  subtractLate(wanted, late);
  for (const result of results) {
    const key = keyOf(result.window, result.origin, Date.parse(result.start));
    const delays = wanted.get(key);
    if (delays === undefined)
      throw new Error(`${key} is in the output, but no flight belongs to it, or it is there twice`);
    wanted.delete(key);
    expectEqual(key, result, statisticsOf(delays));
  }
  const missing = [...wanted].filter(([, delays]) => delays.length > 0);
  expect(
    missing.map(([key]) => key),
    'windows that are missing in the output',
  ).to.deep.equal([]);
  return { windows: results.length, lateFlights: late.length };
}

/** Half a million windows: plain comparisons, as an assertion object each would take a minute. */
function expectEqual(key: string, found: Statistics, wanted: Statistics): void {
  for (const name of ['flights', 'meanDelay', 'p95Delay'] as const) {
    if (found[name] !== wanted[name]) throw new Error(`${name} of ${key}: ${found[name]} instead of ${wanted[name]}`);
  }
}

function delaysPerWindow(flights: readonly OracleFlight[]): Map<string, number[]> {
  const windows = new Map<string, number[]>();
  for (const { time, delay, origin } of flights) {
    for (const [window, sizeMs] of Object.entries(SIZES_MS)) {
      const key = keyOf(window, origin, Math.floor(time / sizeMs) * sizeMs);
      const delays = windows.get(key);
      if (delays === undefined) windows.set(key, [delay]);
      else delays.push(delay);
    }
  }
  return windows;
}

function subtractLate(windows: Map<string, number[]>, late: readonly LateLine[]): void {
  for (const { window, origin, start, delay } of late) {
    const key = keyOf(window, origin, Date.parse(start));
    const delays = windows.get(key) ?? [];
    const found = delays.indexOf(delay);
    if (found < 0)
      throw new Error(`late for ${key}: a flight with a delay of ${delay} that is not in the input, or reported twice`);
    delays.splice(found, 1);
  }
}

/** Nearest rank: the smallest delay that at least 95 of 100 flights do not exceed. */
function statisticsOf(delays: readonly number[]): Statistics {
  const ascending = [...delays].sort((a, b) => a - b);
  let sum = 0;
  for (const delay of ascending) sum += delay;
  const p95Delay = ascending.find((_, index) => (index + 1) * 100 >= 95 * ascending.length) ?? Number.NaN;
  return { flights: ascending.length, meanDelay: sum / ascending.length, p95Delay };
}

function keyOf(window: string, origin: string, start: number): string {
  return `${window} of ${origin} from ${start}`;
}

async function readJsonLines<T>(directory: string): Promise<readonly T[]> {
  const lines: T[] = [];
  for (const name of await readdir(directory)) {
    if (name.startsWith('.')) continue;
    for (const line of (await readFile(join(directory, name), 'utf8')).split('\n')) {
      if (line !== '') lines.push(JSON.parse(line) as T);
    }
  }
  return lines;
}
