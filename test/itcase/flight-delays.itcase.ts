/** The flight delays example against its oracle: slices on the MiniCluster's threads, everything as a program of its own. */
import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { Configuration } from '../../src/config/configuration.js';
import { MiniCluster } from '../../src/testing/index.js';
import { useTemporaryFolder } from '../helpers/temporary-folder.js';
import { type Comparison, expectSameWindows, readFlights, readJobOutput } from '../oracle/flight-delays-oracle.js';

const slice = new URL('../programs/flight-delays-slice.js', import.meta.url);
const example = fileURLToPath(new URL('../../examples/flight-delays/flight-delays.js', import.meta.url));
const input = join(
  dirname(dirname(createRequire(import.meta.url).resolve('vega-datasets'))),
  'data',
  'flights-3m.parquet',
);
const SIX_HOURS_MS = 6 * 3_600_000;
const ALL = 3_000_000;

describe('the flight delays example', function () {
  this.timeout(180_000);
  const folder = useTemporaryFolder();

  for (const parallelism of [1, 2, 4]) {
    // More than one row group, so that several readers have something to do.
    const limit = 300_000;
    it(`counts and reports as late what the oracle says, with parallelism ${parallelism}`, async () => {
      await MiniCluster.run(slice, {}, folder(), String(limit), String(SIX_HOURS_MS), String(parallelism));
      const { lateFlights } = await compare(limit);
      expect(lateFlights).to.be.above(100);
    });
  }

  it('has nothing late where nothing is out of order, and then every window', async () => {
    await MiniCluster.run(slice, {}, folder(), '50000', '0', '4');
    expect(await compare(50_000)).to.deep.equal({ windows: 7_297 + 853, lateFlights: 0 });
  });

  it('gives the same result when a TaskManager is killed in the middle, and nothing of the failed attempt', async () => {
    const limit = 600_000;
    const configuration = new Configuration({
      'restart-strategy.type': 'fixed-delay',
      'restart-strategy.fixed-delay.attempts': '3',
      'restart-strategy.fixed-delay.delay': '10 ms',
      'heartbeat.interval': '100 ms',
      'heartbeat.timeout': '10 s',
    });
    await using cluster = new MiniCluster({ numTaskManagers: 3, numSlotsPerTaskManager: 2, configuration });
    await cluster.start();
    const run = cluster.run(slice, folder(), String(limit), String(SIX_HOURS_MS), '4');
    await flightsRead(cluster, 50_000);
    await cluster.killTaskManager(await taskManagerInUse(cluster));
    await run;
    const [job] = await cluster.dispatcher.listJobs();
    expect(job?.numRestarts).to.be.at.least(1);
    await compare(limit);
  });

  describe('as a program', () => {
    it('computes all three million flights and prints a summary', async () => {
      const { code, stdout, stderr } = await runExample(['--disorder', '6h', '-p', '2', '--output', folder()]);
      expect(stderr).to.equal('');
      expect(code).to.equal(0);
      const { windows, lateFlights } = await compare(ALL);
      expect(stdout).to.match(/^ +1 +ORD +Chicago O'Hare International, Chicago IL +166,\d{3} /m);
      expect(stdout).to.contain('3,000,000 flights in ');
      const numbers = [
        /([\d,]+) windows of one hour, ([\d,]+) of one day/,
        /([\d,]+) flights came too late for their hour/,
      ];
      const [hours, days, lateHours] = numbers
        .flatMap((pattern) => (pattern.exec(stdout) ?? []).slice(1))
        .map(toNumber);
      expect((hours ?? 0) + (days ?? 0)).to.equal(windows);
      const lateDays = toNumber(/([\d,]+) flights came too late for their day/.exec(stdout)?.[1] ?? '');
      expect((lateHours ?? 0) + lateDays).to.equal(lateFlights);
    });

    it('ends at Ctrl-C with code 130 and leaves no file behind', async () => {
      const { code, stdout, stderr } = await runExample(['--output', folder()], (program) => program.kill('SIGINT'));
      expect(stderr).to.equal('');
      expect(stdout).to.contain('Cancelled.');
      expect(code).to.equal(130);
      expect(await filesIn(folder())).to.deep.equal([]);
    });

    it('names an input file that is missing, and writes nothing', async () => {
      const output = join(folder(), 'out');
      const { code, stderr } = await runExample(['--input', join(folder(), 'none.parquet'), '--output', output]);
      expect(code).to.equal(1);
      expect(stderr).to.contain(`input ${join(folder(), 'none.parquet')} does not exist`);
      expect(await filesIn(output)).to.deep.equal([]);
    });

    it('names an output path that is a file, and leaves it alone', async () => {
      const output = join(folder(), 'out');
      await writeFile(output, 'precious');
      const { code, stderr } = await runExample(['--limit', '1000', '--output', output]);
      expect(code).to.equal(1);
      expect(stderr).to.match(/output path .*out\/(windows|late) is not a directory/);
      expect(await readFile(output, 'utf8')).to.equal('precious');
    });

    it('names an option that makes no sense', async () => {
      const { code, stderr } = await runExample(['--limit', 'many', '--output', folder()]);
      expect(code).to.equal(1);
      expect(stderr).to.contain("--limit must be a whole number, not 'many'");
    });
  });

  async function compare(limit: number): Promise<Comparison> {
    for (const part of ['windows', 'late']) {
      const hidden = (await readdir(join(folder(), part))).filter((name) => name.startsWith('.'));
      expect(hidden, 'files that were not committed').to.deep.equal([]);
    }
    return expectSameWindows(await readFlights(input, limit), await readJobOutput(folder()));
  }
});

interface ProgramEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the example as a person would; `onFirstOutput` is called when it shows its first line. */
function runExample(
  args: readonly string[],
  onFirstOutput: (program: ReturnType<typeof spawn>) => void = () => undefined,
): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const program = spawn(process.execPath, [example, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    program.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout === '') onFirstOutput(program);
      stdout += text;
    });
    program.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    program.on('error', reject);
    program.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

async function flightsRead(cluster: MiniCluster, wanted: number): Promise<void> {
  for (;;) {
    const [job] = await cluster.dispatcher.listJobs();
    const vertices = job === undefined ? [] : await cluster.dispatcher.requestVertexMetrics(job.jobId);
    const source = vertices.find(({ name }) => name.includes('flights'));
    if (source !== undefined && source.numRecordsIn >= wanted) return;
    await new Promise((resolve) => cluster.environment.clock.schedule(20, () => resolve(undefined)));
  }
}

async function filesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** Index of a TaskManager that runs a part of the job. */
async function taskManagerInUse(cluster: MiniCluster): Promise<number> {
  const [job] = await cluster.dispatcher.listJobs();
  const name = job?.vertices[0]?.subtasks[0]?.taskManager ?? '';
  return toNumber(name.replace('taskmanager-', ''));
}

function toNumber(text: string): number {
  return Number(text.replaceAll(',', ''));
}
