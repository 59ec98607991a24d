import { expect } from 'chai';
import type { CollectedRecords, JobClient } from '../../../src/api/job-client.js';
import { flinkRejectionOf } from '../../helpers/flink-errors.js';
import { fakeJobClient, recordingEnvironment } from '../../helpers/recording-environment.js';

const batch = (attempt: number, records: readonly number[], done = false): CollectedRecords => ({
  attempt,
  records,
  done,
});

function numbersFrom(batches: readonly CollectedRecords[], failure?: Error) {
  const client = fakeJobClient(batches, failure);
  const { env, pipelines } = recordingEnvironment({}, client);
  return { client, env, pipelines, stream: env.fromData(1, 2, 3) };
}

describe('executeAndCollect', () => {
  it('reads the records of its own sink while the job runs', async () => {
    const { stream, client, pipelines } = numbersFrom([batch(0, [1, 2]), batch(0, []), batch(0, [3], true)]);
    const read: number[] = [];
    for await (const record of await stream.executeAndCollect('numbers')) read.push(record);
    expect(read).to.deep.equal([1, 2, 3]);
    const [pipeline] = pipelines;
    const [sink] = pipeline?.transformations ?? [];
    expect(pipeline?.jobName).to.equal('numbers');
    expect(sink).to.have.nested.property('settings.parallelism', 1);
    expect(new Set(client.collectedFrom)).to.deep.equal(
      new Set([(sink as { settings: { uid: string } }).settings.uid]),
    );
    expect(client.numCancels).to.equal(0);
  });

  it('cancels the job when the loop is left early, and only once', async () => {
    const { stream, client } = numbersFrom([batch(0, [1, 2, 3])]);
    const iterator = await stream.executeAndCollect();
    for await (const record of iterator) if (record === 2) break;
    await iterator.close();
    await iterator[Symbol.asyncDispose]();
    expect(client.numCancels).to.equal(1);
    expect(await iterator.next()).to.deep.equal({ value: undefined, done: true });
  });

  it('gives an array up to a limit, without what a failed attempt had sent', async () => {
    const { stream, client } = numbersFrom([batch(0, [1]), batch(1, [7, 8]), batch(1, [9, 10])]);
    expect(await stream.executeAndCollect(3)).to.deep.equal([7, 8, 9]);
    expect(client.numCancels).to.equal(1);
    const few = numbersFrom([batch(0, [1, 2], true)]);
    expect(await few.stream.executeAndCollect('few', 100)).to.deep.equal([1, 2]);
    expect(few.client.numCancels).to.equal(0);
    await flinkRejectionOf('ILLEGAL_ARGUMENT', numbersFrom([]).stream.executeAndCollect(0));
  });

  it('rejects with the failure of the job, after the records that came before', async () => {
    const { stream } = numbersFrom([batch(0, [1], true)], new Error('the job failed'));
    const iterator = await stream.executeAndCollect();
    expect(await iterator.next()).to.deep.equal({ value: 1, done: false });
    const reason = await iterator.next().catch((error: unknown) => error);
    expect(reason).to.have.property('message', 'the job failed');
  });
});

describe('collectAsync', () => {
  it('reads several streams of one job', async () => {
    const { env, client } = numbersFrom([batch(0, [1], true), batch(0, [2], true)]);
    const first = env.fromData(1).collectAsync();
    const second = env.fromData(2).collectAsync();
    await env.executeAsync();
    expect([await first.toArray(), await second.toArray()]).to.deep.equal([[1], [2]]);
    expect(new Set(client.collectedFrom).size).to.equal(2);
  });

  it('says when it is read before the job was submitted', async () => {
    const iterator = numbersFrom([]).stream.collectAsync();
    const error = await flinkRejectionOf('COLLECT_BEFORE_EXECUTE', iterator.next());
    expect(error.remedy).to.include('executeAsync');
  });

  it('throws when the job restarted after records had been handed out', async () => {
    const { stream, env } = numbersFrom([batch(0, [1]), batch(1, [1])]);
    const iterator = stream.collectAsync();
    await env.executeAsync();
    expect((await iterator.next()).value).to.equal(1);
    await flinkRejectionOf('COLLECT_RESTARTED', iterator.next());
  });

  it('goes on after a restart when nothing had been handed out', async () => {
    const { stream, env } = numbersFrom([batch(0, []), batch(1, [1, 2], true)]);
    const iterator = stream.collectAsync();
    await env.executeAsync();
    const read: number[] = [];
    for await (const record of iterator) read.push(record);
    expect(read).to.deep.equal([1, 2]);
  });

  it('tells of a restart instead, when asked to, and begins anew', async () => {
    const { stream, env } = numbersFrom([batch(0, [1]), batch(2, [1, 2], true)]);
    const read: unknown[] = [];
    const iterator = stream.collectAsync({ onRestart: (attempt) => read.push(`attempt ${attempt}`) });
    await env.executeAsync();
    for await (const record of iterator) read.push(record);
    expect(read).to.deep.equal([1, 'attempt 2', 1, 2]);
  });

  it('gives all records of the last attempt as an array', async () => {
    const { stream, env } = numbersFrom([batch(0, [1]), batch(1, [1, 2]), batch(1, [3], true)]);
    const iterator = stream.collectAsync();
    await env.executeAsync();
    expect(await iterator.toArray()).to.deep.equal([1, 2, 3]);
  });

  it('rejects when the job was not accepted, and closes nevertheless', async () => {
    const { env } = recordingEnvironment({}, undefined as unknown as JobClient);
    const iterator = env.fromData(1).collectAsync();
    const other = env.fromData(1).collectAsync();
    env.configure({ 'execution.runtime-mode': 'BATCH' });
    await flinkRejectionOf('RUNTIME_MODE_NOT_SUPPORTED', env.executeAsync());
    await flinkRejectionOf('RUNTIME_MODE_NOT_SUPPORTED', iterator.next());
    await other.close();
  });
});
