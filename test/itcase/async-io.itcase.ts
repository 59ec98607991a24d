/** Asynchronous operators in whole jobs: real promises and timers, back-pressure, the end of the input, restarts. */
import { expect } from 'chai';
import { Configuration } from '../../src/config/configuration.js';
import { AsyncDataStream, FileSink, type RuntimeContext } from '../../src/index.js';
import { MiniCluster } from '../../src/testing/index.js';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { flinkRejectionOf } from '../helpers/flink-errors.js';
import { useTemporaryFolder } from '../helpers/temporary-folder.js';

const program = new URL('../programs/async-requests.js', import.meta.url);
const withParallelism = (parallelism: number) => ({
  configuration: new Configuration({ 'parallelism.default': String(parallelism) }),
});

interface LookedUp {
  readonly n: number;
  readonly square: number;
}

async function lookUp(mode: string, count: number, capacity: number, parallelism: number) {
  const args = [mode, String(count), String(capacity)];
  return (await MiniCluster.run(program, withParallelism(parallelism), ...args)) as {
    results: LookedUp[];
    mostAtOnce: number;
  };
}

describe('Asynchronous operators', function () {
  this.timeout(60_000);
  const temporaryFolder = useTemporaryFolder();

  it('keep order and capacity on threads, with attempts that fail in between', async () => {
    const { results, mostAtOnce } = await lookUp('ordered', 300, 10, 1);
    expect(results.map(({ n }) => n)).to.deep.equal(Array.from({ length: 300 }, (_, i) => i + 1));
    expect(results.every(({ n, square }) => square === n * n)).to.equal(true);
    expect(mostAtOnce).to.be.within(2, 10);
  });

  it('give every result once when order does not matter', async () => {
    const { results, mostAtOnce } = await lookUp('unordered', 500, 25, 2);
    expect(results.map(({ n }) => n).sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 500 }, (_, i) => i + 1));
    expect(mostAtOnce).to.be.within(2, 25);
  });

  it('end after the last answer, and windows behind them see all of it', async () => {
    await using cluster = new MiniCluster({ numTaskManagers: 1, numSlotsPerTaskManager: 2 });
    await cluster.start();
    const env = cluster.getExecutionEnvironment({ 'parallelism.default': '2' });
    const slowly = async (n: number): Promise<number[]> => {
      await new Promise((resolve) => setTimeout(resolve, n % 5));
      return [n, -n];
    };
    const stream = await AsyncDataStream.unorderedWait(env.fromSequence(1, 400), slowly, '10 s', 20)
      .keyBy((n) => n > 0)
      .reduce((a, b) => a + b)
      .executeAndCollect();
    const sums = await stream.toArray();
    expect(Math.max(...sums)).to.equal((400 * 401) / 2);
    expect(Math.min(...sums)).to.equal((-400 * 401) / 2);
  });

  it('write into a sink of the same chain, and ask again after a restart', async () => {
    const folder = temporaryFolder();
    await using cluster = new MiniCluster({ numTaskManagers: 1, numSlotsPerTaskManager: 1 });
    await cluster.start();
    const env = cluster.getExecutionEnvironment({
      'parallelism.default': '1',
      'restart-strategy.type': 'fixed-delay',
      'restart-strategy.fixed-delay.attempts': '1',
      'restart-strategy.fixed-delay.delay': '10 ms',
    });
    class FailsOnce {
      private attempt = 0;

      open(context: RuntimeContext): void {
        this.attempt = context.taskInfo.attemptNumber;
      }

      async asyncInvoke(n: number): Promise<{ n: number }[]> {
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (n === 150 && this.attempt === 0) throw new Error('once');
        return [{ n }];
      }
    }
    AsyncDataStream.orderedWait(env.fromSequence(1, 200), new FailsOnce(), '10 s').sinkTo(
      FileSink.forJsonLines<{ n: number }>(folder),
    );
    await env.execute();
    const names = (await readdir(folder)).filter((name) => !name.startsWith('.'));
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    const lines = texts.join('').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { n: number }).n)).to.deep.equal(
      Array.from({ length: 200 }, (_, i) => i + 1),
    );
  });

  it('fail the job when an answer does not come in time', async () => {
    await using cluster = new MiniCluster({ numTaskManagers: 1, numSlotsPerTaskManager: 1 });
    await cluster.start();
    const env = cluster.getExecutionEnvironment({ 'parallelism.default': '1' });
    const never = (): Promise<number[]> => new Promise(() => undefined);
    AsyncDataStream.orderedWait(env.fromSequence(1, 10), never, '50 ms').print();
    const error = await flinkRejectionOf('JOB_FAILED', env.execute());
    expect(error.message).to.include('timed out').and.to.include('within 50 ms');
  });

  it('can be cancelled while answers are missing', async () => {
    await using cluster = new MiniCluster({ numTaskManagers: 1, numSlotsPerTaskManager: 1 });
    await cluster.start();
    const env = cluster.getExecutionEnvironment({ 'parallelism.default': '1' });
    let asked!: () => void;
    const wasAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const never = (): Promise<number[]> => {
      asked();
      return new Promise(() => undefined);
    };
    AsyncDataStream.orderedWait(env.fromSequence(1, 10), never, 0).print();
    const job = await env.executeAsync();
    await wasAsked;
    await job.cancel();
    await flinkRejectionOf('JOB_CANCELED', job.getJobExecutionResult());
  });
});
