/** Starts a raced program as a process of its own on some of the cores, and reads what it left behind. */
import { type ChildProcess, execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BusyCores } from './busy-cores.js';
import type { RunFigures } from './figures.js';
import { emittedEvents, parseProgress, type SourceProgress, steadyRates } from './progress.js';
import { formatRunArguments, type ProcessResult, type RunArguments, type SinkResult } from './run-arguments.js';

export interface MeasuredRun extends SinkResult {
  readonly figures: RunFigures;
  /** What other processes took of the cores meanwhile, as a part of all they could do. */
  readonly foreignShare: number;
}

/** A program and its first arguments; those of the run follow. */
export type Command = readonly string[];

const TIMEOUT_MS = 15 * 60_000;

/** Runs one program at a time; what they leave behind stands in a folder that is gone when this is closed. */
export class RunStarter {
  private readonly folder = mkdtempSync(join(tmpdir(), 'flink-yarn-race-'));
  private running: ChildProcess | undefined;
  private runs = 0;

  /** Rejects when the program fails, with the end of what it said. */
  async measure(command: Command, cores: number, run: Omit<RunArguments, 'output'>): Promise<MeasuredRun> {
    const output = join(this.folder, String(this.runs++));
    await mkdir(output);
    const pinned = ['-c', cores === 1 ? '0' : `0-${cores - 1}`, ...command, ...formatRunArguments({ ...run, output })];
    try {
      const busy = await BusyCores.start(cores);
      await this.execute('taskset', pinned);
      return await readRun(output, run.events, await busy.stop());
    } catch (error) {
      throw new Error(`${run.query} failed: ${(error as Error).message}`, { cause: error });
    } finally {
      await rm(output, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    }
  }

  /** Ends the program that is running. Synchronous, for the end of the process. */
  close(): void {
    this.running?.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  private execute(program: string, args: readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const options = { timeout: TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: 1 << 26 } as const;
      this.running = execFile(program, args, options, (error, _stdout, stderr) => {
        this.running = undefined;
        const said = stderr.trim().split('\n').slice(-12).join('\n');
        if (error === null) resolve();
        else reject(new Error(said === '' ? error.message : said));
      });
    });
  }
}

async function readRun(
  folder: string,
  events: number,
  busy: { readonly busyNanos: number; readonly allNanos: number },
): Promise<MeasuredRun> {
  const sources = await readAll(folder, 'progress-', parseProgress);
  if (emittedEvents(sources) !== events) throw new Error(`${emittedEvents(sources)} events came, not ${events}`);
  const sinks = await readAll(folder, 'sink-', (text) => JSON.parse(text) as SinkResult);
  const text = await readFile(join(folder, 'process.json'), 'utf8');
  const { jobNanos, cpuNanos, peakRssBytes } = JSON.parse(text) as ProcessResult;
  return {
    rows: sinks.reduce((sum, { rows }) => sum + rows, 0),
    checksum: sinks.reduce((sum, { checksum }) => (sum + checksum) % 2 ** 32, 0),
    figures: {
      ...steadyRates(sources),
      wholeEventsPerSecond: (events * 1e9) / (jobNanos - longestPreparation(sources)),
      peakRssBytes,
    },
    foreignShare: Math.max(0, (busy.busyNanos - cpuNanos) / busy.allNanos),
  };
}

async function readAll<T>(folder: string, prefix: string, parse: (text: string) => T): Promise<readonly T[]> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix));
  return Promise.all(names.map(async (name) => parse(await readFile(join(folder, name), 'utf8'))));
}

function longestPreparation(sources: readonly SourceProgress[]): number {
  return Math.max(...sources.map(({ preparationNanos }) => preparationNanos));
}
