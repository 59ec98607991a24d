/**
 * Prints the tables of a race from the file that `npm run bench:nexmark -- --json FILE` wrote, or writes them into a document:
 *
 *   node dist/bench/nexmark/report.js FILE [DOCUMENT]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Figures } from './figures.js';
import { withTables } from './race-document.js';
import { raceReport } from './race-report.js';

const [file, document] = process.argv.slice(2);

function tablesOf(path: string): string {
  return raceReport(JSON.parse(readFileSync(path, 'utf8')) as readonly Figures[]);
}

try {
  if (file === undefined) throw new Error('which file with figures? report.js FILE [DOCUMENT]');
  const tables = tablesOf(file);
  if (document === undefined) console.log(tables);
  else writeFileSync(document, withTables(readFileSync(document, 'utf8'), tables));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
