/**
 * The Nexmark race: each query on our engine and on Apache Flink, the same events and the same cores, run by run in turn.
 * `npm run bench:nexmark -- --help` says what can be chosen, docs/performance.md what the figures mean.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Calibration } from './calibration.js';
import type { Figures } from './figures.js';
import { FlinkProject } from './flink-project.js';
import { RunStarter } from './measured-run.js';
import { parseRaceOptions, RACE_USAGE, type RaceOptions, UsageError } from './race-options.js';
import { raceReport } from './race-report.js';
import { Race } from './race-runs.js';

/** Programs that a race starts, and what somebody who lacks one would look for. */
const PROGRAMS: Readonly<Record<string, string>> = {
  java: 'a Java runtime, version 17',
  mvn: 'Maven, to build bench/flink',
  taskset: 'util-linux, to pin processes to cores',
};

function checkMachine({ parallelisms }: RaceOptions): void {
  if (process.platform !== 'linux') throw new UsageError('the race pins processes and reads /proc: it needs Linux');
  for (const [program, what] of Object.entries(PROGRAMS)) {
    const { error } = spawnSync(program, ['--version'], { stdio: 'ignore' });
    if (error !== undefined) throw new UsageError(`there is no '${program}' on the PATH: the race needs ${what}`);
  }
  const cores = availableParallelism();
  const tooMany = parallelisms.find((parallelism) => parallelism > cores);
  if (tooMany !== undefined) throw new UsageError(`--parallelism ${tooMany}: the machine has ${cores} cores`);
}

async function race(options: RaceOptions): Promise<void> {
  const log = (line: string): void => console.error(line);
  const flink = await FlinkProject.build(log);
  const calibration = await Calibration.start(Math.max(...options.parallelisms), options.tolerance);
  const starter = new RunStarter();
  process.once('exit', () => starter.close());
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  const runs = new Race({ options, flink, calibration, starter, log });
  const figures: Figures[] = [];
  for (const mode of options.modes) {
    for (const parallelism of options.parallelisms) {
      for (const query of ['source', ...options.queries] as const) {
        figures.push(...(await runs.race({ query, mode, parallelism })));
        if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);
      }
    }
  }
  console.log(raceReport(figures));
  for (const line of runs.withoutFigures) console.log(`No figure: ${line}`);
  if (runs.withoutFigures.length > 0) process.exitCode = 1;
}

try {
  const options = parseRaceOptions(process.argv.slice(2));
  if (options === undefined) {
    console.log(RACE_USAGE);
  } else {
    checkMachine(options);
    await race(options);
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
