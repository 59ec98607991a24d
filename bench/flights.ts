/** How many flights a second does one core take through the flights job, decoding left out? */
import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median, spread } from './interleaved.js';

const FLIGHTS = 3_000_000;
/** Every flight is in one window of an hour and one of a day. */
const EXPECTED_FLIGHTS = 2 * FLIGHTS;
const rounds = Number(process.argv[2] ?? 3);

const perSecond: number[] = [];
const perCpuSecond: number[] = [];
for (let round = 0; round < rounds; round++) {
  const output = join(await mkdtemp(join(tmpdir(), 'flink-yarn-bench-')), 'output');
  const { stdout } = await promisify(execFile)(process.execPath, [
    fileURLToPath(new URL('flights-job.js', import.meta.url)),
    output,
  ]);
  const [, wallMs, cpuMs] = /elapsed (\S+) (\S+)/.exec(stdout) ?? [];
  const checked = /checked (.*)/.exec(stdout)?.[1];
  if (!checked?.startsWith(`${EXPECTED_FLIGHTS} flights`))
    throw new Error(`wrong results, so there is no figure: ${checked}`);
  console.log(`round ${round + 1}: checked ${checked}`);
  perSecond.push(FLIGHTS / (Number(wallMs) / 1000));
  perCpuSecond.push(FLIGHTS / (Number(cpuMs) / 1000));
}
console.log(
  `${spread(perSecond)} flights/s in one slot; ${spread(perCpuSecond)} flights per CPU-second of the whole process`,
);
console.log(`goal: 0.5 M flights/s/core: ${median(perSecond) >= 500_000 ? 'reached' : 'not reached'}`);
