/** The command line of `nexmark`: what it understands, and what it refuses in one line. */
import { parseArgs } from 'node:util';
import { DATA_SETS, type DataSetName } from './data-sets.js';
import { checkConfig, NEXMARK_DEFAULTS, type NexmarkConfig } from './generator/nexmark-config.js';
import { InputError, messageOf } from './input-error.js';
import type { NexmarkSourceOptions } from './nexmark-source.js';
import { isCompared, QUERY_NAMES, type QueryName } from './query-names.js';

export const USAGE = `Usage: bin/nexmark --query q5[,q7|all] [options]
Runs queries of the Nexmark benchmark on events that it generates.

  --query NAMES       queries to run: q0 to q23, several with commas, or all
  --events N          number of events                 (default: 1000000)
  --seed S            other numbers give other events  (default: 0)
  --rate R            events per second of event time  (default: 10000)
  --base-time T       first event, ms since epoch      (default: 1436918400000)
  --set S|B           one of two sets of events, in place of the four above
  --parallelism P     subtasks an operator, to 128     (default: 1)
  --task-managers N   TaskManagers to share the slots  (default: 1)
  --max-speed N       at most so many events per second of the clock
  --mode MODE         inline: events are made as they are emitted (default);
                      encoded: all are made first, in memory, then decoded
  --splitting HOW     striped: readers share one data set (default);
                      contiguous: each has a generator of its own
  --output DIR        write final tables to DIR/qN.ndjson
  --verify DIR        compare with results of Apache Flink in DIR; needs --set
  --json FILE         write figures of all queries to FILE
  --target local      where to run: an embedded cluster
  --help              show this

Exit code: 0 all well; 1 a job failed or a result differs; 2 bad input.`;

export interface NexmarkOptions {
  readonly queries: readonly QueryName[];
  readonly source: Omit<NexmarkSourceOptions, 'splits'>;
  readonly set: DataSetName | null;
  readonly parallelism: number;
  readonly taskManagers: number;
  readonly output: string | null;
  readonly verify: string | null;
  readonly json: string | null;
}

const MOST_PARALLEL = 128;
/** What a set of events decides. */
const SET_FLAGS = ['events', 'seed', 'rate', 'base-time'] as const;

/** Undefined when help was asked for. Throws InputError. */
export function parseOptions(args: readonly string[]): NexmarkOptions | undefined {
  const values = parseFlags(args);
  if (values.help === true) return undefined;
  checkTarget(values.target);
  const set = values.set === undefined ? null : oneOf('set', values.set, ['S', 'B'] as const);
  const config = set === null ? configOf(values) : configOfSet(set, values);
  const parallelism = wholeNumber('parallelism', values.parallelism, 1, 1, MOST_PARALLEL);
  const splitting = oneOf('splitting', values.splitting ?? 'striped', ['striped', 'contiguous'] as const);
  checkEvents(config, splitting === 'contiguous' ? parallelism : 1);
  const options: NexmarkOptions = {
    queries: queriesOf(values.query, values.verify !== undefined),
    source: {
      ...config,
      splitting,
      mode: oneOf('mode', values.mode ?? 'inline', ['inline', 'encoded'] as const),
      ...(values['max-speed'] === undefined ? {} : { maxSpeed: positiveNumber('max-speed', values['max-speed']) }),
    },
    set,
    parallelism,
    taskManagers: wholeNumber('task-managers', values['task-managers'], 1, 1, MOST_PARALLEL),
    output: values.output ?? null,
    verify: values.verify ?? null,
    json: values.json ?? null,
  };
  checkVerify(options);
  return options;
}

type Flags = ReturnType<typeof parseFlags>;

function parseFlags(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = {
    query: text,
    events: text,
    seed: text,
    rate: text,
    'base-time': text,
    set: text,
    parallelism: text,
    'task-managers': text,
    'max-speed': text,
    mode: text,
    splitting: text,
    output: text,
    verify: text,
    json: text,
    target: text,
    help: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    // Node explains more than fits a line.
    throw new InputError(`${messageOf(error).split(/\.[\s$]/)[0]}; see --help`);
  }
}

function queriesOf(text: string | undefined, isVerified: boolean): readonly QueryName[] {
  if (text === undefined) throw new InputError('--query is missing: q0 to q23, several with commas, or all');
  if (text === 'all') return QUERY_NAMES.filter((name) => isCompared(name) || !isVerified);
  return text.split(',').map((name) => {
    const known = QUERY_NAMES.find((each) => each === name.trim());
    if (known === undefined)
      throw new InputError(`there is no query '${name}': q0 to q23, several with commas, or all`);
    if (isVerified && !isCompared(known))
      throw new InputError(`${known} cannot be verified: its results depend on the machine's clock`);
    return known;
  });
}

function configOf(values: Flags): NexmarkConfig {
  return {
    events: wholeNumber('events', values.events, NEXMARK_DEFAULTS.events, 1),
    seed: wholeNumber('seed', values.seed, NEXMARK_DEFAULTS.seed, Number.MIN_SAFE_INTEGER),
    rate: values.rate === undefined ? NEXMARK_DEFAULTS.rate : positiveNumber('rate', values.rate),
    baseTime: wholeNumber('base-time', values['base-time'], NEXMARK_DEFAULTS.baseTime, 0),
    outOfOrderGroupSize: 1,
  };
}

function configOfSet(set: DataSetName, values: Flags): NexmarkConfig {
  const flag = SET_FLAGS.find((each) => values[each] !== undefined);
  if (flag !== undefined) throw new InputError(`--${flag} contradicts --set ${set}, which has its own`);
  return DATA_SETS[set];
}

/** What the generator has no exact events for. */
function checkEvents(config: NexmarkConfig, generators: number): void {
  try {
    checkConfig(config, generators);
  } catch (error) {
    throw new InputError(messageOf(error));
  }
}

function checkTarget(target = 'local'): void {
  if (oneOf('target', target, ['local', 'remote'] as const) === 'local') return;
  throw new InputError(
    '--target remote: there is no cluster to submit to yet; jobs run on an embedded one (--target local)',
  );
}

function checkVerify({ verify, set, source, parallelism }: NexmarkOptions): void {
  if (verify === null) return;
  if (set === null) throw new InputError('--verify needs --set: S or B, of which the results are known');
  if (source.splitting === 'contiguous' && parallelism > 1)
    throw new InputError('--verify needs --splitting striped: contiguous parts have other events');
}

function oneOf<T extends string>(flag: string, text: string, values: readonly T[]): T {
  const value = values.find((each) => each === text);
  if (value === undefined) throw new InputError(`--${flag} must be ${values.join(' or ')}, not '${text}'`);
  return value;
}

function wholeNumber(
  flag: string,
  text: string | undefined,
  byDefault: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  if (text === undefined) return byDefault;
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  const bounds =
    most < Number.MAX_SAFE_INTEGER ? ` from ${least} to ${most}` : least >= 0 ? ` of at least ${least}` : '';
  throw new InputError(`--${flag} must be a whole number${bounds}, not '${text}'`);
}

function positiveNumber(flag: string, text: string): number {
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InputError(`--${flag} must be a number above 0, not '${text}'`);
}
