/** Documents say what the code does: generated pages are current, error codes are explained, named paths exist. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { ERROR_CODES } from '../../scripts/docs/error-codes.js';
import { scanErrorCodes } from '../../scripts/docs/error-scan.js';
import { GENERATED_PAGES } from '../../scripts/docs/generated-docs.js';
import { REPOSITORY_ROOT } from '../../scripts/repository-root.js';
import { listFiles, parseSource, readSources } from '../../scripts/source-files.js';
import { parseYamlEntries } from '../../src/config/yaml-entries.js';
import { ALL_OPTIONS, CoreOptions, JobManagerOptions, TaskManagerOptions } from '../../src/config/options.js';

const read = (path: string): string => readFileSync(join(REPOSITORY_ROOT, path), 'utf8');

describe('generated pages', () => {
  for (const { path, render } of GENERATED_PAGES) {
    it(`${path} is what npm run docs writes`, () => {
      expect(read(path) === render(), `${path} is out of date: run npm run docs`).to.equal(true);
    });
  }

  it('list every option once', () => {
    const keys = ALL_OPTIONS.map(({ key }) => key);
    expect(keys.length).to.be.at.least(20);
    expect(new Set(keys).size).to.equal(keys.length);
    for (const key of keys) expect(read('docs/reference/config.md')).to.include(`| \`${key}\` |`);
  });

  it('list only options that something reads', () => {
    const readers = readSources(REPOSITORY_ROOT, ['src']).filter(({ path }) => !path.startsWith('src/config/'));
    const names = [...Object.keys(CoreOptions), ...Object.keys(TaskManagerOptions), ...Object.keys(JobManagerOptions)];
    expect(names.length).to.equal(ALL_OPTIONS.length);
    const unread = names.filter(
      (name) => !readers.some(({ bareCode }) => new RegExp(`Options\\.${name}\\b`).test(bareCode)),
    );
    expect(unread).to.deep.equal([]);
  });

  it('conf/config.yaml is valid, sets nothing, and says every default in a form that its option reads', () => {
    const yaml = read('conf/config.yaml');
    expect(parseYamlEntries(yaml, 'conf/config.yaml')).to.deep.equal([]);
    const entries = parseYamlEntries(yaml.replace(/^# (?=[\w.-]+: )/gm, ''), 'conf/config.yaml');
    expect(entries.map(({ key }) => key).sort()).to.deep.equal(ALL_OPTIONS.map(({ key }) => key).sort());
    const options = new Map(ALL_OPTIONS.map((option) => [option.key, option]));
    for (const { key, value } of entries) {
      const option = options.get(key);
      expect(option?.parse(value), key).to.deep.equal(option?.defaultValue);
    }
  });
});

describe('error codes', () => {
  const scan = scanErrorCodes(readSources(REPOSITORY_ROOT, ['src']));

  it('are explained, each that is thrown and no other', () => {
    expect(scan.codes.size).to.be.at.least(10);
    expect(Object.keys(ERROR_CODES).sort()).to.deep.equal([...scan.codes.keys()]);
  });

  it('stand where the scan finds them: as a literal, or in a table or type of the file', () => {
    expect(scan.unreadable).to.deep.equal([]);
  });

  it('are found in planted code, over several lines and in a conditional', () => {
    const planted =
      "throw new FlinkError(\n  'A_B', 'x');\nnew FlinkError(c ? 'C_D' : 'E_F', 'x');\nnew FlinkError(name, 'x');";
    const { codes, unreadable } = scanErrorCodes([parseSource('src/core/planted.ts', planted)]);
    expect([...codes.keys()]).to.deep.equal(['A_B', 'C_D', 'E_F']);
    expect(unreadable).to.deep.equal(['src/core/planted.ts:4 new FlinkError(name, …']);
  });
});

describe('prose', () => {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'SECURITY.md',
    ...listFiles(REPOSITORY_ROOT, 'docs').filter((path) => path.endsWith('.md')),
  ];

  it('is there', () => {
    expect(pages.length).to.be.at.least(15);
    for (const page of pages) expect(existsSync(join(REPOSITORY_ROOT, page)), page).to.equal(true);
  });

  it('names only paths that exist', () => {
    const missing: string[] = [];
    let named = 0;
    for (const page of pages) {
      for (const path of repositoryPaths(read(page))) {
        named++;
        if (!existsSync(join(REPOSITORY_ROOT, path))) missing.push(`${page}: ${path}`);
      }
    }
    expect(missing).to.deep.equal([]);
    expect(named).to.be.at.least(50);
  });

  it('links only to pages that exist', () => {
    const broken: string[] = [];
    for (const page of pages) {
      for (const [, target = ''] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^(?:https?:|#|mailto:)/.test(target)) continue;
        const file = join(REPOSITORY_ROOT, dirname(page), target.replace(/#.*$/, ''));
        if (!existsSync(file)) broken.push(`${page}: ${target}`);
      }
    }
    expect(broken).to.deep.equal([]);
  });

  it('names npm scripts and launchers that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    let commands = 0;
    for (const page of pages) {
      for (const [, run, name = ''] of read(page).matchAll(/`npm (run )?([\w:-]+)/g)) {
        if (run === undefined && name !== 'test') continue;
        commands++;
        expect(scripts, `${page}: npm ${run ?? ''}${name}`).to.have.property(name);
      }
    }
    expect(commands).to.be.at.least(3);
  });
});

/** Words in backticks that look like paths of the repository; patterns and paths of other folders are left out. */
function repositoryPaths(markdown: string): readonly string[] {
  const tops = /^(?:src|test|scripts|docs|bin|bench|examples|conf|yarn-app|\.ci)\/[\w./-]*$/;
  return [...markdown.matchAll(/`([^`\n]+)`/g)]
    .flatMap(([, word = '']) => word.split(/\s+/))
    .filter((word) => tops.test(word));
}
