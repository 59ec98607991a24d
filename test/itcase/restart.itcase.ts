/** A TaskManager dies in the middle of a job: it restarts, and nothing of the failed attempt is in the output. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { Configuration } from '../../src/config/configuration.js';
import type { JobId } from '../../src/core/ids.js';
import { MiniCluster } from '../../src/testing/index.js';
import { useTemporaryFolder } from '../helpers/temporary-folder.js';

const RECORDS = 60_000;
const program = new URL('../programs/restartable.js', import.meta.url);

/** Asks again every few turns of the event loop, until the deadline. */
async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${what} did not happen within 30 s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Lines of all files, or of those that a reader of the folder sees: hidden names are not committed. */
async function linesOf(folder: string, which: 'all' | 'visible'): Promise<string[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names
    .filter((entry) => entry.isFile() && (which === 'all' || !entry.name.startsWith('.')))
    .map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return texts
    .join('')
    .split('\n')
    .filter((line) => line !== '');
}

describe('Restart without checkpoints', function () {
  this.timeout(90_000);
  const temporaryFolder = useTemporaryFolder();

  it('runs the job again from the start after a TaskManager was killed', async () => {
    const folder = temporaryFolder();
    await using cluster = new MiniCluster({
      numTaskManagers: 2,
      numSlotsPerTaskManager: 2,
      configuration: new Configuration({
        'parallelism.default': '4',
        'restart-strategy.type': 'fixed-delay',
        'restart-strategy.fixed-delay.attempts': '3',
        'restart-strategy.fixed-delay.delay': '100 ms',
        'heartbeat.interval': '100 ms',
        'heartbeat.timeout': '10 s',
      }),
    });
    await cluster.start();
    const run = cluster.run(program, folder, String(RECORDS)) as Promise<{ restarts: number }>;
    await until(async () => (await processed(cluster)) > RECORDS / 10, 'progress of the job');
    await cluster.killTaskManager(0);
    await cluster.startTaskManager();
    const { restarts } = await run;
    expect(restarts).to.be.at.least(1);
    const lines = await linesOf(folder, 'all');
    expect(lines.length).to.equal(RECORDS);
    const perKey = new Map<number, number>();
    for (const line of lines) {
      const key = (JSON.parse(line) as { n: number }).n % 100;
      perKey.set(key, (perKey.get(key) ?? 0) + 1);
    }
    expect([...perKey.values()].every((count) => count === RECORDS / 100)).to.equal(true);
  });

  it('fails the job when the strategy is none, and no output becomes visible', async () => {
    const folder = temporaryFolder();
    await using cluster = new MiniCluster({
      numTaskManagers: 2,
      numSlotsPerTaskManager: 2,
      configuration: new Configuration({
        'parallelism.default': '4',
        'heartbeat.interval': '100 ms',
        'heartbeat.timeout': '10 s',
      }),
    });
    await cluster.start();
    const run = cluster.run(program, folder, String(RECORDS)).then(
      () => 'finished',
      () => 'failed',
    );
    await until(async () => (await processed(cluster)) > RECORDS / 10, 'progress of the job');
    await cluster.killTaskManager(0);
    expect(await run).to.equal('failed');
    expect(await linesOf(folder, 'visible')).to.deep.equal([]);
  });
});

async function processed(cluster: MiniCluster): Promise<number> {
  const [job] = await cluster.dispatcher.listJobs();
  if (job === undefined) return 0;
  const vertices = await cluster.dispatcher.requestVertexMetrics(job.jobId as JobId);
  return Math.max(0, ...vertices.map((vertex) => vertex.numRecordsIn));
}
