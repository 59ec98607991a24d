/** The package as a user gets it: packed, installed in an empty project, used with types, run as the README shows. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { REPOSITORY_ROOT } from '../../scripts/repository-root.js';

const run = promisify(execFile);
const TSC = join(REPOSITORY_ROOT, 'node_modules/typescript/bin/tsc');

/** What the example of the README prints, in any order: windows of different keys may come from different subtasks. */
const EXPECTED = [
  "hottest> { sensor: 'cellar', at: 40000, celsius: 12 }",
  "hottest> { sensor: 'roof', at: 15000, celsius: 31 }",
  "hottest> { sensor: 'roof', at: 70000, celsius: 33 }",
];

describe('the packed package', function () {
  let project: string;
  let files: readonly string[];

  before(async function () {
    project = mkdtempSync(join(tmpdir(), 'flink-yarn-pack-'));
    const packed = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', project], REPOSITORY_ROOT);
    const [archive] = JSON.parse(packed) as readonly { filename: string; files: readonly { path: string }[] }[];
    files = archive?.files.map(({ path }) => path) ?? [];
    writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }\n');
    await npm(
      ['install', `./${archive?.filename}`, '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'],
      project,
    );
    const options = { module: 'nodenext', target: 'es2023', strict: true, types: [], outDir: 'out' };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['readings.ts'] }));
    writeFileSync(join(project, 'readings.ts'), readmeExample());
  });

  after(() => rmSync(project, { recursive: true, force: true }));

  it('holds what runs, what is read and the licence, and nothing else', () => {
    expect(files).to.include.members([
      'LICENSE',
      'NOTICE',
      'README.md',
      'CHANGELOG.md',
      'conf/config.yaml',
      'bin/flink',
    ]);
    expect(files).to.include.members(['dist/src/index.js', 'dist/src/index.d.ts', 'dist/src/cli/flink.js']);
    const foreign = files.filter((path) =>
      /(?:^|\/)(?:test|node_modules|\.git|\.ci)\/|\.tsbuildinfo$|\.tgz$/.test(path),
    );
    expect(foreign).to.deep.equal([]);
  });

  it('brings few packages along', () => {
    const installed = readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(installed).to.include('flink-yarn');
    expect(installed.length).to.be.at.most(30);
  });

  it('has types that the example of the README compiles with', async () => {
    await tsc(project);
  });

  it('runs the example of the README on an embedded cluster', async () => {
    await tsc(project);
    expect(printedLines(await node(['out/readings.js'], project))).to.deep.equal(EXPECTED);
  });

  it('runs the same program, uncompiled, through its flink command', async () => {
    const flink = join(project, 'node_modules/.bin/flink');
    expect(printedLines(await node([flink, 'run', '-t', 'local', 'readings.ts'], project))).to.deep.equal(EXPECTED);
  });

  it('does not open its inside', async () => {
    const inside = "await import('flink-yarn/dist/src/jobmanager/job-manager.js')";
    const failure = await node(['--input-type=module', '-e', inside], project).catch((error: unknown) => String(error));
    expect(failure).to.include('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});

/** The first TypeScript block of the README. */
function readmeExample(): string {
  const block = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(REPOSITORY_ROOT, 'README.md'), 'utf8'))?.[1] ?? '';
  expect(block, 'the README has an example').to.include("from 'flink-yarn'");
  return block;
}

/** Sorted, and without the subtask that `print` puts in front. */
function printedLines(output: string): readonly string[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('hottest'))
    .map((line) => line.replace(/^hottest(?::\d+)?> /, 'hottest> '))
    .sort();
}

async function tsc(folder: string): Promise<void> {
  try {
    await run(process.execPath, [TSC, '-p', folder], { cwd: folder });
  } catch (error) {
    throw new Error(`the example does not compile:\n${(error as { stdout?: string }).stdout}`, { cause: error });
  }
}

async function node(command: readonly string[], folder: string): Promise<string> {
  return (await run(process.execPath, [...command], { cwd: folder })).stdout;
}

async function npm(command: readonly string[], folder: string): Promise<string> {
  const cache = process.env['FLINK_YARN_CACHE'];
  const caching = cache === undefined ? [] : ['--cache', join(cache, 'npm')];
  return (await run('npm', [...command, ...caching], { cwd: folder, maxBuffer: 1 << 26 })).stdout;
}
