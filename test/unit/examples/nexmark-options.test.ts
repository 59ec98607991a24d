import { expect } from 'chai';
import { DATA_SETS } from '../../../examples/nexmark/data-sets.js';
import { InputError } from '../../../examples/nexmark/input-error.js';
import { type NexmarkOptions, parseOptions, USAGE } from '../../../examples/nexmark/options.js';
import { QUERY_NAMES } from '../../../examples/nexmark/query-names.js';

describe('the command line of Nexmark', () => {
  it('has defaults for all but the queries', () => {
    const { source, ...others } = parse('--query', 'q5');
    expect(source).to.deep.equal({
      events: 1_000_000,
      seed: 0,
      rate: 10_000,
      baseTime: 1_436_918_400_000,
      outOfOrderGroupSize: 1,
      splitting: 'striped',
      mode: 'inline',
    });
    expect(others).to.deep.equal({
      queries: ['q5'],
      set: null,
      parallelism: 1,
      taskManagers: 1,
      output: null,
      verify: null,
      json: null,
    });
  });

  it('takes what it is given', () => {
    const options = parse(
      ...[
        '--query',
        'q7, q0',
        '--events',
        '20',
        '--seed=-3',
        '--rate',
        '0.5',
        '--base-time',
        '0',
        '--parallelism',
        '4',
      ],
      ...['--task-managers', '2', '--max-speed', '1000', '--mode', 'encoded', '--splitting', 'contiguous'],
      ...['--output', 'o', '--json', 'j', '--target', 'local'],
    );
    expect(options.queries).to.deep.equal(['q7', 'q0']);
    expect(options.source).to.include({ events: 20, seed: -3, rate: 0.5, baseTime: 0, maxSpeed: 1_000 });
    expect(options.source).to.include({ mode: 'encoded', splitting: 'contiguous' });
    expect(options).to.include({ parallelism: 4, taskManagers: 2, output: 'o', json: 'j' });
  });

  it('takes all queries, but verifies none whose results depend on the clock', () => {
    expect(parse('--query', 'all').queries).to.deep.equal(QUERY_NAMES);
    const verified = parse('--query', 'all', '--set', 'S', '--verify', 'v').queries;
    expect(verified).to.deep.equal(QUERY_NAMES.filter((name) => name !== 'q12'));
  });

  it('takes number of events, rate, base time and seed from the set', () => {
    for (const set of ['S', 'B'] as const) {
      const { source } = parse('--query', 'q0', '--set', set);
      expect(source).to.include(DATA_SETS[set]);
    }
    expect(DATA_SETS.S).to.include({ events: 20_000, rate: 200, baseTime: 1_436_918_400_000, seed: 0 });
    expect(DATA_SETS.B).to.include({ events: 100_000, rate: 5, baseTime: 1_436_899_200_000, seed: 0 });
  });

  it('answers nothing when help is asked for, which fits a terminal', () => {
    expect(parseOptions(['--help'])).to.equal(undefined);
    expect(Math.max(...USAGE.split('\n').map(({ length }) => length))).to.be.at.most(80);
    expect(USAGE.split('\n').length).to.be.at.most(24);
  });

  const refused: readonly (readonly [args: string, message: string])[] = [
    ['', '--query is missing: q0 to q23, several with commas, or all'],
    ['--query q24', "there is no query 'q24': q0 to q23, several with commas, or all"],
    ['--query q5,', "there is no query '': q0 to q23, several with commas, or all"],
    ['--query q5 --events many', "--events must be a whole number of at least 1, not 'many'"],
    ['--query q5 --events 0', "--events must be a whole number of at least 1, not '0'"],
    ['--query q5 --events 1e6', "--events must be a whole number of at least 1, not '1e6'"],
    ['--query q5 --events 9007199254740993', "--events must be a whole number of at least 1, not '9007199254740993'"],
    ['--query q5 --seed 0x1', "--seed must be a whole number, not '0x1'"],
    ['--query q5 --rate 0', "--rate must be a number above 0, not '0'"],
    ['--query q5 --rate 0.0001', 'rate must be above 0, and not so low: 0.0001'],
    ['--query q5 --max-speed fast', "--max-speed must be a number above 0, not 'fast'"],
    ['--query q5 --base-time 2015-07-15', "--base-time must be a whole number of at least 0, not '2015-07-15'"],
    ['--query q5 --parallelism 129', "--parallelism must be a whole number from 1 to 128, not '129'"],
    ['--query q5 --task-managers 0', "--task-managers must be a whole number from 1 to 128, not '0'"],
    ['--query q5 --mode binary', "--mode must be inline or encoded, not 'binary'"],
    ['--query q5 --splitting any', "--splitting must be striped or contiguous, not 'any'"],
    ['--query q5 --set A', "--set must be S or B, not 'A'"],
    ['--query q5 --set S --rate 7', '--rate contradicts --set S, which has its own'],
    ['--query q5 --verify DIR', '--verify needs --set: S or B, of which the results are known'],
    ['--query q12 --set S --verify DIR', "q12 cannot be verified: its results depend on the machine's clock"],
    [
      '--query q5 --set S --verify DIR --parallelism 2 --splitting contiguous',
      '--verify needs --splitting striped: contiguous parts have other events',
    ],
    ['--query q5 --target yarn', "--target must be local or remote, not 'yarn'"],
    [
      '--query q5 --target remote',
      '--target remote: there is no cluster to submit to yet; jobs run on an embedded one (--target local)',
    ],
    ['--query q5 --evnets 5', "Unknown option '--evnets'; see --help"],
    ['--query', "Option '--query <value>' argument missing; see --help"],
    ['q5', "Unexpected argument 'q5'; see --help"],
  ];
  for (const [args, message] of refused) {
    it(`refuses '${args}' in one line`, () => {
      const error = refusalOf(() => parseOptions(args.split(' ').filter((text) => text !== '')));
      expect(error.message).to.equal(message).and.not.to.include('\n');
    });
  }
});

function parse(...args: readonly string[]): NexmarkOptions {
  const options = parseOptions(args);
  if (options === undefined) throw new Error('nobody asked for help');
  return options;
}

function refusalOf(work: () => unknown): InputError {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
