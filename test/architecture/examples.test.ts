/** Examples are what a user could write: they see the public API, and no other file of this repository. */
import { expect } from 'chai';
import { REPOSITORY_ROOT } from '../../scripts/repository-root.js';
import { parseSource, readSources, type SourceFile } from '../../scripts/source-files.js';

/** Imports that reach past the example's folder; of packages, Nexmark may use this one and what comes with Node.js. */
function foreignImports(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, imports }) => {
    const folder = path.split('/').slice(0, 2).join('/');
    return imports
      .filter(({ specifier, target }) =>
        specifier.startsWith('.') ? target?.startsWith(`${folder}/`) !== true : !isAllowed(folder, specifier),
      )
      .map(({ specifier, line }) => `${path}:${line} imports ${specifier}`);
  });
}

function isAllowed(folder: string, specifier: string): boolean {
  if (specifier === 'flink-yarn' || specifier.startsWith('node:')) return true;
  const isOfThisPackage = /^(?:flink-yarn\/|\/|file:|#)/.test(specifier);
  return folder !== 'examples/nexmark' && !isOfThisPackage;
}

describe('the examples', () => {
  const files = readSources(REPOSITORY_ROOT, ['examples']);

  it('are looked at: there are files that import the package, and files beside them', () => {
    const specifiers = files.flatMap(({ imports }) => imports.map(({ specifier }) => specifier));
    expect(files.length).to.be.at.least(40);
    expect(specifiers.filter((specifier) => specifier === 'flink-yarn').length).to.be.at.least(25);
    expect(specifiers.filter((specifier) => specifier.startsWith('.')).length).to.be.at.least(50);
  });

  it('import the public API, and files of their own folder', () => {
    expect(foreignImports(files)).to.deep.equal([]);
  });

  const planted: Readonly<Record<string, string>> = {
    'a file of the package': "import { x } from '../../src/core/clock.js';",
    'a type of another example': "import type { Flight } from '../flight-delays/flight-delays.js';",
    'a part of the package that is not public': "import { x } from 'flink-yarn/dist/src/core/clock.js';",
    'the tools for tests': "import { MiniCluster } from 'flink-yarn/testing';",
    'another package': "import fc from 'fast-check';",
    'a file, when it is needed': "const x = await import('../../src/core/clock.js');",
  };
  for (const [what, text] of Object.entries(planted)) {
    it(`would be found out if a query imported ${what}`, () => {
      const file = parseSource('examples/nexmark/planted.ts', `${text}\n`);
      expect(foreignImports([file])).to.have.length(1);
    });
  }
});
