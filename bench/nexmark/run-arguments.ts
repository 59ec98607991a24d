/** What every program that is raced is told on its command line, and what it leaves behind. */
import { parseArgs } from 'node:util';
import type { Mode, Workload } from './race-options.js';

export interface RunArguments {
  readonly query: Workload;
  readonly mode: Mode;
  readonly events: number;
  readonly parallelism: number;
  readonly rate: number;
  readonly seed: number;
  readonly baseTime: number;
  /** An empty folder, for `progress-<subtask>.tsv`, `sink-<subtask>.json` and `process.json`. */
  readonly output: string;
}

/** Of one sink subtask, or of all of them together: rows, and the sum of their checksums modulo 2^32. */
export interface SinkResult {
  readonly rows: number;
  readonly checksum: number;
}

/** The content of `process.json`. */
export interface ProcessResult {
  /** From handing over the job to its end. */
  readonly jobNanos: number;
  readonly cpuNanos: number;
  readonly peakRssBytes: number;
}

export function formatRunArguments(run: RunArguments): readonly string[] {
  return [
    ['--query', run.query],
    ['--mode', run.mode],
    ['--events', run.events],
    ['--parallelism', run.parallelism],
    ['--rate', run.rate],
    ['--seed', run.seed],
    ['--base-time', run.baseTime],
    ['--output', run.output],
  ].flatMap((pair) => pair.map(String));
}

const FLAG = { type: 'string' } as const;

/** The harness has checked the values already. */
export function parseRunArguments(args: readonly string[]): RunArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      query: FLAG,
      mode: FLAG,
      events: FLAG,
      parallelism: FLAG,
      rate: FLAG,
      seed: FLAG,
      'base-time': FLAG,
      output: FLAG,
    },
  });
  return {
    query: values.query as Workload,
    mode: values.mode as Mode,
    events: Number(values.events),
    parallelism: Number(values.parallelism),
    rate: Number(values.rate),
    seed: Number(values.seed),
    baseTime: Number(values['base-time']),
    output: values.output as string,
  };
}
