/** Holds src/ to the tables of layers.ts, and the checker itself to planted violations. */
import { expect } from 'chai';
import { REPOSITORY_ROOT } from '../../scripts/repository-root.js';
import { parseSource, readSources } from '../../scripts/source-files.js';
import { fileCycles, globalViolations, layerViolations, moduleViolations } from './layer-checker.js';
import { LAYERS } from './layers.js';

const FEWEST_FILES = 60;
const FEWEST_IMPORTS = 150;

describe('the layers of src/', () => {
  const files = readSources(REPOSITORY_ROOT, ['src']);

  it('are looked at: there are files and imports', () => {
    expect(files.length).to.be.at.least(FEWEST_FILES);
    expect(files.flatMap(({ imports }) => imports).length).to.be.at.least(FEWEST_IMPORTS);
    expect(new Set(files.flatMap(({ imports }) => imports).map(({ typeOnly }) => typeOnly)).size).to.equal(2);
  });

  it('have one row for each folder, and no row for a folder that is gone', () => {
    const folders = new Set(files.map(({ path }) => path.split('/')[1]));
    expect(LAYERS.map(({ folder }) => folder).sort()).to.deep.equal([...folders].sort());
  });

  it('name only folders that have a row', () => {
    const folders = new Set(['*', ...LAYERS.map(({ folder }) => folder)]);
    for (const { folder, mayImport, typesOnly = [], lazily = [] } of LAYERS) {
      for (const other of [...mayImport, ...typesOnly, ...lazily])
        expect(folders.has(other), `${folder} → ${other}`).to.equal(true);
    }
  });

  it('are imported only in the direction of the table', () => {
    expect(layerViolations(files)).to.deep.equal([]);
  });

  it('reach modules from outside only in their places', () => {
    expect(moduleViolations(files)).to.deep.equal([]);
  });

  it('reach time, chance and the process environment only through their ports', () => {
    expect(globalViolations(files)).to.deep.equal([]);
  });

  it('have no cycles between files', () => {
    expect(fileCycles(files).map((cycle) => cycle.join(' → '))).to.deep.equal([]);
  });
});

describe('the layer checker', () => {
  it('reports an arrow against the table, with the reason', () => {
    const planted = parseSource('src/operators/planted.ts', "import { x } from '../network/record-writer.js';\n");
    expect(layerViolations([planted])).to.deep.equal([
      'src/operators/planted.ts:1 imports src/network/record-writer.ts. ' +
        'operators: operators do not know that a network exists: they get records and an output.',
    ]);
  });

  it('reports a re-export, an import over several lines and one inside a function', () => {
    const planted = parseSource(
      'src/jobmanager/planted.ts',
      "export { a } from '../taskmanager/a.js';\nimport {\n  b,\n} from '../taskmanager/b.js';\nconst c = await import('../taskmanager/c.js');\n",
    );
    expect(layerViolations([planted])).to.have.length(3);
  });

  it('tells types from values where only types are allowed', () => {
    const types = "import type { A } from '../graph/a.js';\nimport { type B, type C } from '../graph/b.js';\n";
    expect(layerViolations([parseSource('src/protocol/planted.ts', types)])).to.deep.equal([]);
    const value = "import { type B, c } from '../graph/b.js';\n";
    expect(layerViolations([parseSource('src/protocol/planted.ts', value)])).to.have.length(1);
  });

  it('tells a lazy import from a static one', () => {
    const lazy = "export const load = () => import('./deployment/local/x.js');\n";
    expect(layerViolations([parseSource('src/index.ts', lazy)])).to.deep.equal([]);
    const eager = "import { x } from './deployment/local/x.js';\n";
    expect(layerViolations([parseSource('src/index.ts', eager)])).to.have.length(1);
  });

  it('ignores imports in comments and strings', () => {
    const text = "// import { x } from '../network/x.js';\nconst y = `import { x } from '../network/x.js'`;\n";
    expect(layerViolations([parseSource('src/operators/planted.ts', text)])).to.deep.equal([]);
  });

  it('reports a folder without a row', () => {
    expect(layerViolations([parseSource('src/utils/planted.ts', '')])).to.have.length(1);
  });

  it('reports modules and packages out of place', () => {
    const text = "import { readFileSync } from 'node:fs';\nimport yargs from 'yargs';\nimport pad from 'left-pad';\n";
    expect(moduleViolations([parseSource('src/operators/planted.ts', text)])).to.have.length(3);
    expect(moduleViolations([parseSource('src/cli/planted.ts', text)])).to.have.length(1);
  });

  it('reports globals behind a port, not words in comments or strings', () => {
    const text =
      "// Date.now() is not used\nconst a = 'Math.random';\nconst b = Date.now();\nsetTimeout(f, 1);\nclock.setTimeout(f);\n";
    expect(globalViolations([parseSource('src/operators/planted.ts', text)])).to.deep.equal([
      'src/operators/planted.ts:3 uses Date.now; use Clock.now.',
      'src/operators/planted.ts:4 uses timers; use Clock.schedule or Clock.nextTurn.',
    ]);
  });

  it('finds a cycle between files, and none through types', () => {
    const a = parseSource('src/core/a.ts', "import { b } from './b.js';\n");
    const b = parseSource('src/core/b.ts', "import { a } from './a.js';\n");
    const typed = parseSource('src/core/b.ts', "import type { a } from './a.js';\n");
    expect(fileCycles([a, b])).to.deep.equal([['src/core/a.ts', 'src/core/b.ts', 'src/core/a.ts']]);
    expect(fileCycles([a, typed])).to.deep.equal([]);
  });
});
