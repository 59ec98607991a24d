/** FLINK_DUMP_CODEGEN: the generated code of a thread as files. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { generateFunction } from '../../../../src/core/generated-code.js';
import { dumpGeneratedCode } from '../../../../src/deployment/local/dump-generated-code.js';

describe('dumpGeneratedCode', () => {
  let parent: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'codegen-'));
  });

  afterEach(() => rmSync(parent, { recursive: true }));

  it('writes a file for each function into the folder, which it makes', () => {
    const directory = join(parent, 'new', 'folder');
    const end = dumpGeneratedCode({ FLINK_DUMP_CODEGEN: directory });
    generateFunction('double', ['x'], 'return 2 * x;');
    generateFunction('negate', ['x'], 'return -x;');
    end();
    generateFunction('unseen', [], 'return 1;');
    const files = readdirSync(directory).sort();
    expect(files).to.have.length(2);
    expect(files[0]).to.match(/^thread-\d+-double-\d+\.js$/);
    expect(readFileSync(join(directory, files[0] as string), 'utf8')).to.equal(
      "(function (x) {\n'use strict';\nreturn 2 * x;\n})\n",
    );
  });

  it('does nothing when the variable is empty or not set', () => {
    for (const variables of [{}, { FLINK_DUMP_CODEGEN: '' }]) {
      const end = dumpGeneratedCode(variables);
      generateFunction('unseen', [], 'return 1;');
      end();
    }
    expect(readdirSync(parent)).to.deep.equal([]);
  });
});
