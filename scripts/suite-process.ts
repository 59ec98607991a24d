/** Runs one suite in a process of its own and counts what passed and failed. A suite that crashes has failed. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiledTests, type MochaSuite, type Suite } from './suites.js';

export interface Failure {
  readonly title: string;
  readonly detail: string;
}

export interface SuiteResult {
  readonly suite: Suite;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
  readonly failures: readonly Failure[];
  /** What the suite wrote to its terminal. */
  readonly output: string;
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it was ended by force; undefined when it ended by itself. */
  readonly ended: string | undefined;
  readonly output: string;
}

/** The part of mocha's JSON report that is used here. */
interface MochaReport {
  readonly stats: { readonly passes: number };
  readonly pending: readonly { readonly fullTitle: string }[];
  readonly failures: readonly {
    readonly fullTitle: string;
    readonly err: { readonly message?: string; readonly stack?: string };
  }[];
}

/** How long a process may need to close what its tests used. */
const EXIT_SECONDS = 30;
const MOCHA = 'node_modules/mocha/bin/mocha.js';

export async function runSuite(root: string, suite: Suite): Promise<SuiteResult> {
  const startedAt = process.hrtime.bigint();
  const counted = suite.kind === 'mocha' ? await runMocha(root, suite) : await runCommand(root, suite);
  return { suite, seconds: Number(process.hrtime.bigint() - startedAt) / 1e9, ...counted };
}

type Counted = Omit<SuiteResult, 'suite' | 'seconds'>;

async function runCommand(root: string, suite: Extract<Suite, { kind: 'command' }>): Promise<Counted> {
  const ended = await run(root, suite.command, suite.timeoutMinutes);
  const passed = ended.code === 0;
  const failures = passed ? [] : [{ title: suite.name, detail: how(ended) }];
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, failures, output: ended.output };
}

async function runMocha(root: string, suite: MochaSuite): Promise<Counted> {
  const files = compiledTests(root, suite);
  if (files.length === 0) {
    const failures = [{ title: suite.name, detail: `no test file matches ${suite.accepts.source}` }];
    return { passed: 0, failed: 1, failures, output: '' };
  }
  const folder = mkdtempSync(join(tmpdir(), 'flink-yarn-suite-'));
  try {
    const report = join(folder, 'report.json');
    const reporting = ['--reporter', 'json', '--reporter-option', `output=${report}`];
    const timeout = ['--timeout', String(suite.testTimeoutMs)];
    const command = [...(suite.nodeFlags ?? []), '--enable-source-maps', MOCHA, ...reporting, ...timeout, ...files];
    const ended = await run(root, command, suite.timeoutMinutes, report);
    return count(readReport(report), ended);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function count(report: MochaReport | undefined, ended: Ended): Counted {
  const failures: Failure[] = (report?.failures ?? []).map(({ fullTitle, err }) => ({
    title: fullTitle,
    detail: err.stack ?? err.message ?? 'no message',
  }));
  for (const { fullTitle } of report?.pending ?? []) failures.push({ title: fullTitle, detail: 'was skipped' });
  if (report === undefined) failures.push({ title: 'the suite crashed', detail: how(ended) });
  else if (ended.ended !== undefined || (ended.code !== 0 && failures.length === 0)) {
    failures.push({ title: 'the suite failed outside a test', detail: how(ended) });
  }
  return { passed: report?.stats.passes ?? 0, failed: failures.length, failures, output: ended.output };
}

function readReport(file: string): MochaReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as MochaReport;
  } catch {
    return undefined;
  }
}

function how({ code, signal, ended, output }: Ended): string {
  return `${ended ?? (signal === null ? `exit code ${code}` : `ended by ${signal}`)}\n${tail(output, 60)}`;
}

/** Some tools colour their output whatever the environment says. */
function withoutColours(text: string): string {
  return text.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '');
}

function tail(text: string, lines: number): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

/** Process groups that are running; each suite has its own, so that nothing it started survives it. */
const groups = new Set<number>();

/** Ends every suite that is running. */
export function endAllSuites(): void {
  for (const group of groups) endGroup(group);
}

function endGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** `report` appears when the tests are over; a process that goes on after that has left something running. */
function run(root: string, command: readonly string[], timeoutMinutes: number, report?: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const group = child.pid;
    if (group !== undefined) groups.add(group);
    const chunks: Buffer[] = [];
    let ended: string | undefined;
    const endBecause = (reason: string): void => {
      ended ??= reason;
      if (group !== undefined) endGroup(group);
    };
    const deadline = setTimeout(() => endBecause(`took more than ${timeoutMinutes} min`), timeoutMinutes * 60_000);
    let reportedSeconds = 0;
    const watch = setInterval(() => {
      if (report === undefined || !existsSync(report) || ++reportedSeconds < EXIT_SECONDS) return;
      endBecause(`did not exit for ${EXIT_SECONDS} s after its last test: something still runs or listens`);
    }, 1_000);
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('exit', () => {
      clearTimeout(deadline);
      clearInterval(watch);
      if (group === undefined) return;
      groups.delete(group);
      endGroup(group);
    });
    child.on('close', (code, signal) => {
      resolve({ code, signal, ended, output: withoutColours(Buffer.concat(chunks).toString('utf8')) });
    });
  });
}
