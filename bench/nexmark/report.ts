/** Prints the tables of docs/performance.md from the file that `npm run bench:nexmark -- --json` wrote. */
import { readFileSync } from 'node:fs';
import type { Figures } from './figures.js';
import { raceReport } from './race-report.js';

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('node dist/bench/nexmark/report.js FILE: which file with figures?');
  process.exitCode = 2;
} else {
  try {
    console.log(raceReport(JSON.parse(readFileSync(file, 'utf8')) as readonly Figures[]));
  } catch (error) {
    console.error(`${file} cannot be read as figures of a race: ${(error as Error).message}`);
    process.exitCode = 2;
  }
}
