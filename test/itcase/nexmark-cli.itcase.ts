/** bin/nexmark as a person meets it: what it prints, writes and refuses. */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { REPOSITORY_ROOT } from '../../scripts/repository-root.js';
import { useTemporaryFolder } from '../helpers/temporary-folder.js';

const PROGRAM = join(REPOSITORY_ROOT, 'dist/examples/nexmark/nexmark.js');
const ORACLE = join(REPOSITORY_ROOT, 'test/fixtures/nexmark');

describe('bin/nexmark', function () {
  this.timeout(120_000);
  const folder = useTemporaryFolder();

  it('verifies queries and writes their final tables and figures', async () => {
    const output = join(folder(), 'tables');
    const json = join(folder(), 'figures.json');
    const { code, stdout, stderr } = await nexmark([
      ...['--query', 'q5,q6', '--set', 'S', '--verify', ORACLE, '--parallelism', '2', '--task-managers', '2'],
      ...['--output', output, '--json', json],
    ]);
    expect(stderr).to.equal('');
    expect(stdout).to.match(/^q5 +54 +7a37d6dcc5f0 +ok +[\d,]+ +[\d,]+ +\d+ MB$/m);
    expect(stdout).to.match(/^q6 +1,115 +3d24ae089752 +ok /m);
    expect(stdout).to.include(`2 of 2 results equal those of Apache Flink; tables in ${output}`);
    expect(code).to.equal(0);
    expect(readdirSync(output).sort()).to.deep.equal(['q5.ndjson', 'q6.ndjson']);
    expect(readFileSync(join(output, 'q5.ndjson'), 'utf8')).to.equal(keptTable('S-q5'));
    expect(readFileSync(join(output, 'q6.ndjson'), 'utf8')).to.equal(keptTable('S-q6b'));
    const figures = JSON.parse(readFileSync(json, 'utf8')) as readonly Record<string, unknown>[];
    expect(
      figures.map(({ query, rows, isEqual, parallelism }) => ({ query, rows, isEqual, parallelism })),
    ).to.deep.equal([
      { query: 'q5', rows: 54, isEqual: true, parallelism: 2 },
      { query: 'q6', rows: 1_115, isEqual: true, parallelism: 2 },
    ]);
    for (const name of ['eventsPerSecond', 'eventsPerCpuSecond', 'peakRssBytes'])
      expect(figures[0]?.[name], name).to.be.greaterThan(0);
  });

  it('shows the first line that differs, and says so with its exit code', async () => {
    const oracle = plantedOracle('q5', '7'.repeat(64), keptTable('S-q5').replace('[1000,367]', '[1000,366]'));
    const { code, stdout } = await nexmark(['--query', 'q5,q2', '--set', 'S', '--verify', oracle]);
    expect(stdout).to.match(/^q5 +54 +7a37d6dcc5f0 +differs /m);
    expect(stdout).to.match(/first difference in line 2\n +expected +\[1000,366\]\n +found +\[1000,367\]\n/);
    expect(stdout).to.match(/^q2 +74 +44df7145bcd0 +ok /m);
    expect(stdout).to.include('1 of 2 results equal');
    expect(code).to.equal(1);
  });

  it('counts rows of big runs, and keeps none', async () => {
    const { code, stdout } = await nexmark(['--query', 'q2,q12', '--events', '20000', '--rate', '200']);
    expect(stdout).to.match(/^Query +Rows +Checksum +Events\/s +Events\/CPU-s +Memory$/m);
    // The checksum that Flink computes as well.
    expect(stdout).to.match(/^q2 +74 +3058128161 /m);
    expect(stdout).to.match(/^q12 +\d+ +\d+ /m);
    expect(code).to.equal(0);
  });

  it('goes on after a job that failed, and ends with exit code 1', async () => {
    const configuration = join(folder(), 'conf');
    mkdirSync(configuration);
    writeFileSync(join(configuration, 'config.yaml'), 'taskmanager.memory.segment-size: nonsense\n');
    const json = join(folder(), 'figures.json');
    const { code, stdout, stderr } = await nexmark(['--query', 'q2,q3', '--events', '100', '--json', json], {
      FLINK_CONF_DIR: configuration,
    });
    expect(stderr)
      .to.match(/^q2 failed: .*nonsense/m)
      .and.to.match(/^q3 failed: /m);
    expect(stdout).not.to.match(/^q[23] /m);
    expect(JSON.parse(readFileSync(json, 'utf8'))).to.deep.equal([]);
    expect(code).to.equal(1);
  });

  it('ends at Ctrl-C with code 130 and leaves no table behind', async () => {
    const args = ['--query', 'q0,q1', '--events', '2000000', '--max-speed', '1000', '--output', folder()];
    const { code, stdout } = await nexmark(args, {}, (program) => program.kill('SIGINT'));
    expect(stdout).to.include('Cancelled.');
    expect(code).to.equal(130);
    expect(readdirSync(folder())).to.deep.equal([]);
  });

  it('tells how it is used', async () => {
    const { code, stdout } = await nexmark(['--help']);
    expect(stdout).to.include('Usage: bin/nexmark --query');
    for (const line of stdout.split('\n')) expect(line.length, line).to.be.at.most(80);
    expect(code).to.equal(0);
  });

  const refused: Readonly<Record<string, readonly [args: readonly string[], message: string]>> = {
    'an unknown query': [['--query', 'q5,q24'], "there is no query 'q24'"],
    'a bad number': [['--query', 'q5', '--events', '1e6'], '--events must be a whole number'],
    'a folder of results that is not there': [
      ['--query', 'q5', '--set', 'S', '--verify', '/nowhere/at/all'],
      'does not exist: /nowhere/at/all',
    ],
    'a cluster to submit to': [['--query', 'q5', '--target', 'remote'], 'no cluster to submit to yet'],
  };
  for (const [what, [args, message]] of Object.entries(refused)) {
    it(`refuses ${what} in one line, with exit code 2, and writes nothing`, async () => {
      const output = join(folder(), 'tables');
      const { code, stdout, stderr } = await nexmark([...args, '--output', output, '--json', join(folder(), 'x.json')]);
      expect(stderr)
        .to.match(/^nexmark: [^\n]+\n$/)
        .and.to.include(message);
      expect(stdout).to.equal('');
      expect(code).to.equal(2);
      expect(readdirSync(folder())).to.deep.equal([]);
    });
  }

  it('refuses an output folder that is a file, and leaves it alone', async () => {
    const output = join(folder(), 'precious');
    writeFileSync(output, 'precious');
    const { code, stderr } = await nexmark(['--query', 'q5', '--output', output]);
    expect(stderr).to.match(/^nexmark: --output: [^\n]+\n$/);
    expect(code).to.equal(2);
    expect(readFileSync(output, 'utf8')).to.equal('precious');
  });

  /** The folder of results with another one for a query. */
  function plantedOracle(query: string, sha256: string, table: string): string {
    const oracle = join(folder(), 'oracle');
    mkdirSync(oracle);
    const results = readFileSync(join(ORACLE, 'results.tsv'), 'utf8');
    const line = new RegExp(`^(S\\t${query}\\t\\d+\\t)[0-9a-f]{64}`, 'm');
    writeFileSync(join(oracle, 'results.tsv'), results.replace(line, `$1${sha256}`));
    writeFileSync(join(oracle, `S-${query}.ndjson.gz`), gzipSync(table));
    copyFileSync(join(ORACLE, 'S-q2.ndjson.gz'), join(oracle, 'S-q2.ndjson.gz'));
    return oracle;
  }
});

function keptTable(name: string): string {
  return gunzipSync(readFileSync(join(ORACLE, `${name}.ndjson.gz`))).toString('latin1');
}

interface ProgramEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `onFirstOutput` is called when the program shows its first line. */
function nexmark(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
  onFirstOutput: (program: ReturnType<typeof spawn>) => void = () => undefined,
): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const program = spawn(process.execPath, [PROGRAM, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...variables },
    });
    let stdout = '';
    let stderr = '';
    program.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout === '') onFirstOutput(program);
      stdout += text;
    });
    program.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    program.on('error', reject);
    program.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
