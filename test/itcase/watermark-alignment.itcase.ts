/** Two sources of one job on an embedded cluster in virtual time: the fast one waits for the slow one, and for nobody else. */
import { expect } from 'chai';
import { Configuration } from '../../src/config/configuration.js';
import { type Environment, noFaults } from '../../src/core/environment.js';
import { silentLogger } from '../../src/core/logger.js';
import { SeededRandom } from '../../src/core/random.js';
import {
  DiscardingSink,
  type InputStatus,
  type JobClient,
  type ReaderOutput,
  type Source,
  type SourceReader,
  type SourceSplit,
  type SplitEnumerator,
  WatermarkStrategy,
} from '../../src/index.js';
import { ManualClock, MiniCluster } from '../../src/testing/index.js';

interface Pace {
  /** Milliseconds of event time in a millisecond of the clock. */
  readonly speed: number;
  /** The source falls silent after this event time. */
  readonly silentAfter?: number;
  /** The source ends after this event time. */
  readonly endsAfter?: number;
}

/** How often a source looks whether it has something. */
const TICK_MS = 5;

/** Emits the event times that have come by now at its pace, one a millisecond of event time. */
class PacedSource implements Source<number> {
  readonly description: string;
  readonly boundedness = 'CONTINUOUS_UNBOUNDED' as const;
  readonly maxParallelism = 1;
  /** Event time of the last record. */
  reached = 0;
  private readonly pace: Pace;
  private readonly clock: ManualClock;

  constructor(name: string, pace: Pace, clock: ManualClock) {
    this.description = name;
    this.pace = pace;
    this.clock = clock;
  }

  createEnumerator(): SplitEnumerator<SourceSplit, unknown> {
    return {
      start: () => undefined,
      handleSplitRequest: () => undefined,
      addReader: () => undefined,
      addSplitsBack: () => undefined,
      snapshotState: () => undefined,
    };
  }

  restoreEnumerator(): SplitEnumerator<SourceSplit, unknown> {
    return this.createEnumerator();
  }

  createReader(): SourceReader<number, SourceSplit> {
    const begun = this.clock.now();
    let tick: Promise<void> | undefined;
    const { speed, silentAfter = Infinity, endsAfter = Infinity } = this.pace;
    return {
      start: () => undefined,
      pollNext: (output: ReaderOutput<number>, maxRecords: number): InputStatus => {
        const due = Math.min((this.clock.now() - begun) * speed, silentAfter, endsAfter);
        for (let n = 0; n < maxRecords && this.reached < due; n++) output.collect(++this.reached, this.reached);
        if (this.reached >= endsAfter) return 'END_OF_INPUT';
        return this.reached < due ? 'MORE_AVAILABLE' : 'NOTHING_AVAILABLE';
      },
      isAvailable: () => {
        tick ??= new Promise((resolve) => {
          this.clock.schedule(TICK_MS, () => {
            tick = undefined;
            resolve();
          });
        });
        return tick;
      },
      addSplits: () => undefined,
      notifyNoMoreSplits: () => undefined,
      snapshotState: () => [],
    };
  }
}

const DRIFT = 500;
/** A source reads this many records between two looks at its group. */
const PORTION = 128;

describe('Watermark alignment', function () {
  this.timeout(60_000);
  let clock: ManualClock;
  let cluster: MiniCluster;

  beforeEach(async () => {
    clock = new ManualClock(1_000);
    const environment: Environment = { clock, random: new SeededRandom(1), log: silentLogger, faults: noFaults };
    cluster = new MiniCluster({
      numTaskManagers: 1,
      numSlotsPerTaskManager: 1,
      environment,
      configuration: new Configuration({ 'parallelism.default': '1' }),
    });
    await settle(cluster.start());
  });

  afterEach(() => settle(cluster.close()));

  async function settle<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const done = promise.finally(() => (isSettled = true));
    done.catch(() => undefined);
    while (!isSettled) await clock.advanceAsync(1);
    return done;
  }

  interface Run {
    readonly sources: readonly PacedSource[];
    readonly job: JobClient;
    /** The furthest that the first source was ahead of the second, in event time, while the clock went on. */
    lead(ms: number): Promise<number>;
  }

  async function run(paces: readonly Pace[], strategy = aligned()): Promise<Run> {
    const env = cluster.getExecutionEnvironment();
    const sources = paces.map((pace, i) => new PacedSource(`source ${i}`, pace, clock));
    for (const source of sources) env.fromSource(source, strategy, source.description).sinkTo(new DiscardingSink());
    const job = await settle(env.executeAsync());
    const lead = async (ms: number): Promise<number> => {
      let most = 0;
      for (const end = clock.now() + ms; clock.now() < end; ) {
        await clock.advanceAsync(10);
        most = Math.max(most, sources[0]!.reached - sources[1]!.reached);
      }
      return most;
    };
    return { sources, job, lead };
  }

  const aligned = (interval = 200) =>
    WatermarkStrategy.forMonotonousTimestamps<number>().withWatermarkAlignment('group', DRIFT, interval);

  async function cancel({ job }: Run): Promise<void> {
    await settle(job.cancel());
    await settle(job.getJobExecutionResult().catch(() => undefined));
  }

  it('keeps a fast source within the drift of a slow one', async () => {
    const unaligned = await run([{ speed: 10 }, { speed: 1 }], WatermarkStrategy.forMonotonousTimestamps<number>());
    expect(await unaligned.lead(6_000)).to.be.greaterThan(40_000);
    await cancel(unaligned);

    const job = await run([{ speed: 10 }, { speed: 1 }]);
    // Before the first answer of the group nobody waits.
    await job.lead(600);
    await job.lead(6_000);
    const most = await job.lead(6_000);
    expect(most).to.be.within(DRIFT / 2, DRIFT + PORTION);
    expect(job.sources[1]!.reached).to.be.greaterThan(10_000);
    const metrics = await settle(job.job.getVertexMetrics());
    const drift = metrics.flatMap((vertex) => Object.entries(vertex.metrics)).filter(([name]) => /Drift/.test(name));
    expect(drift.map(([name]) => name)).to.have.members([
      'Source: source 0.watermarkAlignmentDrift',
      'Source: source 1.watermarkAlignmentDrift',
    ]);
    await cancel(job);
  });

  it('does not hold a source back for one that is idle', async () => {
    const job = await run([{ speed: 5 }, { speed: 5, silentAfter: 1_000 }], aligned().withIdleness(1_000));
    await job.lead(10_000);
    expect(job.sources[0]!.reached).to.be.greaterThan(40_000);
    await cancel(job);
  });

  it('holds it back for one that is silent without being idle', async () => {
    const job = await run([{ speed: 5 }, { speed: 5, silentAfter: 1_000 }]);
    await job.lead(10_000);
    expect(job.sources[0]!.reached).to.be.lessThan(1_000 + 5 * 400 + DRIFT + PORTION);
    await cancel(job);
  });

  it('does not hold a source back for one that has ended, and ends with it', async () => {
    const job = await run([
      { speed: 5, endsAfter: 50_000 },
      { speed: 5, endsAfter: 1_000 },
    ]);
    await settle(job.job.getJobExecutionResult());
    expect(job.sources.map(({ reached }) => reached)).to.deep.equal([50_000, 1_000]);
  });
});
