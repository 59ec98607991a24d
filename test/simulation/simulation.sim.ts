/** The simulation as part of the suite: many schedules without a violation, and proof that it would see one. */
import { expect } from 'chai';
import { TIMED_FAULTS } from '../../src/testing/simulation/fault-plan.js';
import { runSchedule } from '../../src/testing/simulation/simulation.js';
import { ScheduleStatistics } from './schedule-statistics.js';

const NUM_SCHEDULES = 1_000;
const FIRST_SEED = 1;
const NETWORK_FAULTS = ['request-loss', 'answer-loss', 'slow-message', 'blocked-link'] as const;

describe('a cluster under seeded faults', () => {
  it(`keeps every rule in ${NUM_SCHEDULES} schedules`, async () => {
    const statistics = new ScheduleStatistics();
    for (let seed = FIRST_SEED; seed < FIRST_SEED + NUM_SCHEDULES; seed++) statistics.add(await runSchedule(seed));
    for (const line of statistics.summary()) console.log(`      ${line}`);
    expect(statistics.violations).to.deep.equal([]);
    expect(statistics.hitsPerSchedule).to.be.at.least(2);
    for (const kind of [...TIMED_FAULTS, ...NETWORK_FAULTS])
      expect(statistics.hitsByKind.get(kind) ?? 0, kind).to.be.greaterThan(0);
  });

  it(`notices a slot that leaks in one of fifty releases within ${NUM_SCHEDULES} schedules`, async () => {
    const planted = new Map([['slot-leak', 0.02]]);
    for (let seed = FIRST_SEED; seed < FIRST_SEED + NUM_SCHEDULES; seed++) {
      const { violation } = await runSchedule(seed, { planted });
      if (violation === undefined) continue;
      console.log(`      caught at schedule ${seed - FIRST_SEED + 1}: ${violation.message}`);
      expect(violation.message).to.contain('left behind');
      return;
    }
    expect.fail('the planted leak was never noticed');
  });

  it('repeats a schedule exactly, event by event', async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + 20; seed++) {
      const [first, second] = [await runSchedule(seed), await runSchedule(seed)];
      expect(second.traceHash, `seed ${seed}`).to.equal(first.traceHash);
      expect(second.numEvents, `seed ${seed}`).to.equal(first.numEvents);
    }
  });
});
