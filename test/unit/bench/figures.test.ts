import { expect } from 'chai';
import { type Engine, type Figures, geometricMean, median, medians, ratios } from '../../../bench/nexmark/figures.js';
import { raceReport } from '../../../bench/nexmark/race-report.js';

function figures(engine: Engine, eventsPerSecond: readonly number[], query: Figures['query'] = 'q0'): Figures {
  const runs = eventsPerSecond.map((rate) => ({
    eventsPerSecond: rate,
    eventsPerCpuSecond: rate / 2,
    wholeEventsPerSecond: rate / 4,
    peakRssBytes: 100e6,
  }));
  const heap = engine === 'flink' ? { heapGigabytes: 1 } : {};
  return {
    ...{ query, mode: 'inline', parallelism: 1, cores: 1, engine, events: 1000, rows: 1, checksum: 2 },
    ...medians(runs),
    ...heap,
    runs,
  };
}

describe('the figures of a race', () => {
  it('are medians: the middle one, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).to.equal(2);
    expect(median([4, 1, 3, 2])).to.equal(2.5);
    expect(figures('flink', [100, 400, 200]).eventsPerCpuSecond).to.equal(100);
  });

  it('are compared round by round', () => {
    const ours = figures('flink-yarn', [200, 900, 500]);
    const theirs = figures('flink', [100, 300, 100]);
    expect(ratios(ours, theirs, 'eventsPerSecond')).to.deep.equal({ min: 2, median: 3, max: 5 });
  });

  it('have a geometric mean', () => {
    expect(geometricMean([2, 8])).to.be.closeTo(4, 1e-12);
  });

  it('stand in a row for each query, with the mean below, to which the source alone does not count', () => {
    const all = (['source', 'q0', 'q1'] as const).flatMap((query, i) => [
      figures('flink-yarn', [1_000_000 * 4 ** i], query),
      figures('flink', [500_000], query),
      figures('limit', [8_000_000 * 4 ** i], query),
    ]);
    const lines = raceReport(all).split('\n');
    expect(lines[0]).to.equal('### inline, parallelism 1 on 1 core');
    expect(lines.find((line) => line.startsWith('| source only |'))).to.include('| 1.00 M (250 k) | 500 k (125 k) |');
    expect(lines.find((line) => line.startsWith('| q0 |'))).to.include('| **8.00 ×** (8.00…8.00) |');
    expect(lines.find((line) => line.startsWith('| q1 |'))).to.include('| 13 % of 64.00 M |');
    expect(lines.find((line) => line.startsWith('Geometric mean'))).to.include('over 2 queries: events/s 16.00 ×');
  });

  it('are none for a mode that was not raced', () => {
    expect(raceReport([figures('flink', [1])])).not.to.include('encoded');
    expect(raceReport([])).to.equal('');
  });
});
