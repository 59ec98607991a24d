/** Accumulators of whole jobs: on threads, in the calling thread, and after a restart. */
import { expect } from 'chai';
import { Configuration } from '../../src/config/configuration.js';
import { DiscardingSink, IntCounter, type RuntimeContext } from '../../src/index.js';
import { MiniCluster } from '../../src/testing/index.js';
import { flinkRejectionOf } from '../helpers/flink-errors.js';

const program = new URL('../programs/accumulators.js', import.meta.url);

class Counting {
  private readonly seen = new IntCounter();

  open(context: RuntimeContext): void {
    context.addAccumulator('seen', this.seen);
  }

  filter(): boolean {
    this.seen.add(1);
    return false;
  }
}

describe('Accumulators', function () {
  this.timeout(60_000);

  it('are merged over subtasks on threads, and later jobs of the program see them', async () => {
    const configuration = new Configuration({ 'parallelism.default': '4' });
    const { results, again, unknown } = (await MiniCluster.run(program, { configuration }, '1000')) as {
      results: { even: number; average: number; subtasks: { subtask: number }[] };
      again: number;
      unknown: unknown;
    };
    expect(results.even).to.equal(500);
    expect(results.average).to.equal(500.5);
    expect(results.subtasks.map(({ subtask }) => subtask).sort()).to.deep.equal([0, 1, 2, 3]);
    expect(again).to.equal(500);
    expect(unknown).to.equal(undefined);
  });

  it('count for their subtask alone where all subtasks share a thread', async () => {
    await using cluster = new MiniCluster({ numTaskManagers: 2, numSlotsPerTaskManager: 2 });
    await cluster.start();
    const env = cluster.getExecutionEnvironment({ 'parallelism.default': '4' });
    env.fromSequence(1, 1_000).filter(new Counting()).sinkTo(new DiscardingSink());
    const job = await env.executeAsync();
    const result = await job.getJobExecutionResult();
    expect(result.getAllAccumulatorResults()).to.deep.equal({ seen: 1_000 });
    expect(await job.getAccumulators()).to.deep.equal({ seen: 1_000 });
  });

  it('do not count what a failed attempt had counted', async () => {
    await using cluster = new MiniCluster({ numTaskManagers: 1, numSlotsPerTaskManager: 2 });
    await cluster.start();
    const env = cluster.getExecutionEnvironment({
      'parallelism.default': '2',
      'restart-strategy.type': 'fixed-delay',
      'restart-strategy.fixed-delay.attempts': '1',
      'restart-strategy.fixed-delay.delay': '10 ms',
    });
    class FailsOnce extends Counting {
      private attempt = 0;

      override open(context: RuntimeContext): void {
        super.open(context);
        this.attempt = context.taskInfo.attemptNumber;
      }

      override filter(value?: number): boolean {
        if (this.attempt === 0 && value === 900) throw new Error('once');
        return super.filter();
      }
    }
    env.fromSequence(1, 1_000).filter(new FailsOnce()).sinkTo(new DiscardingSink());
    const job = await env.executeAsync();
    const result = await job.getJobExecutionResult();
    expect(await job.getNumRestarts()).to.equal(1);
    expect(result.getAccumulatorResult('seen')).to.equal(1_000);
  });

  it('of two types under one name in different tasks give no result', async () => {
    await using cluster = new MiniCluster({ numTaskManagers: 1, numSlotsPerTaskManager: 1 });
    await cluster.start();
    const env = cluster.getExecutionEnvironment({ 'parallelism.default': '1' });
    const counting = (get: (context: RuntimeContext) => unknown) => ({
      open: (context: RuntimeContext) => void get(context),
      map: (n: number) => n,
    });
    env
      .fromSequence(1, 10)
      .map(counting((context) => context.getIntCounter('n')))
      .keyBy((n) => n)
      .reduce((a, b) => a + b)
      .map(counting((context) => context.getLongCounter('n')))
      .sinkTo(new DiscardingSink());
    const result = await env.execute();
    const error = await flinkRejectionOf(
      'ACCUMULATOR_TYPE_CONFLICT',
      Promise.resolve().then(() => result.getAccumulatorResult('n')),
    );
    expect(error.message).to.include("'n'");
  });

  it('added twice fail the job with the name', async () => {
    await using cluster = new MiniCluster({ numTaskManagers: 1, numSlotsPerTaskManager: 1 });
    await cluster.start();
    const env = cluster.getExecutionEnvironment({ 'parallelism.default': '1' });
    const twice = {
      open: (context: RuntimeContext) => {
        context.addAccumulator('n', new IntCounter());
        context.addAccumulator('n', new IntCounter());
      },
      map: (n: number) => n,
    };
    env.fromSequence(1, 10).map(twice).sinkTo(new DiscardingSink());
    const error = await flinkRejectionOf('JOB_FAILED', env.execute());
    expect(error.message).to.include("'n' already exists");
  });
});
