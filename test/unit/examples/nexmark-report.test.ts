import { expect } from 'chai';
import type { JobOutcome } from '../../../examples/nexmark/job-request.js';
import { type NexmarkOptions, parseOptions } from '../../../examples/nexmark/options.js';
import { figuresOf, headLines, outcomeLines, summaryLine } from '../../../examples/nexmark/report.js';

const outcome: JobOutcome = {
  rows: 123_456_789,
  sha256: null,
  checksum: 4_294_967_295,
  isEqual: null,
  difference: null,
  seconds: 2,
  cpuSeconds: 4,
  peakRssBytes: 2_000 * 1_048_576,
};
const table = { ...outcome, checksum: null, sha256: '0123456789abcdef'.repeat(4) };

describe('the report of Nexmark', () => {
  it('has a line for each query, with figures below their titles', () => {
    const options = optionsOf('--query', 'q10', '--events', '20000000');
    const lines = [...headLines(options), ...outcomeLines('q10', outcome, options)];
    expect(lines).to.deep.equal([
      '20,000,000 events at 10000/s, parallelism 1, 1 TaskManager, inline',
      'Query         Rows     Checksum    Events/s  Events/CPU-s    Memory',
      'q10    123,456,789   4294967295  10,000,000     5,000,000  2,000 MB',
    ]);
    expect(summaryLine(new Map([['q10', outcome]]), options)).to.equal('');
  });

  it('says which results are those of Flink, and where the tables are', () => {
    const options = optionsOf(
      '--query',
      'q5,q7',
      '--set',
      'S',
      '--verify',
      'v',
      '--output',
      'out',
      '--task-managers',
      '2',
    );
    const equal = { ...table, rows: 54, isEqual: true };
    expect([...headLines(options), ...outcomeLines('q5', equal, options)]).to.deep.equal([
      'Set S: 20,000 events at 200/s, parallelism 1, 2 TaskManagers, inline',
      'Query         Rows  SHA-256       Result     Events/s  Events/CPU-s    Memory',
      'q5              54  0123456789ab  ok           10,000         5,000  2,000 MB',
    ]);
    const outcomes = new Map([
      ['q5', equal],
      ['q7', { ...equal, isEqual: false }],
    ] as const);
    expect(summaryLine(outcomes, options)).to.equal('1 of 2 results equal those of Apache Flink; tables in out');
  });

  it('shows where results differ, cut to the width of a terminal', () => {
    const options = optionsOf('--query', 'q0', '--set', 'B', '--verify', 'v');
    const different = { ...table, isEqual: false };
    const difference = { line: 3, expected: 'x'.repeat(500), found: null };
    const [row = '', ...below] = outcomeLines('q0', { ...different, difference }, options);
    expect(row).to.match(/^q0 +123,456,789 +0123456789ab +differs /);
    expect(below).to.deep.equal([
      '      first difference in line 3',
      `      expected  ${'x'.repeat(63)}…`,
      '      found     the end',
    ]);
    for (const line of [row, ...below]) expect(line.length).to.be.at.most(80);
    expect(outcomeLines('q0', different, options)[1]).to.equal('      only the hash of what was expected is kept');
  });

  it('has figures for programs', () => {
    const options = optionsOf('--query', 'q5', '--events', '8');
    expect(figuresOf('q5', outcome, options)).to.include({
      query: 'q5',
      engine: 'flink-yarn',
      mode: 'inline',
      parallelism: 1,
      events: 8,
      rows: 123_456_789,
      eventsPerSecond: 4,
      eventsPerCpuSecond: 2,
      peakRssBytes: outcome.peakRssBytes,
    });
  });
});

function optionsOf(...args: readonly string[]): NexmarkOptions {
  return parseOptions(args) as NexmarkOptions;
}
