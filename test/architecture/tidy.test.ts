/** The repository is tidy: sources, test names, sizes, the changelog, the manifest and the lock file. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { REPOSITORY_ROOT } from '../../scripts/repository-root.js';
import { listFiles, parseSource, readSources } from '../../scripts/source-files.js';
import { SUITES } from '../../scripts/suites.js';
import { tidyViolations } from './tidy-checker.js';

const FOLDERS = ['src', 'test', 'scripts', 'bench', 'examples'];
const TOP_FOLDERS = [...FOLDERS, 'docs', 'bin', 'conf', 'yarn-app', '.ci'];
const LARGEST_FILE_BYTES = 300_000;
/** Results of a reference that tests compare with. */
const FIXTURES = 'test/fixtures/';
const LARGEST_FIXTURE_BYTES = 1_300_000;

const read = (path: string): string => readFileSync(join(REPOSITORY_ROOT, path), 'utf8');

interface LockedPackage {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

describe('source files', () => {
  const files = readSources(REPOSITORY_ROOT, FOLDERS).filter(({ path }) => !path.startsWith('test/types/fixtures/'));

  it('are tidy', () => {
    expect(files.length).to.be.at.least(100);
    expect(tidyViolations(files)).to.deep.equal([]);
  });

  it('that hold tests belong to exactly one suite, so that none is forgotten', () => {
    const lost = files
      .filter(({ path, bareCode }) => path.startsWith('test/') && /^describe\(/m.test(bareCode))
      .filter(({ path }) => SUITES.filter((suite) => suite.kind === 'mocha' && suite.accepts.test(path)).length !== 1)
      .map(({ path }) => path);
    expect(lost).to.deep.equal([]);
  });

  it('of each suite exist', () => {
    for (const suite of SUITES) {
      if (suite.kind === 'mocha')
        expect(
          files.some(({ path }) => suite.accepts.test(path)),
          suite.name,
        ).to.equal(true);
    }
  });
});

describe('the tidy checker', () => {
  const good = '/** What it is. */\nexport const x = 1;\n';
  const planted: Readonly<Record<string, string>> = {
    'src/core/planted.ts': 'export const x = 1;\n',
    'src/core/PlantedThing.ts': good,
    'src/core/long.ts': good + '// line\n'.repeat(700),
    'src/core/no-newline.ts': good.trimEnd(),
    'src/core/spaces.ts': `${good}  \n// end\n`,
    'test/unit/core/planted.test.ts': `${good}it.${'only'}('x', f);\n`,
    'src/core/debug.ts': `${good}${'debug' + 'ger'};\n`,
    'src/core/left-over.ts': `${good}// ${'TO' + 'DO'}: later\n`,
    'src/core/kinds.ts': `${good}export enum Kind {}\n`,
    'src/core/default.ts': `${good}export default x;\n`,
    'src/core/star.ts': `${good}export * from './x.js';\n`,
    'src/core/talk.ts': `${good}console.log(x);\n`,
  };

  it('accepts a tidy file', () => {
    expect(tidyViolations([parseSource('src/core/good.ts', good)])).to.deep.equal([]);
  });

  for (const [path, text] of Object.entries(planted)) {
    it(`reports the planted ${path}`, () => {
      expect(tidyViolations([parseSource(path, text)])).to.have.length(1);
    });
  }
});

describe('the repository', () => {
  it('holds no big files', () => {
    const files = TOP_FOLDERS.flatMap((folder) => listFiles(REPOSITORY_ROOT, folder));
    expect(files.length).to.be.at.least(150);
    const limit = (path: string): number => (path.startsWith(FIXTURES) ? LARGEST_FIXTURE_BYTES : LARGEST_FILE_BYTES);
    expect(files.filter((path) => statSync(join(REPOSITORY_ROOT, path)).size > limit(path))).to.deep.equal([]);
  });

  it('has a changelog in the form of Keep a Changelog', () => {
    const lines = read('CHANGELOG.md').split('\n');
    const versions = lines.filter((line) => line.startsWith('## '));
    expect(versions[0]).to.equal('## [Unreleased]');
    for (const line of versions.slice(1)) expect(line).to.match(/^## \[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d$/);
    const kinds = lines.filter((line) => line.startsWith('### '));
    expect(kinds.length).to.be.at.least(1);
    for (const line of kinds) expect(line).to.match(/^### (?:Added|Changed|Deprecated|Removed|Fixed|Security)$/);
  });

  it('pins its dependencies and runs nothing when it is installed', () => {
    const manifest = JSON.parse(read('package.json')) as Readonly<Record<string, Readonly<Record<string, string>>>>;
    const versions = { ...manifest['dependencies'], ...manifest['devDependencies'] };
    expect(Object.keys(versions).length).to.be.at.least(10);
    for (const [name, version] of Object.entries(versions)) expect(version, name).to.match(/^\d+\.\d+\.\d+$/);
    expect(manifest['scripts']).not.to.have.any.keys('preinstall', 'install', 'postinstall', 'prepare', 'prepublish');
  });

  it('explains every runtime dependency in docs/dependencies.md', () => {
    const manifest = JSON.parse(read('package.json')) as { readonly dependencies: Readonly<Record<string, string>> };
    for (const name of Object.keys(manifest.dependencies))
      expect(read('docs/dependencies.md')).to.include(`\`${name}\``);
  });

  it('has a lock file with digests and without addresses of a registry', () => {
    const lock = JSON.parse(read('package-lock.json')) as {
      readonly packages: Readonly<Record<string, LockedPackage>>;
    };
    const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
    expect(packages.length).to.be.at.least(50);
    for (const [path, { resolved, integrity }] of packages) {
      expect(resolved, path).to.equal(undefined);
      expect(integrity, path).to.match(/^sha512-/);
    }
  });

  it('has a lock file for every platform: with one binary missing, npm ci fails everywhere', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      readonly packages: Readonly<Record<string, LockedPackage>>;
    };
    const locked = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')));
    const optional = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
      Object.keys(optionalDependencies),
    );
    expect(optional.length).to.be.at.least(50);
    expect(optional.filter((name) => !locked.has(name))).to.deep.equal([]);
  });
});
