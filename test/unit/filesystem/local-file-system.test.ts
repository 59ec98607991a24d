import { expect } from 'chai';
import { link, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LocalFileSystem } from '../../../src/filesystem/local-file-system.js';
import { fileSystemConformance } from '../../conformance/file-system.conformance.js';
import { withoutAccessTo } from './without-access.js';

const directories: string[] = [];

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'flink-yarn-'));
  directories.push(directory);
  return directory;
}

after(async () => {
  for (const directory of directories) await rm(directory, { recursive: true });
});

fileSystemConformance('LocalFileSystem', async () => ({
  fileSystem: new LocalFileSystem(),
  directory: await newDirectory(),
}));

fileSystemConformance('LocalFileSystem by file URLs', async () => ({
  fileSystem: new LocalFileSystem(),
  directory: pathToFileURL(await newDirectory()).href,
}));

describe('LocalFileSystem', () => {
  const fs = new LocalFileSystem();

  it('finishes a rename that a crash interrupted between giving the new name and taking the old one', async () => {
    const directory = await newDirectory();
    await writeFile(join(directory, 'from'), 'text');
    await link(join(directory, 'from'), join(directory, 'to'));
    await fs.rename(join(directory, 'from'), join(directory, 'to'));
    expect(await readdir(directory)).to.deep.equal(['to']);
    expect(await readFile(join(directory, 'to'), 'utf8')).to.equal('text');
  });

  it('names paths that the user of the process may not read or write', async () => {
    const directory = await newDirectory();
    const file = join(directory, 'file');
    await writeFile(file, 'secret');
    await withoutAccessTo(directory, async () => {
      for (const attempt of [() => fs.open(file), () => fs.list(directory), () => fs.create(join(directory, 'new'))]) {
        const error: unknown = await attempt().then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error).to.have.property('code', 'PERMISSION_DENIED');
        expect(error).to.have.property('message').that.contains(directory);
      }
    });
  });
});
