/** The suites of the project: which files or which command, and how they are started. */
import { join } from 'node:path';
import { listFiles } from './source-files.js';

interface SuiteBase {
  readonly name: string;
  readonly what: string;
  readonly timeoutMinutes: number;
  /** Print what the suite writes also when it passes: its figures are part of the result. */
  readonly showOutput?: boolean;
}

/** A tool that passes or fails as a whole; counts as one. */
export interface CommandSuite extends SuiteBase {
  readonly kind: 'command';
  /** A JavaScript entry below node_modules, and its arguments. */
  readonly command: readonly string[];
}

/** Compiled mocha tests; each test counts. */
export interface MochaSuite extends SuiteBase {
  readonly kind: 'mocha';
  /** Whether a source file under test/ belongs here. */
  readonly accepts: RegExp;
  readonly testTimeoutMs: number;
  /** Flags of V8 that the runtime sets for slots. */
  readonly nodeFlags?: readonly string[];
}

export type Suite = CommandSuite | MochaSuite;

const BIOME = 'node_modules/@biomejs/biome/bin/biome';
const OXLINT = 'node_modules/oxlint/bin/oxlint';
const KNIP = 'node_modules/knip/bin/knip.js';

/** In the order in which they are started: the long ones first, so that short ones fill the other core. */
export const SUITES: readonly Suite[] = [
  {
    kind: 'mocha',
    name: 'integration',
    what: 'jobs on an embedded cluster with real threads',
    accepts: /^test\/.*\.itcase\.ts$/,
    testTimeoutMs: 180_000,
    timeoutMinutes: 20,
  },
  {
    kind: 'mocha',
    name: 'simulation',
    what: 'seeded schedules of faults on a virtual clock',
    accepts: /^test\/.*\.sim\.ts$/,
    testTimeoutMs: 900_000,
    timeoutMinutes: 20,
    showOutput: true,
  },
  {
    kind: 'mocha',
    name: 'unit',
    what: 'single classes',
    accepts: /^test\/unit\/.*\.test\.ts$/,
    testTimeoutMs: 30_000,
    timeoutMinutes: 10,
  },
  {
    kind: 'mocha',
    name: 'types',
    what: 'programs that must not compile',
    accepts: /^test\/types\/.*\.test\.ts$/,
    testTimeoutMs: 120_000,
    timeoutMinutes: 10,
  },
  {
    kind: 'mocha',
    name: 'architecture',
    what: 'layers, tidiness, docs and public API agree with the code',
    accepts: /^test\/architecture\/.*\.test\.ts$/,
    testTimeoutMs: 30_000,
    timeoutMinutes: 5,
  },
  {
    kind: 'mocha',
    name: 'pack',
    what: 'the packed package in an empty project',
    accepts: /^test\/pack\/.*\.test\.ts$/,
    testTimeoutMs: 300_000,
    timeoutMinutes: 15,
  },
  { kind: 'command', name: 'format', what: 'biome', command: [BIOME, 'format'], timeoutMinutes: 5 },
  {
    kind: 'command',
    name: 'lint',
    what: 'oxlint with types',
    command: [OXLINT, '--type-aware', '--deny-warnings'],
    timeoutMinutes: 5,
  },
  { kind: 'command', name: 'unused', what: 'knip', command: [KNIP, '--no-progress'], timeoutMinutes: 5 },
];

/** The suites by name; throws when a name is unknown. Without names all of them. */
export function selectSuites(names: readonly string[]): readonly Suite[] {
  for (const name of names) {
    if (!SUITES.some((suite) => suite.name === name)) {
      throw new Error(`unknown suite '${name}'; there are ${SUITES.map((suite) => suite.name).join(', ')}`);
    }
  }
  return names.length === 0 ? SUITES : SUITES.filter(({ name }) => names.includes(name));
}

/** Compiled files of a suite, found by their sources, so that nothing stale in dist/ runs. */
export function compiledTests(root: string, suite: MochaSuite): readonly string[] {
  return listFiles(root, 'test')
    .filter((path) => suite.accepts.test(path))
    .map((path) => join('dist', path.replace(/\.ts$/, '.js')));
}
