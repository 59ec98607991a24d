/** The runs of a race: in turn, repeated while the machine is disturbed, and compared row by row. */
import { fileURLToPath } from 'node:url';
import type { Calibration } from './calibration.js';
import { type Engine, type Figures, medians } from './figures.js';
import type { FlinkProject } from './flink-project.js';
import { smallestGoodHeap } from './heap-search.js';
import type { Command, MeasuredRun, RunStarter } from './measured-run.js';
import type { Mode, RaceOptions, Workload } from './race-options.js';

/** What the runtime sets for slots. */
const V8_FLAGS = ['--max-inlined-bytecode-size=2000', '--max-inlined-bytecode-size-cumulative=6000'];

export interface Heat {
  readonly query: Workload;
  readonly mode: Mode;
  /** Also the number of cores. */
  readonly parallelism: number;
}

export interface RaceParts {
  readonly options: RaceOptions;
  readonly flink: FlinkProject;
  readonly calibration: Calibration;
  readonly starter: RunStarter;
  /** Gets a line for each run. */
  readonly log: (line: string) => void;
}

/** A heat that gives no figures, and why. */
class NoFigure extends Error {}

export class Race {
  /** A line for each heat that has no figures. */
  readonly withoutFigures: string[] = [];
  private readonly options: RaceOptions;
  private readonly flink: FlinkProject;
  private readonly calibration: Calibration;
  private readonly starter: RunStarter;
  private readonly log: (line: string) => void;
  private readonly heaps = new Map<string, number>();

  constructor({ options, flink, calibration, starter, log }: RaceParts) {
    this.options = options;
    this.flink = flink;
    this.calibration = calibration;
    this.starter = starter;
    this.log = log;
  }

  /** The figures of all engines, or none. */
  async race(heat: Heat): Promise<readonly Figures[]> {
    try {
      return await this.figuresOf(heat);
    } catch (error) {
      if (!(error instanceof NoFigure)) throw error;
      this.withoutFigures.push(`${nameOf(heat)}: ${error.message}`);
      this.log(`${nameOf(heat)}: ${error.message}`);
      return [];
    }
  }

  private async figuresOf(heat: Heat): Promise<readonly Figures[]> {
    const heapGigabytes = await this.heapOf(heat);
    const commands: Readonly<Record<Engine, Command>> = {
      flink: this.flink.command(heapGigabytes),
      'flink-yarn': nodeCommand('race-job.js'),
      limit: nodeCommand('../limit/limit.js'),
    };
    // The loop knows one thread only: what it shows on one core is the limit of every parallelism.
    const engines: readonly Engine[] = ['flink', 'flink-yarn', 'limit'];
    const runs: Record<Engine, MeasuredRun[]> = { flink: [], 'flink-yarn': [], limit: [] };
    for (let round = 1; round <= this.options.rounds; round++) {
      for (const engine of engines) {
        const run = await this.undisturbedRun(heat, engine, commands[engine]);
        this.log(`${nameOf(heat)}, round ${round}, ${engine}: ${describe(run)}`);
        runs[engine].push(run);
      }
    }
    checkEqual(runs);
    return engines.map((engine) => this.summary(heat, engine, runs[engine], heapGigabytes));
  }

  private summary(heat: Heat, engine: Engine, runs: readonly MeasuredRun[], heapGigabytes: number): Figures {
    const { rows, checksum } = runs[0] as MeasuredRun;
    const figures = runs.map((run) => run.figures);
    return {
      query: heat.query,
      mode: heat.mode,
      parallelism: heat.parallelism,
      cores: heat.parallelism,
      engine,
      events: this.options.events,
      ...medians(figures),
      ...(engine === 'flink' ? { heapGigabytes } : {}),
      rows,
      checksum,
      runs: figures,
    };
  }

  /** Searched once for a query and mode, at the parallelism that comes first. */
  private async heapOf(heat: Heat): Promise<number> {
    if (this.options.heap !== undefined) return this.options.heap;
    const key = `${heat.query} ${heat.mode}`;
    const found = this.heaps.get(key) ?? (await smallestGoodHeap((gigabytes) => this.rateWith(heat, gigabytes)));
    this.heaps.set(key, found);
    return found;
  }

  private async rateWith(heat: Heat, gigabytes: number): Promise<number> {
    try {
      const run = await this.measure(heat, 'flink', this.flink.command(gigabytes));
      this.log(`${nameOf(heat)}, Flink with ${gigabytes} GB: ${describe(run)}`);
      // By CPU time: it holds the work of the garbage collector as well, and neighbours disturb it least.
      return run.figures.eventsPerCpuSecond;
    } catch (error) {
      this.log(`${nameOf(heat)}, Flink with ${gigabytes} GB: ${(error as Error).message.split('\n')[0]}`);
      return 0;
    }
  }

  private async undisturbedRun(heat: Heat, engine: Engine, command: Command): Promise<MeasuredRun> {
    for (let repeats = 0; ; repeats++) {
      const before = await this.calibration.measure(heat.parallelism);
      const run = await this.measure(heat, engine, command);
      const disturbance = Math.max(before, run.foreignShare, await this.calibration.measure(heat.parallelism));
      if (!this.calibration.isVoid(disturbance)) return run;
      const percent = Math.round(100 * disturbance);
      this.log(`${nameOf(heat)}, ${engine}: void, the machine deviates by ${percent} %; ${describe(run)}`);
      if (repeats === this.options.repeats) {
        throw new NoFigure(`${engine} had no run without disturbance in ${repeats + 1}`);
      }
    }
  }

  private async measure(heat: Heat, engine: Engine, command: Command): Promise<MeasuredRun> {
    const { events, rate, seed, baseTime } = this.options;
    return this.starter.measure(command, heat.parallelism, {
      ...heat,
      parallelism: engine === 'limit' ? 1 : heat.parallelism,
      events,
      rate,
      seed,
      baseTime,
    });
  }
}

function nodeCommand(script: string): Command {
  return [process.execPath, ...V8_FLAGS, fileURLToPath(new URL(script, import.meta.url))];
}

/** Every run of every engine has to give the same rows. */
function checkEqual(runs: Readonly<Record<Engine, readonly MeasuredRun[]>>): void {
  const results = Object.entries(runs).flatMap(([engine, ofEngine]) =>
    ofEngine.map(({ rows, checksum }) => ({ engine, result: `${rows} rows with checksum ${checksum}` })),
  );
  if (new Set(results.map(({ result }) => result)).size === 1) return;
  const each = new Set(results.map(({ engine, result }) => `${engine} ${result}`));
  throw new NoFigure(`results differ: ${[...each].join(', ')}`);
}

function nameOf({ query, mode, parallelism }: Heat): string {
  return `${query} ${mode} ×${parallelism}`;
}

function describe({ figures, rows, checksum }: MeasuredRun): string {
  const thousands = (rate: number): string => `${Math.round(rate / 1000)} k`;
  return (
    `${thousands(figures.eventsPerSecond)} events/s, ${thousands(figures.eventsPerCpuSecond)} per CPU-s, ` +
    `${Math.round(figures.peakRssBytes / 1e6)} MB, ${rows} rows, checksum ${checksum}`
  );
}
