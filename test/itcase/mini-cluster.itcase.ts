/** Whole programs on an embedded cluster of two TaskManagers with two slots each, on real threads. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { Configuration } from '../../src/config/configuration.js';
import { isFlinkError } from '../../src/core/errors.js';
import {
  type Collector,
  type KeyedProcessContext,
  type KeyedProcessFunction,
  type RuntimeContext,
  type ValueState,
  valueState,
} from '../../src/index.js';
import { MiniCluster } from '../../src/testing/index.js';
import { flinkRejectionOf } from '../helpers/flink-errors.js';

const program = (name: string): URL => new URL(`../programs/${name}.js`, import.meta.url);
const withOptions = (options: Record<string, string>) => ({ configuration: new Configuration(options) });

function causeWith(code: string, error: unknown): Error {
  for (let each = error; each instanceof Error; each = each.cause)
    if (isFlinkError(each) && each.code === code) return each;
  throw error;
}

describe('MiniCluster', function () {
  this.timeout(60_000);

  it('runs several execute() calls of one program, the later ones built from results of the earlier', async () => {
    const { numbers, seen, total } = (await MiniCluster.run(program('two-executions'))) as {
      numbers: number[];
      total: number;
      seen: { n: number; startedAt: number; runId: number }[];
    };
    expect(numbers.sort((a, b) => a - b)).to.deep.equal([2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
    expect(seen.map(({ n }) => n - total).sort((a, b) => a - b)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(seen.map(({ startedAt, runId }) => `${startedAt}/${runId}`)).size).to.equal(1);
  });

  it('never deadlocks: 100,000 windows fire into fan-outs through the smallest buffers', async () => {
    const options = withOptions({
      'parallelism.default': '4',
      'taskmanager.memory.segment-size': '1kb',
      'taskmanager.network.memory.buffers-per-channel': '1',
      'taskmanager.network.memory.floating-buffers-per-gate': '0',
    });
    const keys = 100_000;
    const { results } = (await MiniCluster.run(program('fan-out'), options, String(keys))) as {
      results: { count: number; sum: number }[];
    };
    // Odd keys are broadcast to four subtasks, even ones go to one; each three times.
    const even = keys / 2;
    const sumOfEven = (even - 1) * even;
    expect(results.at(-1)).to.deep.equal({
      count: 3 * (even + 4 * even),
      sum: 3 * (sumOfEven + 4 * (sumOfEven + even)),
    });
  });

  it('names operator, record and the line of the program when a function throws', async () => {
    const error = await flinkRejectionOf('JOB_FAILED', MiniCluster.run(program('throws')));
    const failed = causeWith('USER_FUNCTION_FAILED', error);
    expect(failed.message).to.include("'refuses seven'").and.to.include('record 7').and.to.include('seven is too many');
    expect((failed.cause as Error).stack).to.match(/throws\.ts:8/);
  });

  it('refuses a program whose plan differs from run to run, and says where', async () => {
    const error = await flinkRejectionOf('JOB_FAILED', MiniCluster.run(program('unstable-plan')));
    expect(causeWith('PLAN_MISMATCH', error).message).to.match(/Map|Filter/);
  });

  it('runs programs built inside a test in the calling thread', async () => {
    await using cluster = new MiniCluster({ numTaskManagers: 2, numSlotsPerTaskManager: 2 });
    await cluster.start();
    const env = cluster.getExecutionEnvironment({ 'parallelism.default': '4' });
    const factor = 3;
    const result = await env
      .fromSequence(1, 1_000)
      .keyBy((n) => n % 10)
      .reduce((a, b) => a + b)
      .map((n) => n * factor)
      .executeAndCollect();
    const last = Math.max(...(await result.toArray()));
    expect(last).to.equal(3 * Array.from({ length: 100 }, (_, i) => 10 * (i + 1)).reduce((a, b) => a + b, 0));
  });

  it('gives each subtask a function object of its own, also in the calling thread', async () => {
    await using cluster = new MiniCluster({ numTaskManagers: 2, numSlotsPerTaskManager: 2 });
    await cluster.start();
    const env = cluster.getExecutionEnvironment({ 'parallelism.default': '4' });
    const total = valueState('total', 0);
    class RunningTotal implements KeyedProcessFunction<number, number, [key: number, total: number]> {
      private state!: ValueState<number>;

      open(context: RuntimeContext): void {
        this.state = context.getState(total);
      }

      processElement(value: number, context: KeyedProcessContext<number>, out: Collector<[number, number]>): void {
        this.state.update((this.state.value() ?? 0) + value);
        out.collect([context.currentKey, this.state.value() ?? 0]);
      }
    }
    const totals = await env
      .fromSequence(1, 2_000)
      .keyBy((n) => n % 20)
      .process(new RunningTotal())
      .executeAndCollect();
    const last = new Map<number, number>();
    for (const [key, sum] of await totals.toArray()) last.set(key, Math.max(sum, last.get(key) ?? 0));
    const expected = (key: number): number =>
      Array.from({ length: 2_000 }, (_, i) => i + 1)
        .filter((n) => n % 20 === key)
        .reduce((a, b) => a + b, 0);
    expect([...last].every(([key, sum]) => sum === expected(key))).to.equal(true);
    expect(last.size).to.equal(20);
  });

  it('runs slots in threads also when source maps name another file than Node loaded', async () => {
    const script = fileURLToPath(new URL('../programs/thread-ids.js', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ['--enable-source-maps', script]);
    expect(stdout).to.match(/4 threads, none of them the main one/);
  });

  for (const [how, command, file] of [
    ['node', [], '../programs/two-executions.js'],
    [
      'flink run -t local',
      ['../../src/cli/flink.js', 'run', '-t', 'local'],
      '../../../test/programs/two-executions.ts',
    ],
    ['npx tsx', ['../../../node_modules/tsx/dist/cli.mjs'], '../../../test/programs/two-executions.ts'],
  ] as const) {
    it(`runs the same program with ${how}`, async () => {
      const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
      const args = command.map((part) => (part.includes('/') ? local(part) : part));
      const { stderr } = await promisify(execFile)(process.execPath, [...args, local(file)]);
      expect(stderr).to.equal('');
    });
  }
});
