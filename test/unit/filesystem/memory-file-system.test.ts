import { expect } from 'chai';
import { MemoryFileSystem } from '../../../src/filesystem/memory-file-system.js';
import { fileSystemConformance } from '../../conformance/file-system.conformance.js';

fileSystemConformance('MemoryFileSystem', async () => {
  const fileSystem = new MemoryFileSystem();
  await fileSystem.mkdirs('memory:///base');
  return { fileSystem, directory: 'memory:///base' };
});

describe('MemoryFileSystem', () => {
  it('denies everything at and below a path, and nothing beside it', async () => {
    const fs = new MemoryFileSystem();
    await fs.mkdirs('/a/b');
    await fs.mkdirs('/ab');
    fs.deny('/a');
    for (const attempt of [
      () => fs.list('/a'),
      () => fs.create('/a/b/c'),
      () => fs.mkdirs('/a/x'),
      () => fs.delete('/a/b'),
    ]) {
      const error: unknown = await attempt().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).to.have.property('code', 'PERMISSION_DENIED');
    }
    await (await fs.create('/ab/c')).close();
    expect((await fs.list('/ab')).map(({ path }) => path)).to.deep.equal(['/ab/c']);
  });
});
