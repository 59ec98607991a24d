/** The same six functions in a plain loop: the upper bound for the job. */
import { bidOf, Checksum, clamp, isInteresting, isPlausible, project, score, toEuros } from './chain-functions.js';

const events = Number(process.argv[2] ?? 10_000_000);
const measuredFrom = events / 5;

function run(from: number, to: number, checksum: Checksum): void {
  for (let n = from; n < to; n++) {
    const priced = toEuros(bidOf(n));
    if (!isPlausible(priced)) continue;
    const clamped = clamp(score(priced));
    if (!isInteresting(clamped)) continue;
    checksum.add(project(clamped));
  }
}

const checksum = new Checksum();
for (let from = 0; from < measuredFrom; from += 1_000) run(from, Math.min(measuredFrom, from + 1_000), checksum);
const start = performance.now();
run(measuredFrom, events, checksum);
const seconds = (performance.now() - start) / 1000;
console.log(JSON.stringify({ checked: checksum.text, eventsPerSecond: (events - measuredFrom) / seconds }));
