import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuntimeContext } from '../../../../src/api/runtime-context.js';
import type { Sink, SinkWriter } from '../../../../src/api/sink.js';
import type { FileCommittable } from '../../../../src/connectors/file/file-committer.js';
import { FileSink } from '../../../../src/connectors/file/file-sink.js';
import { baseName } from '../../../../src/filesystem/file-system.js';
import { registerFileSystem } from '../../../../src/filesystem/file-system-registry.js';
import { MemoryFileSystem } from '../../../../src/filesystem/memory-file-system.js';
import { withoutAccessTo } from '../../filesystem/without-access.js';
import { failureOf } from '../failure-of.js';

const OUT = 'filesink:///out';
const noTime = { timestamp: undefined, currentWatermark: Number.NEGATIVE_INFINITY };

let fs: MemoryFileSystem;

describe('FileSink', () => {
  beforeEach(() => {
    fs = new MemoryFileSystem('filesink');
    registerFileSystem(fs);
  });

  it('shows nothing before the commit and every record after it, one line each', async () => {
    const sink = FileSink.forJsonLines<{ n: number }>(OUT);
    const writer = await openWriter(sink, {});
    for (let n = 0; n < 3; n++) writer.write({ n }, noTime);
    const committables = await finish(writer);
    expect(await visibleNames()).to.deep.equal([]);
    await commit(sink, committables);
    expect(await visibleContent()).to.deep.equal(['{"n":0}\n{"n":1}\n{"n":2}\n']);
    await writer.close(false);
    expect(await allNames()).to.deep.equal(await visibleNames());
    expect(await visibleNames()).to.have.length(1);
    expect((await visibleNames())[0]).to.match(/^part-0-[0-9a-f]{8}-0\.jsonl$/);
  });

  it('writes rows as the encoder says, under the names asked for', async () => {
    const sink = FileSink.forRowFormat<[string, number]>(OUT, (row) => row.join(','), {
      partPrefix: 'delays',
      partSuffix: '.csv',
    });
    const writer = await openWriter(sink, { subtask: 7 });
    writer.write(['ORD', 12], noTime);
    await commit(sink, await finish(writer));
    expect((await visibleNames())[0]).to.match(/^delays-7-.*-0\.csv$/);
    expect(await visibleContent()).to.deep.equal(['ORD,12\n']);
  });

  it('leaves no file behind when there was no record', async () => {
    const sink = FileSink.forJsonLines(OUT);
    const writer = await openWriter(sink, {});
    const committables = await finish(writer);
    expect(committables).to.deep.equal([]);
    await commit(sink, committables);
    await writer.close(false);
    expect(await allNames()).to.deep.equal([]);
  });

  it('commits again without harm, in any state that a crash can leave', async () => {
    const sink = FileSink.forJsonLines(OUT, { maxPartBytes: 10 });
    const writer = await openWriter(sink, {});
    for (let n = 0; n < 4; n++) {
      writer.write({ n }, noTime);
      await writer.flush(false);
    }
    const committables = await finish(writer);
    expect(committables).to.have.length.above(1);
    await commit(sink, committables.slice(0, 1));
    await commit(sink, committables);
    await commit(sink, structuredClone(committables));
    expect((await visibleContent()).join('')).to.equal('{"n":0}\n{"n":1}\n{"n":2}\n{"n":3}\n');
  });

  it('gives each attempt, subtask and job names of its own', async () => {
    const sink = FileSink.forJsonLines(OUT);
    const writers = [{ job: 'a' }, { job: 'b' }, { subtask: 1 }, { attempt: 1 }, { vertex: 'w' }];
    const open: SinkWriter<unknown, FileCommittable>[] = [];
    for (const options of writers) open.push(await openWriter(sink, options));
    for (const writer of open) writer.write(1, noTime);
    for (const writer of open) await commit(sink, await finish(writer));
    expect(await visibleNames()).to.have.length(writers.length);
  });

  it('lets two sinks of one task write to one directory', async () => {
    const sink = FileSink.forJsonLines(OUT);
    const [first, second] = [await openWriter(sink, {}), await openWriter(sink, {})];
    first.write('first', noTime);
    second.write('second', noTime);
    await commit(sink, await finish(first));
    await commit(sink, await finish(second));
    expect((await visibleContent()).sort()).to.deep.equal(['"first"\n', '"second"\n']);
  });

  it('begins a next part when one has grown large, and loses nothing in between', async () => {
    const sink = FileSink.forJsonLines<number>(OUT, { maxPartBytes: 100 });
    const writer = await openWriter(sink, {});
    for (let n = 0; n < 1_000; n++) {
      writer.write(n, noTime);
      if (writer.wantsFlush === true) await writer.flush(false);
    }
    await commit(sink, await finish(writer));
    const parts = await visibleContent();
    expect(parts).to.have.length.above(30);
    for (const part of parts) expect(part.length).to.be.at.most(110);
    const numbers = parts.join('').trim().split('\n').map(Number);
    expect(numbers.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 1_000 }, (_, n) => n));
  });

  it('goes on with a new part after a commit in the middle', async () => {
    const sink = FileSink.forJsonLines<number>(OUT);
    const writer = await openWriter(sink, {});
    writer.write(1, noTime);
    const first = (await writer.prepareCommit?.()) ?? [];
    writer.write(2, noTime);
    await commit(sink, first);
    expect(await visibleContent()).to.deep.equal(['1\n']);
    await commit(sink, await finish(writer));
    expect((await visibleContent()).sort()).to.deep.equal(['1\n', '2\n']);
    await writer.close(false);
    expect(await allNames()).to.have.length(2);
  });

  it('leaves nothing behind when the task is aborted, before or after it prepared the commit', async () => {
    const sink = FileSink.forJsonLines(OUT, { maxPartBytes: 5 });
    for (const isPrepared of [false, true]) {
      const writer = await openWriter(sink, {});
      writer.write('long enough', noTime);
      await writer.flush(false);
      writer.write('more', noTime);
      if (isPrepared) await finish(writer);
      await writer.close(true);
      expect(await allNames()).to.deep.equal([]);
    }
  });

  it('deletes what killed attempts of the same subtask left, and nothing else', async () => {
    const sink = FileSink.forJsonLines(OUT);
    await openWriter(sink, { attempt: 0 });
    await openWriter(sink, { attempt: 1 });
    await openWriter(sink, { attempt: 0, subtask: 1 });
    await openWriter(sink, { attempt: 0, vertex: 'w' });
    const before = (await allNames()).filter((name) => !/_v_0_[01]$/.test(name));
    expect(before).to.have.length(2);
    await openWriter(sink, { attempt: 2 });
    const after = await allNames();
    expect(after).to.have.length(3).and.to.include.members(before);
    expect(after.filter((name) => name.endsWith('_v_0_2'))).to.have.length(1);
  });

  describe('says what is wrong', () => {
    it('OUTPUT_PATH_NOT_A_DIRECTORY: the path, or a part of it, is a file', async () => {
      await (await fs.create('/file')).close();
      for (const path of ['filesink:///file', 'filesink:///file/deeper']) {
        const error = await failureOf(() => openWriter(FileSink.forJsonLines(path), {}));
        expect(error).to.include({ code: 'OUTPUT_PATH_NOT_A_DIRECTORY', domain: 'user', retry: 'never' });
        expect(error.message).to.contain(path);
        expect(error.remedy).to.be.a('string');
      }
    });

    it('OUTPUT_PATH_NOT_A_DIRECTORY: the same on disk', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'flink-yarn-'));
      await writeFile(join(directory, 'file'), '');
      for (const path of [join(directory, 'file'), join(directory, 'file', 'deeper')]) {
        const error = await failureOf(() => openWriter(FileSink.forJsonLines(path), {}));
        expect(error.code).to.equal('OUTPUT_PATH_NOT_A_DIRECTORY');
      }
      await rm(directory, { recursive: true });
    });

    it('OUTPUT_PATH_NOT_WRITABLE: no access to a directory on disk', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'flink-yarn-'));
      await withoutAccessTo(directory, async () => {
        for (const path of [directory, join(directory, 'new')]) {
          const error = await failureOf(() => openWriter(FileSink.forJsonLines(path), {}));
          expect(error).to.include({ code: 'OUTPUT_PATH_NOT_WRITABLE', domain: 'user' });
        }
      });
      await rm(directory, { recursive: true });
    });

    it('OUTPUT_FILE_LOST: the written part is gone before it could be committed', async () => {
      const sink = FileSink.forJsonLines(OUT);
      const writer = await openWriter(sink, {});
      writer.write(1, noTime);
      const committables = await finish(writer);
      for (const { from } of committables) await fs.delete(from);
      expect((await failureOf(() => commit(sink, committables))).code).to.equal('OUTPUT_FILE_LOST');
    });

    it('SINK_RECORD_NOT_ENCODABLE: no text for the record', async () => {
      const writer = await openWriter(FileSink.forJsonLines<unknown>(OUT), {});
      for (const record of [{ id: 5n }, undefined, () => 1]) {
        const error = await failureOf(() => writer.write(record, noTime));
        expect(error).to.include({ code: 'SINK_RECORD_NOT_ENCODABLE', domain: 'user' });
      }
      expect((await failureOf(() => writer.write({ id: 5n }, noTime))).message).to.contain('5n');
    });

    it('UNSUPPORTED_FILE_SYSTEM, ILLEGAL_ARGUMENT: already when the program is built', async () => {
      expect((await failureOf(() => FileSink.forJsonLines('gopher://x'))).code).to.equal('UNSUPPORTED_FILE_SYSTEM');
      expect((await failureOf(() => FileSink.forJsonLines(''))).code).to.equal('ILLEGAL_ARGUMENT');
      expect((await failureOf(() => FileSink.forJsonLines(OUT, { maxPartBytes: 0 }))).code).to.equal(
        'ILLEGAL_ARGUMENT',
      );
    });
  });
});

