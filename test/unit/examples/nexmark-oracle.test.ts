import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { InputError } from '../../../examples/nexmark/input-error.js';
import { readExpectedLines, readOracle } from '../../../examples/nexmark/oracle.js';
import { isCompared, QUERY_NAMES } from '../../../examples/nexmark/query-names.js';
import { REPOSITORY_ROOT } from '../../../scripts/repository-root.js';
import { useTemporaryFolder } from '../../helpers/temporary-folder.js';

const FIXTURES = join(REPOSITORY_ROOT, 'test/fixtures/nexmark');
const COMPARED = QUERY_NAMES.filter(isCompared);

describe('the expected results of Nexmark', () => {
  const folder = useTemporaryFolder();

  it('are there for every compared query of both sets, those of S and the small ones of B as tables', () => {
    const ofS = readOracle(FIXTURES, 'S', COMPARED);
    const ofB = readOracle(FIXTURES, 'B', COMPARED);
    expect([...ofS.keys()]).to.deep.equal(COMPARED);
    expect([...ofS.values()].filter(({ file }) => file === null)).to.deep.equal([]);
    expect([...ofB].filter(([, { file }]) => file !== null).map(([name]) => name)).to.deep.equal([
      ...['q2', 'q3', 'q4', 'q5', 'q6', 'q7', 'q8', 'q11', 'q15', 'q16', 'q17'],
    ]);
    expect(ofS.get('q5')).to.include({ rows: 54 });
    expect(ofB.get('q5')?.sha256).to.match(/^365f988e1d59/);
  });

  it('are read as lines in their order, none where the table is empty', () => {
    const oracle = readOracle(FIXTURES, 'S', ['q5', 'q6', 'q23']);
    for (const { rows, file } of oracle.values()) expect(readExpectedLines(file ?? '')).to.have.length(rows);
    expect(readExpectedLines(oracle.get('q5')?.file ?? '')[1]).to.equal('[1000,367]');
  });

  it('are hashes only where the table is not kept', () => {
    copyFileSync(join(FIXTURES, 'results.tsv'), join(folder(), 'results.tsv'));
    expect(readOracle(folder(), 'S', ['q5']).get('q5')).to.include({ rows: 54, file: null });
  });

  const results = readFileSync(join(FIXTURES, 'results.tsv'), 'utf8');
  const refused: Readonly<Record<string, readonly [table: string | null, message: RegExp]>> = {
    'has no table': [null, /^the folder of expected results has no results\.tsv: /],
    'has results of the other set only': [results.replaceAll(/^S.*\n/gm, ''), /^the folder has no results of set S: /],
    'lacks a query': [results.replace(/^S\tq5\t.*\n/m, ''), /^the folder has no result of q5 on set S: /],
    'has results of other events': [
      results.replace(/^S\tq0\t18400/m, 'S\tq0\t9200'),
      /^set S has 18400 bids, the results of this folder have 9200: /,
    ],
    'has a table of something else': ['a,b,c\n', /results\.tsv: line 1 is no result: set, query, rows, SHA-256$/],
  };
  for (const [what, [table, message]] of Object.entries(refused)) {
    it(`are refused where the folder ${what}`, () => {
      if (table !== null) writeFileSync(join(folder(), 'results.tsv'), table);
      expect(() => readOracle(folder(), 'S', ['q2', 'q5'])).to.throw(InputError, message);
    });
  }

  it('are refused where there is no folder', () => {
    const missing = join(folder(), 'missing');
    expect(() => readOracle(missing, 'S', ['q5'])).to.throw(InputError, `does not exist: ${missing}`);
    writeFileSync(missing, '');
    expect(() => readOracle(missing, 'S', ['q5'])).to.throw(InputError, `which this is not: ${missing}`);
    mkdirSync(join(folder(), 'empty'));
    expect(() => readOracle(join(folder(), 'empty'), 'S', ['q5'])).to.throw(InputError, 'has no results.tsv');
  });
});
