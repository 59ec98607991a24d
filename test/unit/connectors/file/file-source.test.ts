import { expect } from 'chai';
import fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileSource, textFilesSource } from '../../../../src/connectors/file/file-source.js';
import { readLines } from '../../../../src/connectors/file/line-reader.js';
import { registerFileSystem } from '../../../../src/filesystem/file-system-registry.js';
import { MemoryFileSystem } from '../../../../src/filesystem/memory-file-system.js';
import { withoutAccessTo } from '../../filesystem/without-access.js';
import { failureOf } from '../failure-of.js';
import { readToEnd, SourceDriver } from '../source-driver.js';

const fs = new MemoryFileSystem('filesource');
registerFileSystem(fs);

describe('FileSource', () => {
  beforeEach(async () => {
    await fs.delete('/in');
    await fs.mkdirs('/in');
  });

  describe('lines', () => {
    it('are what is between LF or CRLF, the last one with or without a line end', async () => {
      await put('/in/a', 'one\ntwo\r\n\nfour\rstill four\nfive');
      expect(await linesOf('/in/a')).to.deep.equal(['one', 'two', '', 'four\rstill four', 'five']);
      await put('/in/b', 'one\n');
      expect(await linesOf('/in/b')).to.deep.equal(['one']);
    });

    it('of an empty file are none', async () => {
      await put('/in/a', '');
      expect(await linesOf('/in/a')).to.deep.equal([]);
    });

    it('lose a byte order mark at the beginning of the file, and only there', async () => {
      await put('/in/a', '\ufeffone\n\ufefftwo\n');
      expect(await linesOf('/in/a')).to.deep.equal(['one', '\ufefftwo']);
    });

    it('appear once each, wherever splits and chunks cut the file', async () => {
      const line = fc.oneof(fc.constantFrom('', 'a', 'ü✈️', 'word'), fc.string({ maxLength: 12, unit: 'grapheme' }));
      const text = fc.array(
        line.map((text) => text.replaceAll(/[\r\n]/g, '_')),
        { maxLength: 20 },
      );
      await fc.assert(
        fc.asyncProperty(
          text,
          fc.integer({ min: 1, max: 40 }),
          fc.integer({ min: 1, max: 40 }),
          fc.boolean(),
          async (lines, splitBytes, chunkBytes, endsLine) => {
            const wanted = endsLine || lines.at(-1) !== '' ? lines : [...lines, 'end'];
            const content = wanted.join('\n') + (endsLine && wanted.length > 0 ? '\n' : '');
            fc.pre(!content.startsWith('\ufeff'));
            await fs.delete('/in/a');
            await put('/in/a', content);
            const path = 'filesource:///in/a';
            const fileBytes = Buffer.byteLength(content);
            const found: string[] = [];
            for (let startBytes = 0; startBytes < fileBytes; startBytes += splitBytes) {
              const range = { path, startBytes, endBytes: Math.min(fileBytes, startBytes + splitBytes), fileBytes };
              for await (const batch of readLines(range, chunkBytes)) found.push(...batch);
            }
            expect(found).to.deep.equal(wanted);
          },
        ),
        { numRuns: 500 },
      );
    });

    it('are read by several readers when a file is large', async () => {
      const lines = Array.from({ length: 1_000 }, (_, n) => `line ${n}`);
      await put('/in/a', lines.join('\n'));
      const driver = new SourceDriver(textFilesSource(['filesource:///in/a'], { maxSplitBytes: 1_000 }), 4);
      await driver.start();
      const perReader = await driver.pollToEnd();
      expect(driver.assigned).to.have.length.above(8);
      for (const records of perReader) expect(records).not.to.be.empty;
      expect(perReader.flat().sort()).to.deep.equal([...lines].sort());
    });

    it('go on behind the last one emitted after a restart from a snapshot', async () => {
      await put('/in/a', 'a\nb\nc\nd');
      const source = FileSource.forLines('filesource:///in/a');
      const before = new SourceDriver(source, 1);
      await before.start();
      await before.pollUntil(0, 3);
      const after = new SourceDriver(source, 1, { enumerator: before.enumerator.snapshotState(1) });
      await after.start([before.readerAt(0).snapshotState(1)]);
      expect((await after.pollToEnd()).flat()).to.deep.equal(['d']);
    });
  });

  it('reads directories with all below them, by name, and leaves hidden files alone', async () => {
    await fs.mkdirs('/in/deep');
    await fs.mkdirs('/in/_temporary');
    for (const name of ['b', 'a', '.hidden', '_SUCCESS', 'deep/c', '_temporary/d']) await put(`/in/${name}`, name);
    expect(await linesOf('/in')).to.deep.equal(['a', 'b', 'deep/c']);
  });

  it('reads several paths in the order given', async () => {
    await put('/in/a', 'a');
    await put('/in/b', 'b');
    expect(await readToEnd(FileSource.forLines('filesource:///in/b', 'filesource:///in/a'))).to.deep.equal(['b', 'a']);
  });

  describe('says what is wrong with its input', () => {
    it('INPUT_FILE_NOT_FOUND: no such file or directory', async () => {
      const error = await failureOf(() => linesOf('/in/none'));
      expect(error).to.include({ code: 'INPUT_FILE_NOT_FOUND', domain: 'user', retry: 'never' });
      expect(error.message).to.equal('input filesource:///in/none does not exist');
      expect(error.remedy).to.be.a('string');
    });

    it('INPUT_FILE_NOT_FOUND: the file goes between listing and reading', async () => {
      const range = { path: 'filesource:///in/gone', startBytes: 0, endBytes: 10, fileBytes: 10 };
      expect((await failureOf(() => readLines(range).next())).code).to.equal('INPUT_FILE_NOT_FOUND');
    });

    it('INPUT_FILE_NOT_READABLE: no access to a directory on disk', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'flink-yarn-'));
      const file = join(directory, 'file');
      await writeFile(file, 'secret');
      await withoutAccessTo(directory, async () => {
        for (const path of [directory, file]) {
          const error = await failureOf(() => readToEnd(FileSource.forLines(path)));
          expect(error.code).to.equal('INPUT_FILE_NOT_READABLE');
          expect(error.message).to.contain(path);
        }
      });
      await rm(directory, { recursive: true });
    });

    it('INPUT_FILE_TRUNCATED: the file is shorter than when it was listed', async () => {
      await put('/in/a', 'one\ntwo');
      const range = { path: 'filesource:///in/a', startBytes: 0, endBytes: 100, fileBytes: 100 };
      const error = await failureOf(() => readLines(range).next());
      expect(error).to.include({ code: 'INPUT_FILE_TRUNCATED', domain: 'user' });
      expect(error.message).to.contain('ends after 7 bytes').and.to.contain('100');
    });

    it('INPUT_FILE_MALFORMED: bytes that are no UTF-8', async () => {
      const writer = await fs.create('/in/a');
      writer.write(new Uint8Array([0x61, 0x0a, 0xff, 0xfe, 0x0a]));
      await writer.close();
      const error = await failureOf(() => linesOf('/in/a'));
      expect(error.code).to.equal('INPUT_FILE_MALFORMED');
      expect(error.message).to.contain('/in/a').and.to.contain('UTF-8');
    });

    it('UNSUPPORTED_FILE_SYSTEM: nobody knows the scheme, found when the program is built', async () => {
      const error = await failureOf(() => FileSource.forLines('gopher://host/file'));
      expect(error.code).to.equal('UNSUPPORTED_FILE_SYSTEM');
      expect(error.remedy).to.contain('file://');
    });

    it('ILLEGAL_ARGUMENT: no path at all', async () => {
      expect((await failureOf(() => FileSource.forLines())).code).to.equal('ILLEGAL_ARGUMENT');
    });
  });
});

async function put(path: string, text: string): Promise<void> {
  const writer = await fs.create(path);
  writer.write(text);
  await writer.close();
}

function linesOf(path: string): Promise<readonly string[]> {
  return readToEnd(FileSource.forLines(`filesource://${path}`));
}
