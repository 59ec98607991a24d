/**
 * Runs the named suites (all without names), a few at a time, and prints what failed. The last line, alone, is
 * `N passed, N failed`; the exit code is 1 when anything failed.
 */
import { availableParallelism } from 'node:os';
import { REPOSITORY_ROOT } from './repository-root.js';
import { endAllSuites, runSuite, type SuiteResult } from './suite-process.js';
import { type Suite, selectSuites } from './suites.js';

const MOST_AT_ONCE = 4;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function report({ suite, passed, failed, seconds, failures, output }: SuiteResult): void {
  const verdict = failed === 0 ? 'ok    ' : 'FAILED';
  print(
    `${verdict} ${suite.name.padEnd(13)} ${passed} passed, ${failed} failed, ${seconds.toFixed(1)} s  (${suite.what})`,
  );
  if (output.trim() !== '' && suite.showOutput === true) print(indent(output));
  for (const { title, detail } of failures) print(`\n  ✗ ${title}\n${indent(detail)}\n`);
  if (failures.length > 0 && suite.kind === 'mocha' && suite.showOutput !== true && output.trim() !== '') {
    print(`  the end of what ${suite.name} wrote:\n${indent(output.trimEnd().split('\n').slice(-40).join('\n'))}`);
  }
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}

async function runAll(suites: readonly Suite[]): Promise<readonly SuiteResult[]> {
  const results: SuiteResult[] = [];
  const waiting = [...suites];
  const worker = async (): Promise<void> => {
    for (let suite = waiting.shift(); suite !== undefined; suite = waiting.shift()) {
      const result = await runSuite(REPOSITORY_ROOT, suite);
      report(result);
      results.push(result);
    }
  };
  const width = Math.max(1, Math.min(MOST_AT_ONCE, availableParallelism()));
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    endAllSuites();
    process.exit(130);
  });
}

const results = await runAll(selectSuites(process.argv.slice(2)));
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
print(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
