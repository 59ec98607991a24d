import { expect } from 'chai';
import {
  emittedEvents,
  formatProgress,
  parseProgress,
  type Sample,
  steadyRates,
} from '../../../bench/nexmark/progress.js';

const SECOND = 1e9;

/** Samples at every tenth of a second, of a source that emits so many events a second with that part of a core. */
function steady(options: { from: number; to: number; eventsPerSecond: number; cpu: number }): Sample[] {
  const { from, to, eventsPerSecond, cpu } = options;
  const count = Math.round((to - from) * 10);
  return Array.from({ length: count + 1 }, (_, i) => ({
    nanos: (from + i / 10) * SECOND,
    cpuNanos: (from + i / 10) * cpu * SECOND,
    events: (i / 10) * eventsPerSecond,
  }));
}

describe('the progress of a run', () => {
  it('has the rates of a source that is equally fast all the time', () => {
    const samples = steady({ from: 3, to: 13, eventsPerSecond: 1000, cpu: 0.5 });
    const rates = steadyRates([{ preparationNanos: 0, samples }]);
    expect(rates.eventsPerSecond).to.be.closeTo(1000, 1e-6);
    expect(rates.eventsPerCpuSecond).to.be.closeTo(2000, 1e-6);
  });

  it('leaves out a slow beginning and a slow end', () => {
    const samples: Sample[] = [
      { nanos: 0, cpuNanos: 0, events: 0 },
      { nanos: 100 * SECOND, cpuNanos: 100 * SECOND, events: 25 },
      { nanos: 101 * SECOND, cpuNanos: 102 * SECOND, events: 97 },
      { nanos: 201 * SECOND, cpuNanos: 202 * SECOND, events: 100 },
    ];
    expect(steadyRates([{ preparationNanos: 0, samples }])).to.deep.equal({
      eventsPerSecond: 72,
      eventsPerCpuSecond: 36,
    });
  });

  it('interpolates where no sample stands at the borders', () => {
    const samples: Sample[] = [
      { nanos: 0, cpuNanos: 0, events: 0 },
      { nanos: 10 * SECOND, cpuNanos: 5 * SECOND, events: 1000 },
    ];
    const rates = steadyRates([{ preparationNanos: 0, samples }]);
    expect(rates.eventsPerSecond).to.be.closeTo(100, 1e-9);
    expect(rates.eventsPerCpuSecond).to.be.closeTo(200, 1e-9);
  });

  it('adds up the subtasks, whose CPU time is that of their process', () => {
    const a = steady({ from: 0, to: 10, eventsPerSecond: 600, cpu: 2 });
    const b = steady({ from: 0, to: 10, eventsPerSecond: 400, cpu: 2 });
    const rates = steadyRates([a, b].map((samples) => ({ preparationNanos: 0, samples })));
    expect(rates.eventsPerSecond).to.be.closeTo(1000, 1e-6);
    expect(rates.eventsPerCpuSecond).to.be.closeTo(500, 1e-6);
  });

  it('begins when the last subtask does', () => {
    const early = steady({ from: 0, to: 10, eventsPerSecond: 1000, cpu: 1 });
    const late = steady({ from: 9, to: 19, eventsPerSecond: 1000, cpu: 1 });
    // A quarter of the 20,000 events is there after five seconds, with one subtask at work.
    const { eventsPerSecond } = steadyRates([early, late].map((samples) => ({ preparationNanos: 0, samples })));
    const end = 9 + (0.97 * 20_000 - 10_000) / 1000;
    expect(eventsPerSecond).to.be.closeTo((0.97 * 20_000 - 9_000) / (end - 9), 1e-6);
  });

  it('is refused when it has no steady part', () => {
    const samples: Sample[] = [
      { nanos: 5, cpuNanos: 1, events: 0 },
      { nanos: 5, cpuNanos: 1, events: 100 },
    ];
    expect(() => steadyRates([{ preparationNanos: 0, samples }])).to.throw('no steady part');
  });

  it('comes back from its file', () => {
    const progress = {
      preparationNanos: 12,
      samples: [
        { nanos: 1_000_000_000_001, cpuNanos: 2, events: 0 },
        { nanos: 1_000_000_000_009, cpuNanos: 4, events: 16_384 },
      ],
    };
    expect(parseProgress(formatProgress(progress))).to.deep.equal(progress);
    expect(emittedEvents([progress, progress])).to.equal(32_768);
  });

  it('is refused when its file is cut off', () => {
    expect(() => parseProgress('12\n1\t2\t0\n3\t')).to.throw('cannot be read');
    expect(() => parseProgress('')).to.throw('cannot be read');
  });
});
