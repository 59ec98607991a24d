/** What the race reports: figures of each engine, and ratios of runs that stood side by side. Pure. */
import type { Mode, Workload } from './race-options.js';

/** `limit` is the query as a hand-written loop, in one thread and without an engine. */
export type Engine = 'flink-yarn' | 'flink' | 'limit';

/** What one run showed. */
export interface RunFigures {
  /** In the steady part. */
  readonly eventsPerSecond: number;
  /** In the steady part, of the whole process. */
  readonly eventsPerCpuSecond: number;
  /** From the start of the job to its end, without encoding events beforehand. */
  readonly wholeEventsPerSecond: number;
  readonly peakRssBytes: number;
}

/** The medians of all runs of an engine, with the runs in order of rounds. One entry of the file that `--json` names. */
export interface Figures extends RunFigures {
  readonly query: Workload;
  readonly mode: Mode;
  readonly parallelism: number;
  readonly cores: number;
  readonly engine: Engine;
  readonly events: number;
  /** Of Flink: the heap it was given. */
  readonly heapGigabytes?: number;
  readonly rows: number;
  readonly checksum: number;
  readonly runs: readonly RunFigures[];
}

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export type Measure = keyof RunFigures;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

export function medians(runs: readonly RunFigures[]): RunFigures {
  const of = (measure: Measure): number => median(runs.map((run) => run[measure]));
  return {
    eventsPerSecond: Math.round(of('eventsPerSecond')),
    eventsPerCpuSecond: Math.round(of('eventsPerCpuSecond')),
    wholeEventsPerSecond: Math.round(of('wholeEventsPerSecond')),
    peakRssBytes: Math.round(of('peakRssBytes')),
  };
}

/** Ratios round by round: the two runs of a round had the same neighbours. */
export function ratios(ours: Figures, theirs: Figures, measure: Measure): Spread {
  const rounds = Math.min(ours.runs.length, theirs.runs.length);
  const values = Array.from(
    { length: rounds },
    (_, round) => (ours.runs[round] as RunFigures)[measure] / (theirs.runs[round] as RunFigures)[measure],
  );
  return { min: Math.min(...values), median: median(values), max: Math.max(...values) };
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
