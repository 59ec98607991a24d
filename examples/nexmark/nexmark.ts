/**
 * Runs Nexmark queries and shows what came out: rows and hash or checksum, whether the results are those of Apache Flink,
 * and how fast it went. Each query runs in a process of its own (nexmark-job.ts); this one only asks, waits and prints.
 *
 *   bin/nexmark --query q5,q7 --events 5000000 --parallelism 2
 *   bin/nexmark --query all --set S --verify test/fixtures/nexmark
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError, messageOf } from './input-error.js';
import type { JobOutcome, JobRequest } from './job-request.js';
import { type NexmarkOptions, parseOptions, USAGE } from './options.js';
import { type Oracle, readOracle } from './oracle.js';
import type { QueryName } from './query-names.js';
import { figuresOf, headLines, outcomeLines, summaryLine } from './report.js';

const ALL_WELL = 0;
const FAILED = 1;
const BAD_INPUT = 2;
const CANCELLED = 130;

let running: ChildProcess | undefined;
let isCancelled = false;

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options === undefined) {
    console.log(USAGE);
    return ALL_WELL;
  }
  const oracle = prepare(options);
  process.once('SIGINT', () => {
    isCancelled = true;
    running?.kill('SIGINT');
  });
  show(headLines(options));
  const outcomes = new Map<QueryName, JobOutcome>();
  for (const query of options.queries) {
    const outcome = await runQuery(requestOf(query, options, oracle));
    if (isCancelled) {
      console.log('Cancelled.');
      return CANCELLED;
    }
    if (outcome === undefined) continue;
    outcomes.set(query, outcome);
    show(outcomeLines(query, outcome, options));
  }
  show([summaryLine(outcomes, options)].filter((text) => text !== ''));
  if (options.json !== null) writeJson(options.json, outcomes, options);
  const isGood = [...outcomes.values()].every(({ isEqual }) => isEqual !== false);
  return isGood && outcomes.size === options.queries.length ? ALL_WELL : FAILED;
}

/** Refuses, before anything runs, what could only fail afterwards. */
function prepare({ verify, set, queries, output, json }: NexmarkOptions): Oracle | undefined {
  const oracle = verify === null || set === null ? undefined : readOracle(verify, set, queries);
  if (json !== null) {
    if (!isFolder(dirname(json))) throw new InputError(`--json: there is no folder ${dirname(json)}`);
    if (isFolder(json)) throw new InputError(`--json: ${json} is a folder`);
  }
  if (output !== null) makeFolder(output);
  return oracle;
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new InputError(`--output: ${folder} is no folder and cannot become one (${messageOf(error)})`);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function requestOf(query: QueryName, options: NexmarkOptions, oracle: Oracle | undefined): JobRequest {
  const { source, parallelism, taskManagers, output } = options;
  return { query, source, parallelism, taskManagers, output, expected: oracle?.get(query) ?? null };
}

/** Undefined when the job failed, of which its process has told already. */
async function runQuery(request: JobRequest): Promise<JobOutcome | undefined> {
  if (isCancelled) return undefined;
  if (process.stdout.isTTY) process.stdout.write(`${request.query} is running …`);
  const job = fork(jobProgram(), [JSON.stringify(request)]);
  running = job;
  let outcome: JobOutcome | undefined;
  job.on('message', (message) => {
    outcome = message as JobOutcome;
  });
  // The process may end before the last that it said was read: the channel closes behind it.
  await Promise.all([once(job, 'exit'), once(job, 'disconnect')]);
  running = undefined;
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
  return outcome;
}

function jobProgram(): string {
  const self = fileURLToPath(import.meta.url);
  return join(dirname(self), `nexmark-job${extname(self)}`);
}

function show(lines: readonly string[]): void {
  for (const text of lines) console.log(text);
}

function writeJson(file: string, outcomes: ReadonlyMap<QueryName, JobOutcome>, options: NexmarkOptions): void {
  const figures = [...outcomes].map(([query, outcome]) => figuresOf(query, outcome, options));
  const unfinished = join(dirname(file), `.${basename(file)}.${process.pid}`);
  try {
    writeFileSync(unfinished, `${JSON.stringify(figures, null, 2)}\n`);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

if (basename(process.argv[1] ?? '').startsWith('nexmark.')) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(`nexmark: ${messageOf(error)}`);
    process.exitCode = error instanceof InputError ? BAD_INPUT : FAILED;
  }
}
