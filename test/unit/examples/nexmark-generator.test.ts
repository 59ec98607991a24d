import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  type GeneratorConfig,
  generatorConfig,
  NEXMARK_DEFAULTS,
  splitContiguously,
} from '../../../examples/nexmark/generator/nexmark-config.js';
import type { EventGenerator } from '../../../examples/nexmark/generator/event-generator.js';
import { KernelGenerator } from '../../../examples/nexmark/generator/kernel-generator.js';
import { PlainGenerator } from '../../../examples/nexmark/generator/plain-generator.js';
import { SplittableRandom } from '../../../examples/nexmark/generator/splittable-random.js';
import { REPOSITORY_ROOT } from '../../../scripts/repository-root.js';
import { rawLine } from './nexmark-raw-line.js';

const fixtures = join(REPOSITORY_ROOT, 'test', 'fixtures', 'nexmark');

interface ReferenceHashes {
  readonly name: string;
  readonly config: GeneratorConfig;
  /** By the number of events from the first. */
  readonly sha256: ReadonlyMap<number, string>;
}

/** Lines `tps=… base=… seed=… ooo=… gens=… [split=… (N=… in total)] TAB [end ]events TAB hash`. */
function referenceHashes(): readonly ReferenceHashes[] {
  const [, ...lines] = readFileSync(join(fixtures, 'raw-sha256.tsv'), 'utf8').trim().split('\n');
  const hashes = new Map<string, Map<number, string>>();
  for (const line of lines) {
    const [name, events, sha256] = line.split('\t') as [string, string, string];
    if (!hashes.has(name)) hashes.set(name, new Map());
    hashes.get(name)?.set(Number(events.replace('end ', '')), sha256);
  }
  return [...hashes].map(([name, sha256]) => ({ name, config: configOf(name, Math.max(...sha256.keys())), sha256 }));
}

function configOf(name: string, events: number): GeneratorConfig {
  const given = (field: string): number => Number(new RegExp(`\\b${field}=(\\d+)`).exec(name)?.[1] ?? '0');
  const config = {
    events: given('N') || events,
    seed: given('seed'),
    rate: given('tps'),
    baseTime: given('base'),
    outOfOrderGroupSize: given('ooo'),
  };
  return splitContiguously(config, given('gens'))[given('split')] as GeneratorConfig;
}

function hashPrefixes(generator: EventGenerator, prefixes: Iterable<number>): ReadonlyMap<number, string> {
  const hash = createHash('sha256');
  const hashes = new Map<number, string>();
  let position = 0;
  for (const prefix of prefixes) {
    generator.emit({ collect: (event) => hash.update(rawLine(event)) }, position, prefix - position, 1);
    position = prefix;
    hashes.set(prefix, hash.copy().digest('hex'));
  }
  return hashes;
}

const GENERATORS = { plain: PlainGenerator, kernel: KernelGenerator };
/** The million events of one configuration are for the fast one. */
const MOST_PLAIN_EVENTS = 100_000;

describe('the Nexmark generator', function () {
  this.timeout(60_000);

  for (const [implementation, Generator] of Object.entries(GENERATORS)) {
    it(`(${implementation}) makes the first 2,000 events of the reference, byte for byte`, () => {
      const expected = gunzipSync(readFileSync(join(fixtures, 'raw-2k.ndjson.gz'))).toString('latin1');
      const lines: string[] = [];
      const generator = new Generator(generatorConfig({ ...NEXMARK_DEFAULTS, events: 2_000 }));
      generator.emit({ collect: (event) => lines.push(rawLine(event)) }, 0, 2_000, 1);
      expect(lines).to.deep.equal(expected.split(/(?<=\n)/));
    });

    for (const { name, config, sha256 } of referenceHashes()) {
      it(`(${implementation}) has the hashes of the reference for ${name}`, () => {
        const expected = [...sha256].filter(([events]) => implementation === 'kernel' || events <= MOST_PLAIN_EVENTS);
        expect(expected).to.have.length.above(0);
        expect([
          ...hashPrefixes(
            new Generator(config),
            expected.map(([events]) => events),
          ),
        ]).to.deep.equal(expected);
      });
    }
  }

  it('draws what java.util.SplittableRandom does', () => {
    const random = new SplittableRandom();
    random.reseed(0, 42);
    expect([random.nextInt(), random.nextInt()]).to.deep.equal([-491_277_234, 909_395_113]);
    expect([random.nextBelow(10_000), random.nextBelow(1 << 20)]).to.deep.equal([2_481, 946_376]);
    expect(random.nextDouble()).to.equal(0.03803016854024621);
    random.reseed(-1, -7);
    expect([random.nextInt(), random.nextBelow(13), random.nextDouble()]).to.deep.equal([
      -669_310_854, 3, 0.9070014883393078,
    ]);
    // With such a bound, some draws have to be repeated.
    const large = Array.from({ length: 5 }, () => random.nextBelow(1_500_000_000));
    expect(large).to.deep.equal([1_062_177_434, 1_275_236_493, 786_516_816, 1_397_419_484, 516_121_668]);
  });
});