interface WriterOptions {
  readonly job?: string;
  readonly vertex?: string;
  readonly subtask?: number;
  readonly attempt?: number;
}

async function openWriter<T>(
  sink: Sink<T, FileCommittable>,
  { job = 'job', vertex = 'v', subtask = 0, attempt = 0 }: WriterOptions,
): Promise<SinkWriter<T, FileCommittable>> {
  const writer = sink.createWriter({
    runtimeContext: { jobId: job } as RuntimeContext,
    subtaskIndex: subtask,
    attemptNumber: attempt,
    attemptId: `graph_${vertex}_${subtask}_${attempt}`,
    sendToClient: () => undefined,
  });
  await writer.open?.();
  return writer;
}

async function finish(writer: SinkWriter<never, FileCommittable>): Promise<readonly FileCommittable[]> {
  await writer.flush(true);
  return (await writer.prepareCommit?.()) ?? [];
}

async function commit(sink: Sink<never, FileCommittable>, committables: readonly FileCommittable[]): Promise<void> {
  await sink.createCommitter?.().commit(committables);
}

async function allNames(): Promise<string[]> {
  return (await fs.list(OUT)).map(({ path }) => baseName(path));
}

async function visibleNames(): Promise<string[]> {
  return (await allNames()).filter((name) => !name.startsWith('.'));
}

async function visibleContent(): Promise<string[]> {
  const contents: string[] = [];
  for (const name of await visibleNames()) {
    const reader = await fs.open(`${OUT}/${name}`);
    const bytes = Buffer.alloc(1_048_576);
    contents.push(bytes.toString('utf8', 0, await reader.read(0, bytes)));
  }
  return contents;
}
