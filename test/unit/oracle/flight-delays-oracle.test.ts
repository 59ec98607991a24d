/** The oracle must see each kind of wrong output: a check that accepts everything proves nothing. */
import { expect } from 'chai';
import { expectSameWindows, type JobOutput, type OracleFlight } from '../../oracle/flight-delays-oracle.js';

const HOUR = '2001-01-01T06:00:00.000Z';
const NEXT_HOUR = '2001-01-01T07:00:00.000Z';
const DAY = '2001-01-01T00:00:00.000Z';

const flights: readonly OracleFlight[] = [
  { time: Date.parse(HOUR), delay: 10, origin: 'ORD' },
  { time: Date.parse(HOUR) + 60_000, delay: -4, origin: 'ORD' },
  { time: Date.parse(NEXT_HOUR), delay: 30, origin: 'ORD' },
];

const hour = { window: '1 h', start: HOUR, origin: 'ORD', flights: 2, meanDelay: 3, p95Delay: 10, airport: null };
const nextHour = { ...hour, start: NEXT_HOUR, flights: 1, meanDelay: 30, p95Delay: 30 };
const day = { ...hour, window: '1 d', start: DAY, flights: 3, meanDelay: 12, p95Delay: 30 };
const output: JobOutput = { results: [hour, nextHour, day], late: [] };

const lateFlight = { window: '1 h', start: HOUR, origin: 'ORD', delay: 10 };
const withLate: JobOutput = {
  results: [{ ...hour, flights: 1, meanDelay: -4, p95Delay: -4 }, nextHour, day],
  late: [lateFlight],
};

describe('flight delays oracle', () => {
  it('accepts the right output, with and without late flights', () => {
    expect(expectSameWindows(flights, output)).to.deep.equal({ windows: 3, lateFlights: 0 });
    expect(expectSameWindows(flights, withLate)).to.deep.equal({ windows: 3, lateFlights: 1 });
  });

  it('accepts that a window is missing whose flights were all late', () => {
    const late = [{ ...lateFlight, start: NEXT_HOUR, delay: 30 }];
    expect(expectSameWindows(flights, { results: [hour, day], late }).lateFlights).to.equal(1);
  });

  const wrong: readonly (readonly [string, JobOutput])[] = [
    ['a missing window', { ...output, results: [hour, day] }],
    ['a window twice', { ...output, results: [hour, hour, nextHour, day] }],
    ['a window that nothing belongs to', { ...output, results: [hour, nextHour, day, { ...hour, origin: 'JFK' }] }],
    ['a lost flight', { ...output, results: [{ ...hour, flights: 1 }, nextHour, day] }],
    ['another mean', { ...output, results: [{ ...hour, meanDelay: 3.000_001 }, nextHour, day] }],
    ['another percentile', { ...output, results: [{ ...hour, p95Delay: -4 }, nextHour, day] }],
    ['a late flight that was counted as well', { ...output, late: [lateFlight] }],
    ['a flight late twice', { ...withLate, late: [lateFlight, lateFlight] }],
    ['a late flight that does not exist', { ...output, late: [{ ...lateFlight, delay: 99 }] }],
    ['a late flight for another window', { ...withLate, late: [{ ...lateFlight, start: NEXT_HOUR }] }],
  ];
  for (const [what, tampered] of wrong) {
    it(`refuses ${what}`, () => {
      expect(() => expectSameWindows(flights, tampered)).to.throw();
    });
  }
});
