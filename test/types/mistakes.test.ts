import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { REPOSITORY_ROOT } from '../../scripts/repository-root.js';

const FIXTURES = 'test/types/fixtures';
const MARK = '// mistake: ';

interface CompilerError {
  readonly line: number;
  /** With the lines that explain it. */
  message: string;
}

/** What the compiler says of each file beside these tests. */
async function compileFixtures(): Promise<ReadonlyMap<string, CompilerError[]>> {
  const output = await run(join(REPOSITORY_ROOT, 'node_modules/.bin/tsc'), ['-p', FIXTURES, '--pretty', 'false']);
  const errors = new Map<string, CompilerError[]>();
  let last: CompilerError | undefined;
  for (const text of output.split('\n')) {
    const match = /^(.*)\((\d+),\d+\): error (.*)$/.exec(text);
    if (match !== null) {
      const file = match[1] ?? '';
      last = { line: Number(match[2]), message: match[3] ?? '' };
      errors.set(file, [...(errors.get(file) ?? []), last]);
    } else if (last !== undefined) last.message += `\n${text}`;
  }
  return errors;
}

function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: REPOSITORY_ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}

describe('mistakes that must not compile', function () {
  this.timeout(120_000);
  const files = readdirSync(join(REPOSITORY_ROOT, FIXTURES)).filter((name) => name.endsWith('.ts'));
  const mistakes = files.filter((name) => readFileSync(join(REPOSITORY_ROOT, FIXTURES, name), 'utf8').includes(MARK));
  let errors: ReadonlyMap<string, CompilerError[]>;

  before(async () => {
    errors = await compileFixtures();
  });

  it('are the six that matter most', () => {
    expect(mistakes.toSorted()).to.deep.equal([
      'missing-timestamps.ts',
      'sink-of-another-type.ts',
      'window-on-a-non-keyed-stream.ts',
      'wrong-key-type.ts',
      'wrong-side-output-tag.ts',
      'wrong-state-type.ts',
    ]);
  });

  it('are found nowhere else: everything around them compiles', () => {
    const expected = mistakes.map((name) => `${FIXTURES}/${name}`);
    expect([...errors.keys()].toSorted()).to.deep.equal(expected.toSorted());
    expect(files).to.include('correct.ts');
  });

  for (const name of mistakes) {
    it(`${name.replace('.ts', '').replaceAll('-', ' ')}: one error, in the marked line, that says what is wrong`, () => {
      const lines = readFileSync(join(REPOSITORY_ROOT, FIXTURES, name), 'utf8').split('\n');
      const marked = lines.findIndex((line) => line.includes(MARK));
      const found = errors.get(`${FIXTURES}/${name}`) ?? [];
      expect(found.map(({ line }) => line)).to.deep.equal([marked + 2]);
      expect(found[0]?.message).to.include(lines[marked]?.split(MARK)[1]);
    });
  }
});
