/** What goes wrong in a job is one clear error: what, which operator, which record, and no output. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describeError } from '../../src/api/describe-error.js';
import {
  Duration,
  FileSink,
  FileSource,
  type StreamExecutionEnvironment,
  TumblingEventTimeWindows,
  WatermarkStrategy,
} from '../../src/index.js';
import { MiniCluster } from '../../src/testing/index.js';

type Build = (env: StreamExecutionEnvironment, folder: string) => unknown;

/** What a person sees of each: text that must be there, in the description of the error. */
const CASES: readonly { readonly name: string; readonly build: Build; readonly says: readonly (string | RegExp)[] }[] =
  [
    { name: 'an empty graph', build: () => undefined, says: ['EMPTY_PIPELINE'] },
    {
      name: 'two equal uids',
      build: (env) =>
        env
          .fromData(1, 2)
          .map((n) => n)
          .uid('same')
          .map((n) => n)
          .uid('same')
          .print(),
      says: ['DUPLICATE_UID', 'same'],
    },
    {
      name: 'execution.runtime-mode: BATCH',
      build: (env) => env.configure({ 'execution.runtime-mode': 'BATCH' }).fromData(1).print(),
      says: ['execution.runtime-mode', 'BATCH'],
    },
    {
      name: 'parallelism 0',
      build: (env) =>
        env
          .fromData(1)
          .map((n) => n)
          .setParallelism(0)
          .print(),
      says: ['arallelism', '0'],
    },
    { name: 'parallelism -1', build: (env) => env.setParallelism(-1), says: ['arallelism', '-1'] },
    {
      name: 'a parallelism above the maximum',
      build: (env) =>
        env
          .fromSequence(1, 9)
          .setMaxParallelism(2)
          .map((n) => n)
          .name('wide')
          .setMaxParallelism(2)
          .setParallelism(4)
          .print(),
      says: ['wide', '4', '2'],
    },
    {
      name: 'a record that changes after it was emitted',
      build: (env) =>
        env
          .fromSequence(1, 5)
          .flatMap<{ n: number }>((n, out) => {
            const record = { n };
            out.collect(record);
            record.n++;
            out.collect(record);
          })
          .name('reuses its record')
          .print(),
      says: ['RECORD_MUTATED', 'reuses its record', '{ n: 1 } became { n: 2 }'],
    },
    {
      name: 'a timestamp that is NaN',
      build: (env) =>
        env
          .fromData({ time: 'soon' })
          .assignTimestampsAndWatermarks(
            WatermarkStrategy.forMonotonousTimestamps<{ time: string }>().withTimestampAssigner((r) => Number(r.time)),
          )
          .print(),
      says: ['INVALID_TIMESTAMP', 'NaN', "time: 'soon'"],
    },
    {
      name: 'a null key',
      build: (env) =>
        env
          .fromData({ id: 1 })
          .keyBy(() => null as never)
          .reduce((a) => a)
          .print(),
      says: ['INVALID_KEY', 'null', 'id: 1'],
    },
    {
      name: 'a key that is NaN',
      build: (env) =>
        env
          .fromData({ id: 1 })
          .keyBy(() => Number.NaN)
          .reduce((a) => a)
          .print(),
      says: ['INVALID_KEY', 'NaN'],
    },
    {
      name: 'a function that throws',
      build: (env) =>
        env
          .fromData(1, 2, 3)
          .process({
            processElement: () => {
              throw new Error('no luck');
            },
          })
          .name('unlucky')
          .print(),
      says: ['USER_FUNCTION_FAILED', 'unlucky', 'record 1', 'no luck', /bad-input\.itcase\.ts:\d+/],
    },
    {
      name: 'a function that returns nothing',
      build: (env) =>
        env
          .fromData(1)
          .map(() => undefined)
          .name('silent')
          .print(),
      says: ['UNDEFINED_RESULT', 'silent'],
    },
    {
      name: 'a record that cannot be serialized',
      build: (env) =>
        env
          .fromData(1)
          .map((n) => ({ n, callback: () => n }))
          .name('closes over')
          .print(),
      says: ['VALUE_NOT_SERIALIZABLE', 'closes over', 'callback'],
    },
    {
      name: 'an input file that is missing',
      build: (env, folder) =>
        env
          .fromSource(FileSource.forLines(join(folder, 'none.txt')), WatermarkStrategy.noWatermarks(), 'lines')
          .print(),
      says: ['INPUT_FILE_NOT_FOUND', 'none.txt'],
    },
    {
      name: 'an output path that is a file',
      build: (env) => env.fromData('a').sinkTo(FileSink.forJsonLines<string>(import.meta.filename)),
      says: ['OUTPUT_PATH_NOT_A_DIRECTORY', 'bad-input'],
    },
    {
      name: 'event time without a timestamp',
      build: (env) =>
        env
          .fromData(1)
          .assignTimestampsAndWatermarks(WatermarkStrategy.forMonotonousTimestamps<number>())
          .keyBy((n) => n)
          .window(TumblingEventTimeWindows.of(Duration.ofHours(1)))
          .reduce((a) => a)
          .print(),
      says: ['MISSING_TIMESTAMP'],
    },
  ];

describe('Bad input', function () {
  this.timeout(30_000);
  let cluster: MiniCluster;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flink-yarn-test-'));
    cluster = new MiniCluster({ numTaskManagers: 1, numSlotsPerTaskManager: 4, console: () => undefined });
    await cluster.start();
  });
  after(async () => {
    await cluster.close();
    await rm(folder, { recursive: true });
  });

  for (const { name, build, says } of CASES) {
    it(`${name} is refused with a clear error`, async () => {
      const env = cluster.getExecutionEnvironment();
      const text = await (async () => build(env, folder))()
        .then(() => env.execute('bad input'))
        .then(
          () => 'the job finished',
          (error: unknown) => `${codesOf(error)}\n${describeError(error).join('\n')}`,
        );
      for (const part of says) {
        if (typeof part === 'string') expect(text).to.include(part);
        else expect(text).to.match(part);
      }
      expect(await readdir(folder)).to.deep.equal([]);
    });
  }
});

function codesOf(error: unknown): string {
  const codes: string[] = [];
  for (let each = error; each instanceof Error; each = each.cause) codes.push(String((each as { code?: string }).code));
  return codes.join(' ');
}
