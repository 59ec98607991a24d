/** What `nexmark` shows: a line for each query as it ends, within the width of a terminal, and figures for programs. */
import type { Difference } from './final-table.js';
import type { JobOutcome } from './job-request.js';
import type { NexmarkOptions } from './options.js';
import type { QueryName } from './query-names.js';

const WIDTH = 80;
const HASH_DIGITS = 12;

interface Column {
  readonly title: string;
  /** Texts stand on the left, numbers on the right. */
  readonly width: number;
  readonly isText?: boolean;
  cell(outcome: JobOutcome, events: number): string;
}

const ROWS: Column = { title: 'Rows', width: 11, cell: ({ rows }) => count(rows) };
const CHECKSUM: Column = { title: 'Checksum', width: 11, cell: ({ checksum }) => String(checksum) };
const HASH: Column = {
  title: 'SHA-256',
  width: HASH_DIGITS,
  isText: true,
  cell: ({ sha256 }) => sha256?.slice(0, HASH_DIGITS) ?? '',
};
const RESULT: Column = { title: 'Result', width: 7, isText: true, cell: ({ isEqual }) => (isEqual ? 'ok' : 'differs') };
const EVENTS: Column = {
  title: 'Events/s',
  width: 10,
  cell: ({ seconds }, events) => count(events / seconds),
};
const CPU_EVENTS: Column = {
  title: 'Events/CPU-s',
  width: 12,
  cell: ({ cpuSeconds }, events) => count(events / cpuSeconds),
};
const MEMORY: Column = {
  title: 'Memory',
  width: 8,
  cell: ({ peakRssBytes }) => `${count(peakRssBytes / 1_048_576)} MB`,
};

function columnsOf({ output, verify }: NexmarkOptions): readonly Column[] {
  const figures = [EVENTS, CPU_EVENTS, MEMORY];
  if (verify !== null) return [ROWS, HASH, RESULT, ...figures];
  return output === null ? [ROWS, CHECKSUM, ...figures] : [ROWS, HASH, ...figures];
}

export function headLines(options: NexmarkOptions): readonly string[] {
  const { set, source, parallelism, taskManagers } = options;
  const { events, rate, mode, maxSpeed } = source;
  const facts = [
    `${set === null ? '' : `Set ${set}: `}${count(events)} events at ${rate}/s`,
    `parallelism ${parallelism}`,
    `${taskManagers} TaskManager${taskManagers === 1 ? '' : 's'}`,
    mode,
    ...(maxSpeed === undefined ? [] : [`at most ${count(maxSpeed)}/s`]),
  ];
  return [facts.join(', '), line('Query', columnsOf(options), ({ title }) => title)];
}

export function outcomeLines(query: QueryName, outcome: JobOutcome, options: NexmarkOptions): readonly string[] {
  const row = line(query, columnsOf(options), (column) => column.cell(outcome, options.source.events));
  return outcome.isEqual === false ? [row, ...differenceLines(outcome.difference)] : [row];
}

export function summaryLine(outcomes: ReadonlyMap<QueryName, JobOutcome>, { output, verify }: NexmarkOptions): string {
  const numEqual = [...outcomes.values()].filter(({ isEqual }) => isEqual).length;
  const parts = [
    ...(verify === null ? [] : [`${numEqual} of ${outcomes.size} results equal those of Apache Flink`]),
    ...(output === null ? [] : [`tables in ${output}`]),
  ];
  return parts.join('; ');
}

function differenceLines(difference: Difference | null): readonly string[] {
  if (difference === null) return ['      only the hash of what was expected is kept'];
  const { line: number, expected, found } = difference;
  const cut = (text: string | null): string => {
    const room = WIDTH - 16;
    if (text === null) return 'the end';
    return text.length > room ? `${text.slice(0, room - 1)}…` : text;
  };
  return [
    `      first difference in line ${count(number)}`,
    `      expected  ${cut(expected)}`,
    `      found     ${cut(found)}`,
  ];
}

function line(query: string, columns: readonly Column[], cell: (column: Column) => string): string {
  const cells = columns.map((column) =>
    column.isText === true ? cell(column).padEnd(column.width) : cell(column).padStart(column.width),
  );
  return [query.padEnd(5), ...cells].join('  ').trimEnd();
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Figures of one query, for programs. */
export function figuresOf(query: QueryName, outcome: JobOutcome, options: NexmarkOptions): object {
  const { source, parallelism, taskManagers, set } = options;
  const { rows, sha256, checksum, isEqual, seconds, cpuSeconds, peakRssBytes } = outcome;
  return {
    query,
    engine: 'flink-yarn',
    mode: source.mode,
    splitting: source.splitting,
    parallelism,
    taskManagers,
    set,
    events: source.events,
    rate: source.rate,
    baseTime: source.baseTime,
    seed: source.seed,
    rows,
    sha256,
    checksum,
    isEqual,
    seconds,
    cpuSeconds,
    eventsPerSecond: source.events / seconds,
    eventsPerCpuSecond: source.events / cpuSeconds,
    peakRssBytes,
  };
}
