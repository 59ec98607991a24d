/** What is slow slows down what is before it; nothing piles up, and records of every size go through or are refused by name. */
import { expect } from 'chai';
import type { VertexMetrics } from '../../src/api/job-client.js';
import { Configuration } from '../../src/config/configuration.js';
import type { JobId } from '../../src/core/ids.js';
import { isFlinkError } from '../../src/core/errors.js';
import { MiniCluster } from '../../src/testing/index.js';
import { flinkRejectionOf } from '../helpers/flink-errors.js';

const RECORDS = 60_000;
const SEGMENT_BYTES = 32 << 10;
const BUFFERS_PER_CHANNEL = 2;
const FLOATING_BUFFERS = 8;
/** A step of the source may overrun its output by what it emits until it looks. */
const MAX_OVERFLOW_BYTES = 256 << 10;
const MAX_LOCAL_RECORDS = 2_048;
/** The garbage of a busy heap comes and goes; all records together would be 120 MB. */
const MAX_GROWTH_BYTES = 80 << 20;

type Place = 'in its slot' | 'in another slot' | 'behind another task';

const program = (name: string): URL => new URL(`../programs/${name}.js`, import.meta.url);

interface Sample {
  readonly rss: number;
  readonly vertices: readonly VertexMetrics[];
}

const maximum = (samples: readonly Sample[], of: (sample: Sample) => number): number => Math.max(...samples.map(of));
const sumOf =
  (name: string) =>
  ({ vertices }: Sample): number =>
    vertices.reduce((sum, { metrics }) => sum + (metrics[`buffers.${name}`] ?? 0), 0);

/** Runs the program and looks at the job several times a second. */
async function watch(slot: Place): Promise<{ received: number; samples: readonly Sample[] }> {
  await using cluster = new MiniCluster({
    numTaskManagers: 1,
    numSlotsPerTaskManager: 2,
    configuration: new Configuration({
      'taskmanager.memory.segment-size': `${SEGMENT_BYTES}b`,
      'taskmanager.network.memory.buffers-per-channel': String(BUFFERS_PER_CHANNEL),
      'taskmanager.network.memory.floating-buffers-per-gate': String(FLOATING_BUFFERS),
    }),
  });
  await cluster.start();
  const run = cluster.run(program('slow-sink'), slot, String(RECORDS)) as Promise<{ received: number }>;
  const samples: Sample[] = [];
  let hasEnded = false;
  const ended = run.finally(() => {
    hasEnded = true;
  });
  while (!hasEnded) {
    const [job] = await cluster.dispatcher.listJobs();
    const vertices = job === undefined ? [] : await cluster.dispatcher.requestVertexMetrics(job.jobId as JobId);
    // Before, the heaps of the threads still find their size.
    const isWarm = vertices.some(({ name, numRecordsIn }) => name.includes('slow') && numRecordsIn > RECORDS / 10);
    if (isWarm) samples.push({ rss: process.memoryUsage.rss(), vertices });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { received: (await ended).received, samples };
}

describe('A sink that is ten times slower than its source', function () {
  this.timeout(90_000);

  for (const slot of ['in another slot', 'in its slot', 'behind another task'] as const) {
    it(`holds the source back, with flat memory (${slot})`, async () => {
      const { received, samples } = await watch(slot);
      expect(received).to.equal(RECORDS);
      expect(samples.length).to.be.above(3);
      const [first] = samples as [Sample];
      expect(maximum(samples, ({ rss }) => rss) - first.rss, 'growth of memory').to.be.below(MAX_GROWTH_BYTES);
      expect(maximum(samples, sumOf('outputOverflowBytes')), 'overflow').to.be.below(MAX_OVERFLOW_BYTES);
      expect(maximum(samples, sumOf('localQueueLength')), 'records queued').to.be.below(MAX_LOCAL_RECORDS);
      const queued = maximum(samples, sumOf('outputQueueLength'));
      if (slot === 'in its slot') expect(queued).to.equal(0);
      else expect(queued, 'segments').to.be.within(1, BUFFERS_PER_CHANNEL + FLOATING_BUFFERS);
      // What is emitted is not far ahead of what was taken, and the source knows why it does not go on.
      for (const { vertices } of samples) {
        const slow = vertices.find(({ name }) => name.includes('slow'));
        expect((vertices[0]?.numRecordsOut ?? 0) - (slow?.numRecordsIn ?? 0)).to.be.below(RECORDS / 4);
      }
      if (slot === 'in its slot') return;
      const backPressured = maximum(samples, ({ vertices }) => vertices[0]?.backPressuredTimeMsPerSecond ?? 0);
      expect(backPressured, 'back-pressured ms a second').to.be.above(500);
    });
  }
});

describe('A large record', function () {
  this.timeout(60_000);

  it('of 10 MB passes between slots whose buffers hold 32 KiB', async () => {
    const { sums } = (await MiniCluster.run(program('large-records'), {}, String(5_000_000), '3')) as {
      sums: readonly { n: number; characters: number; sum: number }[];
    };
    expect(sums).to.deep.equal([1, 2, 3].map((n) => ({ n, characters: 5_000_000, sum: n * 5_000_000 })));
  });

  it('beyond the largest frame is refused with the operator, the size and what to do', async () => {
    const error = await flinkRejectionOf(
      'JOB_FAILED',
      MiniCluster.run(
        program('large-records'),
        {
          configuration: new Configuration({ 'node.record-checks': 'none' }),
        },
        String(70 << 20),
        '1',
      ),
    );
    let cause: unknown = error;
    while (cause instanceof Error && !(isFlinkError(cause) && cause.code === 'RECORD_TOO_LARGE')) cause = cause.cause;
    if (!isFlinkError(cause)) throw error;
    expect(cause.message).to.match(
      /operator 'makes large records' emitted a record that cannot leave its slot: .* at least \d{9} bytes .* \d{9} are allowed/,
    );
    expect(cause.remedy).to.include('by reference');
    expect(cause.details).to.include({ operator: 'makes large records' });
  });
});
