import { expect } from 'chai';
import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { KERNEL_BASE64 } from '../../../examples/nexmark/generator/kernel-bytes.js';
import { KernelGenerator } from '../../../examples/nexmark/generator/kernel-generator.js';
import { type GeneratorConfig, NEXMARK_DEFAULTS } from '../../../examples/nexmark/generator/nexmark-config.js';
import { PlainGenerator } from '../../../examples/nexmark/generator/plain-generator.js';
import type { NexmarkEvent } from '../../../examples/nexmark/model.js';
import { compileKernel, KERNEL_MODULE } from '../../../scripts/nexmark-kernel.js';

interface Stretch {
  readonly config: GeneratorConfig;
  readonly position: number;
  readonly stride: number;
}

const EVENTS = 200;
/** Event time in µs has to be exact. */
const MOST_MICROS = Number.MAX_SAFE_INTEGER;

function stretches(): fc.Arbitrary<Stretch> {
  return fc
    .record({
      seed: fc.maxSafeInteger(),
      firstEventId: fc.oneof(fc.constant(1), fc.nat(), fc.integer({ min: 0, max: 2 ** 50 })),
      rate: fc.oneof(fc.constantFrom(3, 5, 10_000, 10_000_000), fc.double({ min: 0.01, max: 1e8, noNaN: true })),
      outOfOrderGroupSize: fc.oneof(fc.constant(1), fc.constantFrom(7, 1_000, 953), fc.integer({ min: 1, max: 1e6 })),
      baseTime: fc.integer({ min: -(2 ** 42), max: 2 ** 42 }),
      stride: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 1_000 })),
      // On a scale of orders of magnitude: also the first events, where less can be referred to, and ids beyond 2^32.
      magnitude: fc.double({ min: 0, max: 48, noNaN: true }),
    })
    .map(({ rate, stride, magnitude, ...config }) => {
      const delayMicros = 1_000_000 / rate;
      const most = Math.floor(MOST_MICROS / delayMicros) - config.outOfOrderGroupSize - EVENTS * stride - 10_000;
      const position = Math.max(0, Math.min(Math.floor(2 ** magnitude) - 1, most));
      return { config: { ...config, delayMicros, events: position + EVENTS * stride }, position, stride };
    });
}

function eventsOf(Generator: typeof KernelGenerator | typeof PlainGenerator, stretch: Stretch): NexmarkEvent[] {
  const events: NexmarkEvent[] = [];
  const output = { collect: (event: NexmarkEvent) => events.push(event) };
  new Generator(stretch.config).emit(output, stretch.position, EVENTS, stretch.stride);
  return events;
}

describe("the kernel of Nexmark's generator", function () {
  this.timeout(60_000);

  it('makes the events that the plain generator makes, wherever it begins', () => {
    fc.assert(
      fc.property(stretches(), (stretch) => {
        expect(eventsOf(KernelGenerator, stretch)).to.deep.equal(eventsOf(PlainGenerator, stretch));
      }),
      { numRuns: 300 },
    );
  });

  it('builds objects with the same order of fields', () => {
    const stretch = {
      config: { ...NEXMARK_DEFAULTS, delayMicros: 100, firstEventId: 1, events: EVENTS },
      position: 0,
      stride: 1,
    };
    const fields = (Generator: typeof KernelGenerator | typeof PlainGenerator): string[] =>
      eventsOf(Generator, stretch).map((event) => Object.keys(event).join());
    expect(fields(KernelGenerator)).to.deep.equal(fields(PlainGenerator));
  });

  it('draws again where the plain generator does', () => {
    for (const position of Object.values(REDRAWN)) {
      const config = { ...NEXMARK_DEFAULTS, delayMicros: 100, firstEventId: 1, events: position + EVENTS };
      const stretch = { config, position: position - 10, stride: 1 };
      expect(eventsOf(KernelGenerator, stretch)).to.deep.equal(eventsOf(PlainGenerator, stretch));
    }
  });

  it('is what its sources compile to', async () => {
    expect(await readFile(KERNEL_MODULE, 'utf8')).to.equal(await compileKernel());
  });

  it('has no memory, for which V8 would reserve 10 GiB of addresses', () => {
    const sections = sectionIds(Buffer.from(KERNEL_BASE64, 'base64'));
    expect(sections).to.include(CODE_SECTION);
    expect(sections).to.not.include(MEMORY_SECTION);
  });
});

const MEMORY_SECTION = 5;
const CODE_SECTION = 10;
/** Where a number is drawn again, as it came from an incomplete run of numbers below 2^31; found by a search. */
const REDRAWN = {
  ofTheExtraTable: 11_986,
  ofTheColdChannels: 98_448,
  ofTheAuctionsInFlight: 495_376,
  ofTheLetters: 7_574_200,
  ofTheActivePersons: 9_527_210,
};

/** After a header of eight bytes: an id, a length in LEB128 and the contents of each section. */
function sectionIds(wasm: Buffer): readonly number[] {
  const ids: number[] = [];
  for (let at = 8; at < wasm.length; ) {
    ids.push(wasm[at++] as number);
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++] as number;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    at += length;
  }
  return ids;
}
