/**
 * The Flink program that runs one query: built from its request, executed, and only then compared or written, since a
 * slot runs this program again up to `execute()`. Started by `nexmark`, for each query in a process of its own: so that no
 * query runs with code that V8 has optimized for another one, and time and memory are its own.
 */
import { basename } from 'node:path';
import { isFlinkError, type JobClient, StreamExecutionEnvironment } from 'flink-yarn';
import { countedRows, countRows } from './counting-sink.js';
import { finalTable, firstDifference, hashOf, type Lines, writeTable } from './final-table.js';
import { messageOf } from './input-error.js';
import type { JobOutcome, JobRequest } from './job-request.js';
import { nexmarkSource } from './nexmark-source.js';
import { nexmarkStreams } from './nexmark-streams.js';
import { readExpectedLines } from './oracle.js';
import { QUERIES } from './queries.js';

async function runQuery(request: JobRequest): Promise<JobOutcome> {
  const { parallelism } = request;
  const query = QUERIES[request.query];
  const env = StreamExecutionEnvironment.getExecutionEnvironment({
    'minicluster.number-of-taskmanagers': String(request.taskManagers),
  }).setParallelism(parallelism);
  const rows = query.build(nexmarkStreams(env, nexmarkSource({ ...request.source, splits: parallelism })));
  const collected = request.output !== null || request.expected !== null ? rows.collectAsync() : undefined;
  if (collected === undefined) countRows(rows, query);

  const cpuAtStart = process.cpuUsage();
  const job = await env.executeAsync(`Nexmark ${query.name}`);
  cancelWhenAsked(job);
  const emitted = await collected?.toArray();
  const result = await job.getJobExecutionResult();
  const { user, system } = process.cpuUsage(cpuAtStart);
  const costs = {
    seconds: result.netRuntimeMs / 1_000,
    cpuSeconds: (user + system) / 1_000_000,
    peakRssBytes: process.resourceUsage().maxRSS * 1_024,
  };
  if (emitted === undefined)
    return { ...countedRows(result, query), sha256: null, isEqual: null, difference: null, ...costs };
  return { ...(await handleTable(request, finalTable(query, emitted))), checksum: null, ...costs };
}

/** Compares and writes the table, as far as that was asked for. */
async function handleTable(
  { query, output, expected }: JobRequest,
  lines: Lines,
): Promise<Pick<JobOutcome, 'rows' | 'sha256' | 'isEqual' | 'difference'>> {
  const rows = lines.length;
  const sha256 = hashOf(lines);
  if (output !== null) await writeTable(output, query, lines);
  if (expected === null) return { rows, sha256, isEqual: null, difference: null };
  const isEqual = rows === expected.rows && sha256 === expected.sha256;
  const isKept = !isEqual && expected.file !== null;
  return {
    rows,
    sha256,
    isEqual,
    difference: isKept ? firstDifference(readExpectedLines(expected.file), lines) : null,
  };
}

/** On Ctrl-C, and when the process that waits for the outcome is gone. */
function cancelWhenAsked(job: JobClient): void {
  const cancel = (): void => void job.cancel().catch(() => process.exit(CANCELLED));
  process.on('SIGINT', cancel);
  process.on('disconnect', cancel);
}

const FAILED = 1;
const CANCELLED = 130;

async function main(): Promise<void> {
  const request = JSON.parse(process.argv[2] ?? '') as JobRequest;
  try {
    const outcome = await runQuery(request);
    if (process.send === undefined) console.log(JSON.stringify(outcome));
    else process.send(outcome);
  } catch (error) {
    process.exitCode = isFlinkError(error) && error.code === 'JOB_CANCELED' ? CANCELLED : FAILED;
    if (process.exitCode === FAILED) console.error(`${request.query} failed: ${messageOf(error)}`);
  }
  process.removeAllListeners('disconnect');
  if (process.connected) process.disconnect();
}

if (basename(process.argv[1] ?? '').startsWith('nexmark-job.')) await main();
