/** The public API changes only on purpose: what is exported equals the committed report. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { exportedNames, renderApiReport } from '../../scripts/docs/api-report.js';
import { API_ENTRIES } from '../../scripts/docs/generated-docs.js';
import { REPOSITORY_ROOT } from '../../scripts/repository-root.js';
import { useTemporaryFolder } from '../helpers/temporary-folder.js';

describe('the public API', () => {
  it('is what docs/reference/api-report.txt says (after an intended change: npm run docs)', () => {
    const committed = readFileSync(join(REPOSITORY_ROOT, 'docs/reference/api-report.txt'), 'utf8');
    expect(renderApiReport(REPOSITORY_ROOT, API_ENTRIES)).to.equal(committed);
  });

  it('has the names that a program starts with', () => {
    const names = exportedNames(join(REPOSITORY_ROOT, 'dist/src/index.d.ts')).map(({ name }) => name);
    expect(names).to.include.members(['StreamExecutionEnvironment', 'WatermarkStrategy', 'FlinkError']);
    expect(new Set(names).size).to.equal(names.length);
  });

  it('is what package.json exports', () => {
    const manifest = JSON.parse(readFileSync(join(REPOSITORY_ROOT, 'package.json'), 'utf8')) as {
      readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
    };
    const types = Object.values(manifest.exports).flatMap((target) =>
      typeof target === 'string' ? [] : (target['types'] ?? []),
    );
    expect(types.map((path) => path.replace('./', '')).sort()).to.deep.equal(Object.values(API_ENTRIES).sort());
    for (const path of types)
      expect(existsSync(join(REPOSITORY_ROOT, path)), `${path}: run npm run build`).to.equal(true);
  });
});

describe('the API report', () => {
  const folder = useTemporaryFolder();

  function write(path: string, text: string): void {
    const file = join(folder(), path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  it('follows re-exports and shows signatures without comments and private members', () => {
    write(
      'dist/index.d.ts',
      "export { A, type B as C } from './a.js';\nexport declare function f(x: number): string;\n",
    );
    write(
      'dist/a.d.ts',
      '/** Words. */\nexport declare class A {\n    private secret;\n    run(): void;\n}\nexport { B } from "./no";\nexport type B = {\n    x: 1;\n};\n',
    );
    const report = renderApiReport(folder(), { thing: 'dist/index.d.ts' });
    expect(report).to.include('## thing: 3 names');
    expect(report).to.include('class A {\n    run(): void;\n}\n  from a.ts');
    expect(report).to.include('type B = {\n    x: 1;\n};\n  from a.ts as C');
    expect(report).to.include('function f(x: number): string;\n  from index.ts');
    expect(report).not.to.include('secret');
    expect(report).not.to.include('Words');
  });

  it('changes when a signature changes', () => {
    write('dist/index.d.ts', 'export declare function f(x: number): string;\n');
    const before = renderApiReport(folder(), { thing: 'dist/index.d.ts' });
    write('dist/index.d.ts', 'export declare function f(x: bigint): string;\n');
    expect(renderApiReport(folder(), { thing: 'dist/index.d.ts' })).not.to.equal(before);
  });
});
