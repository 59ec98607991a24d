/** What every FileSystem keeps. Each adapter's test calls this with a way to make an empty directory in it. */
import { expect } from 'chai';
import { type FileSystem, joinPath } from '../../src/filesystem/file-system.js';

export interface FileSystemUnderTest {
  readonly fileSystem: FileSystem;
  /** An existing empty directory. */
  readonly directory: string;
}

export function fileSystemConformance(name: string, setUp: () => Promise<FileSystemUnderTest>): void {
  describe(`${name} as a FileSystem`, () => {
    let fs: FileSystem;
    let at: (name: string) => string;

    beforeEach(async () => {
      const { fileSystem, directory } = await setUp();
      fs = fileSystem;
      at = (entry) => joinPath(directory, entry);
    });

    describe('writing and reading', () => {
      it('reads back what was written, text as UTF-8 and bytes as they are, in order', async () => {
        const writer = await fs.create(at('a'));
        writer.write('zürich ');
        writer.write(new Uint8Array([0, 255]));
        writer.write('✈');
        await writer.close();
        expect(await contentOf(at('a'))).to.deep.equal(
          Buffer.concat([Buffer.from('zürich '), Buffer.from([0, 255]), Buffer.from('✈')]),
        );
      });

      it('keeps the bytes given to write when the caller changes them afterwards', async () => {
        const writer = await fs.create(at('a'));
        const bytes = new Uint8Array([1, 2, 3]);
        writer.write(bytes);
        bytes.fill(9);
        await writer.close();
        expect([...(await contentOf(at('a')))]).to.deep.equal([1, 2, 3]);
      });

      it('reads from any position, less than asked for at the end and nothing behind it', async () => {
        await put(at('a'), '0123456789');
        const reader = await fs.open(at('a'));
        const target = Buffer.alloc(4);
        expect(await reader.read(3, target)).to.equal(4);
        expect(target.toString()).to.equal('3456');
        expect(await reader.read(8, target)).to.equal(2);
        expect(target.toString('utf8', 0, 2)).to.equal('89');
        expect(await reader.read(10, target)).to.equal(0);
        expect(await reader.read(1_000, target)).to.equal(0);
        await reader.close();
      });

      it('shows readers what was flushed or synced before the writer is closed', async () => {
        const writer = await fs.create(at('a'));
        writer.write('one');
        await writer.flush();
        expect((await contentOf(at('a'))).toString()).to.equal('one');
        writer.write('two');
        await writer.sync();
        expect((await contentOf(at('a'))).toString()).to.equal('onetwo');
        await writer.close();
      });

      it('keeps the order of writes when flushes overlap', async () => {
        const writer = await fs.create(at('a'));
        const flushes: Promise<void>[] = [];
        for (let i = 0; i < 10; i++) {
          writer.write(String(i));
          flushes.push(writer.flush());
        }
        await Promise.all(flushes);
        await writer.close();
        expect((await contentOf(at('a'))).toString()).to.equal('0123456789');
      });

      it('wants a flush once much is buffered, and none after it', async () => {
        const writer = await fs.create(at('a'));
        expect(writer.wantsFlush).to.equal(false);
        const line = 'x'.repeat(1_023);
        let written = 0;
        while (!writer.wantsFlush && written < 16 * 1_048_576) {
          writer.write(`${line}\n`);
          written += 1_024;
        }
        expect(writer.wantsFlush).to.equal(true);
        expect(writer.lengthBytes).to.equal(written);
        await writer.flush();
        expect(writer.wantsFlush).to.equal(false);
        await writer.close();
        expect((await fs.status(at('a'))).lengthBytes).to.equal(written);
      });

      it('refuses writing to a closed file, and closes twice without complaint', async () => {
        const writer = await fs.create(at('a'));
        await writer.close();
        await writer.close();
        expect(() => writer.write('late'))
          .to.throw()
          .with.property('code', 'IO_ERROR');
      });

      it('creates a file only where none is, and only in a directory that exists', async () => {
        await put(at('a'), 'first');
        await fails('FILE_EXISTS', at('a'), () => fs.create(at('a')));
        await fails('FILE_NOT_FOUND', at('none/a'), () => fs.create(at('none/a')));
        await fails('NOT_A_DIRECTORY', at('a/b'), () => fs.create(at('a/b')));
        expect((await contentOf(at('a'))).toString()).to.equal('first');
      });

      it('lets exactly one of several creators of the same file win', async () => {
        const attempts = await Promise.allSettled([1, 2, 3, 4].map(() => fs.create(at('a'))));
        const winners = attempts.filter((attempt) => attempt.status === 'fulfilled');
        expect(winners).to.have.length(1);
        for (const winner of winners) await winner.value.close();
      });

      it('names what cannot be opened', async () => {
        await put(at('a'), '');
        await fails('FILE_NOT_FOUND', at('b'), () => fs.open(at('b')));
        await fails('NOT_A_DIRECTORY', at('a/b'), () => fs.open(at('a/b')));
        await fs.mkdirs(at('d'));
        await fails('IO_ERROR', at('d'), () => fs.open(at('d')));
      });
    });

    describe('rename', () => {
      it('gives a file its new name', async () => {
        await put(at('a'), 'text');
        await fs.mkdirs(at('d'));
        await fs.rename(at('a'), at('d/b'));
        expect((await contentOf(at('d/b'))).toString()).to.equal('text');
        await fails('FILE_NOT_FOUND', at('a'), () => fs.status(at('a')));
      });

      it('changes nothing when the target exists', async () => {
        await put(at('a'), 'mine');
        await put(at('b'), 'theirs');
        await fails('FILE_EXISTS', at('b'), () => fs.rename(at('a'), at('b')));
        expect((await contentOf(at('a'))).toString()).to.equal('mine');
        expect((await contentOf(at('b'))).toString()).to.equal('theirs');
      });

      it('lets exactly one of several win the same target', async () => {
        const names = ['a', 'b', 'c', 'd'];
        for (const name of names) await put(at(name), name);
        const attempts = await Promise.allSettled(names.map((name) => fs.rename(at(name), at('target'))));
        const winner = attempts.findIndex((attempt) => attempt.status === 'fulfilled');
        expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).to.have.length(1);
        expect((await contentOf(at('target'))).toString()).to.equal(names[winner]);
        expect(await namesIn('')).to.have.members(['target', ...names.filter((_, index) => index !== winner)]);
      });

      it('names a missing source and a missing directory', async () => {
        await fails('FILE_NOT_FOUND', at('a'), () => fs.rename(at('a'), at('b')));
        await put(at('a'), '');
        await failsWith('FILE_NOT_FOUND', () => fs.rename(at('a'), at('none/b')));
        expect(await namesIn('')).to.deep.equal(['a']);
      });

      it('refuses directories', async () => {
        await fs.mkdirs(at('d'));
        await fails('IO_ERROR', at('d'), () => fs.rename(at('d'), at('e')));
      });
    });

    describe('directories', () => {
      it('creates parents, and leaves what exists alone', async () => {
        await fs.mkdirs(at('x/y/z'));
        await put(at('x/y/z/a'), 'text');
        await fs.mkdirs(at('x/y/z'));
        expect((await fs.status(at('x/y'))).isDirectory).to.equal(true);
        expect((await contentOf(at('x/y/z/a'))).toString()).to.equal('text');
      });

      it('names a file that is in the way', async () => {
        await put(at('a'), '');
        await fails('NOT_A_DIRECTORY', at('a'), () => fs.mkdirs(at('a')));
        await fails('NOT_A_DIRECTORY', at('a/b'), () => fs.mkdirs(at('a/b')));
      });

      it('lists entries by name, without what is deeper', async () => {
        await fs.mkdirs(at('d/deep'));
        await put(at('d/b'), '12');
        await put(at('d/a'), '1');
        await put(at('d/deep/c'), '');
        const listed = await fs.list(at('d'));
        expect(listed.map(({ path, isDirectory, lengthBytes }) => ({ path, isDirectory, lengthBytes }))).to.deep.equal([
          { path: at('d/a'), isDirectory: false, lengthBytes: 1 },
          { path: at('d/b'), isDirectory: false, lengthBytes: 2 },
          { path: at('d/deep'), isDirectory: true, lengthBytes: 0 },
        ]);
      });

      it('names what cannot be listed', async () => {
        await put(at('a'), '');
        await fails('FILE_NOT_FOUND', at('none'), () => fs.list(at('none')));
        await fails('NOT_A_DIRECTORY', at('a'), () => fs.list(at('a')));
      });

      it('deletes files and whole directories, and takes what is not there for deleted', async () => {
        await fs.mkdirs(at('d/deep'));
        await put(at('d/deep/a'), '');
        await put(at('da'), '');
        await fs.delete(at('d'));
        await fs.delete(at('d'));
        expect(await namesIn('')).to.deep.equal(['da']);
        await fs.delete(at('da'));
        expect(await namesIn('')).to.deep.equal([]);
      });
    });

    it('tells status by time as well: a later change is not earlier', async () => {
      await put(at('a'), '1');
      const before = (await fs.status(at('a'))).modificationTimeMs;
      await put(at('b'), '2');
      expect((await fs.status(at('b'))).modificationTimeMs).to.be.at.least(before);
    });

    it('reaches the same file by its qualified path', async () => {
      await put(at('a'), 'text');
      const qualified = fs.qualify(at('a'));
      expect((await contentOf(qualified)).toString()).to.equal('text');
      expect(fs.qualify(qualified)).to.equal(qualified);
    });

    async function put(path: string, text: string): Promise<void> {
      const writer = await fs.create(path);
      writer.write(text);
      await writer.close();
    }

    async function contentOf(path: string): Promise<Buffer> {
      const { lengthBytes } = await fs.status(path);
      const target = Buffer.alloc(lengthBytes + 1);
      const reader = await fs.open(path);
      const length = await reader.read(0, target);
      await reader.close();
      return target.subarray(0, length);
    }

    async function namesIn(directory: string): Promise<string[]> {
      const listed = await fs.list(at(directory).replace(/\/$/, ''));
      return listed.map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
    }
  });
}

async function failsWith(code: string, action: () => Promise<unknown>): Promise<Error & { details?: unknown }> {
  try {
    await action();
  } catch (error) {
    expect(error).to.have.property('code', code);
    expect(error).to.have.property('remedy').that.is.a('string');
    return error as Error;
  }
  throw new Error(`expected ${code}, but it succeeded`);
}

async function fails(code: string, path: string, action: () => Promise<unknown>): Promise<void> {
  const error = await failsWith(code, action);
  expect(error.message).to.contain(path);
  expect(error.details).to.deep.equal({ path });
}
