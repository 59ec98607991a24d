import { expect } from 'chai';
import { parseRaceOptions, RACED_QUERIES, UsageError } from '../../../bench/nexmark/race-options.js';

describe('the command line of the race', () => {
  it('races everything when nothing is said', () => {
    const options = parseRaceOptions([]);
    expect(options?.queries).to.deep.equal(RACED_QUERIES);
    expect(options?.modes).to.deep.equal(['inline', 'encoded']);
    expect(options?.parallelisms).to.deep.equal([1, 2]);
    expect(options?.rounds).to.equal(3);
  });

  it('takes what is chosen, queries in their own order', () => {
    const args = '--queries q5,q0 --modes encoded --events 50000 --parallelism 2 --rounds 1 --json out.json --heap 2';
    expect(parseRaceOptions(args.split(' '))).to.deep.include({
      queries: ['q0', 'q5'],
      modes: ['encoded'],
      events: 50_000,
      parallelisms: [2],
      rounds: 1,
      json: 'out.json',
      heap: 2,
    });
  });

  it('asks for help', () => {
    expect(parseRaceOptions(['--help'])).to.equal(undefined);
  });

  const wrong: Readonly<Record<string, string>> = {
    '--queries q0,q99': "--queries: there is no 'q99'",
    '--queries q4': "--queries: there is no 'q4'",
    '--modes fast': "--modes: there is no 'fast'",
    '--events many': "--events must be a whole number of at least 10000, not 'many'",
    '--events 1.5e4.': '--events must be a whole number',
    '--events 5': '--events must be a whole number of at least 10000',
    '--parallelism 1,0': "--parallelism must be a whole number of at least 1, not '0'",
    '--parallelism 1,': '--parallelism must be a whole number',
    '--tolerance -1': '--tolerance',
    '--tolerance=0': '--tolerance must be above 0',
    '--speed 5': "Unknown option '--speed'",
    stray: 'stray',
  };
  for (const [args, message] of Object.entries(wrong)) {
    it(`refuses ${args} in one line`, () => {
      expect(() => parseRaceOptions(args.split(' ')))
        .to.throw(UsageError, message)
        .with.property('message')
        .that.does.not.include('\n');
    });
  }
});
