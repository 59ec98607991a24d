/** The command line of the race: what is raced, how often, and what is refused. Pure. */
import { parseArgs } from 'node:util';

/** In the order in which they are raced and printed. */
export const RACED_QUERIES = ['q0', 'q1', 'q2', 'q3', 'q5', 'q7', 'q8', 'q11', 'q17', 'q20'] as const;
export type RacedQuery = (typeof RACED_QUERIES)[number];

/** `source`: no query at all, events go from the source into the sink. Raced beside the others, always. */
export type Workload = RacedQuery | 'source';

/** `inline`: engines generate the events. `encoded`: they decode what they have generated and encoded before. */
export const MODES = ['inline', 'encoded'] as const;
export type Mode = (typeof MODES)[number];

export interface RaceOptions {
  readonly queries: readonly RacedQuery[];
  readonly modes: readonly Mode[];
  readonly events: number;
  /** Each also is the number of cores. */
  readonly parallelisms: readonly number[];
  readonly rounds: number;
  /** Events per second of event time. */
  readonly rate: number;
  readonly seed: number;
  /** Event time of the first event, ms since the epoch. */
  readonly baseTime: number;
  /** How much the calibration loop may deviate, as a part of its median, before a run is void. */
  readonly tolerance: number;
  /** Void runs are repeated up to so many times each. */
  readonly repeats: number;
  /** Gigabytes of heap for Flink; undefined to search for the smallest good one. */
  readonly heap: number | undefined;
  readonly json: string | undefined;
}

export const RACE_USAGE = `npm run bench:nexmark -- [options]
  --queries q0,q5      which ones of ${RACED_QUERIES.join(',')}; default all
  --modes inline       which ones of ${MODES.join(',')}; default both
  --events N           default 3000000
  --parallelism 1,2    each on as many cores; default 1,2
  --rounds N           default 3
  --rate N             events per second of event time; default 100000
  --seed N             default 0
  --base-time MS       event time of the first event; default 1436918400000
  --tolerance X        deviation of the calibration loop that makes a run void; default 0.1
  --repeats N          how often a void run is repeated; default 5
  --heap GB            Flink's heap; default: the smallest of 1, 2 and 4 GB that is within 5 % of its best rate
  --json FILE          writes the figures there as well`;

/** Says in one line what is wrong with an argument. */
export class UsageError extends Error {}

/** `undefined` when help is asked for. Throws a UsageError. */
export function parseRaceOptions(args: readonly string[]): RaceOptions | undefined {
  const values = readFlags(args);
  if (values.help === true) return undefined;
  return {
    queries: names('queries', values.queries, RACED_QUERIES),
    modes: names('modes', values.modes, MODES),
    events: whole('events', values.events ?? '3000000', 10_000),
    parallelisms: (values.parallelism ?? '1,2').split(',').map((text) => whole('parallelism', text, 1)),
    rounds: whole('rounds', values.rounds ?? '3', 1),
    rate: whole('rate', values.rate ?? '100000', 1),
    seed: whole('seed', values.seed ?? '0', 0),
    baseTime: whole('base-time', values['base-time'] ?? '1436918400000', 0),
    tolerance: positive('tolerance', values.tolerance ?? '0.1'),
    repeats: whole('repeats', values.repeats ?? '5', 0),
    heap: values.heap === undefined ? undefined : whole('heap', values.heap, 1),
    json: values.json,
  };
}

const FLAGS = {
  queries: { type: 'string' },
  modes: { type: 'string' },
  events: { type: 'string' },
  parallelism: { type: 'string' },
  rounds: { type: 'string' },
  rate: { type: 'string' },
  seed: { type: 'string' },
  'base-time': { type: 'string' },
  tolerance: { type: 'string' },
  repeats: { type: 'string' },
  heap: { type: 'string' },
  json: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true }).values;
  } catch (error) {
    throw new UsageError((error as Error).message.split('\n')[0]);
  }
}

/** The names in the order of `known`; all when none is given. */
function names<T extends string>(flag: string, text: string | undefined, known: readonly T[]): readonly T[] {
  if (text === undefined) return known;
  const wanted = text.split(',');
  const unknown = wanted.filter((name) => !(known as readonly string[]).includes(name));
  if (unknown.length > 0) throw new UsageError(`--${flag}: there is no '${unknown[0]}', only ${known.join(', ')}`);
  return known.filter((name) => wanted.includes(name));
}

function whole(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < least) {
    throw new UsageError(`--${flag} must be a whole number of at least ${least}, not '${text}'`);
  }
  return value;
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new UsageError(`--${flag} must be above 0, not '${text}'`);
  return value;
}
