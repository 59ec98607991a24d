/** How long until something is seen? From the start of the process to RUNNING, and to the first window of the flights job. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './interleaved.js';

const rounds = Number(process.argv[2] ?? 5);

/** Milliseconds until the program writes what matches; then it is ended. */
function timeUntil(script: string, args: readonly string[], pattern: RegExp): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let seen = '';
    let found: number | undefined;
    child.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      if (found !== undefined || !pattern.test(seen)) return;
      found = performance.now() - start;
      child.kill('SIGINT');
    });
    child.on('exit', () =>
      found === undefined ? reject(new Error(`${script} ended without ${pattern}:\n${seen}`)) : resolve(found),
    );
  });
}

const running: number[] = [];
const firstWindow: number[] = [];
const output = await mkdtemp(join(tmpdir(), 'flink-yarn-bench-'));
for (let round = 0; round < rounds; round++) {
  running.push(await timeUntil('trivial-job.js', [], /RUNNING/));
  firstWindow.push(
    await timeUntil(
      '../examples/flight-delays/flight-delays.js',
      ['--disorder', '6h', '--output', join(output, String(round))],
      /worst on/,
    ),
  );
}
await rm(output, { recursive: true });
const report = (name: string, values: readonly number[], goalMs: number): void =>
  console.log(
    `${name}: ${(median(values) / 1000).toFixed(2)} s (${values.map((ms) => (ms / 1000).toFixed(2)).join(', ')}), goal ${goalMs / 1000} s`,
  );
report('process start to RUNNING of a trivial job', running, 1_500);
report('process start to the first window of the flights job', firstWindow, 5_000);
