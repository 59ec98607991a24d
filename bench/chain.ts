/** What does the engine cost on a chain of six realistic functions? The job against the plain loop, interleaved. */
import { median, runInterleaved, spread } from './interleaved.js';

const events = process.argv[2] ?? '10000000';
const rounds = Number(process.argv[3] ?? 5);
const flags = ['--max-inlined-bytecode-size=2000', '--max-inlined-bytecode-size-cumulative=6000'];

const runs = await runInterleaved(rounds, {
  loop: ['chain-loop.js', events],
  'loop, runtime flags': [...flags, 'chain-loop.js', events],
  job: [...flags, 'chain-job.js', events],
});
const [reference] = Object.values(runs);
for (const [name, results] of Object.entries(runs)) {
  console.log(
    `${name.padEnd(22)} ${spread(results.map((result) => result.eventsPerSecond))} events/s   checked ${results[0]?.checked}`,
  );
}
const checked = new Set(Object.values(runs).flatMap((results) => results.map((result) => result.checked)));
if (checked.size !== 1) throw new Error(`results differ, so there is no figure: ${[...checked].join(' / ')}`);
const job = median((runs['job'] ?? []).map((result) => result.eventsPerSecond));
for (const name of ['loop', 'loop, runtime flags']) {
  const loop = median((runs[name] ?? reference ?? []).map((result) => result.eventsPerSecond));
  console.log(`job / ${name}: ${((100 * job) / loop).toFixed(1)} % (goal: 85 % with runtime flags)`);
}
