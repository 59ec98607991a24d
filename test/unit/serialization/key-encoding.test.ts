import { expect } from 'chai';
import fc from 'fast-check';
import { isFlinkError } from '../../../src/core/errors.js';
import {
  checkKey,
  encodeKey,
  HASH_VERSION,
  hashKey,
  type KeyValue,
  keyGroupFor,
  keyGroupRange,
  keysEqual,
  operatorIndexForKeyGroup,
} from '../../../src/serialization/key-encoding.js';
import { murmur3 } from '../../../src/serialization/murmur-hash.js';

const part = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.bigInt(),
  fc.boolean(),
  fc.date({ noInvalidDate: true }),
);
const key = fc.oneof(part, fc.array(part, { maxLength: 4 })) as fc.Arbitrary<KeyValue>;

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return isFlinkError(error) ? error.code : String(error);
  }
}

describe('murmur3', () => {
  const vectors: readonly (readonly [string, number, number])[] = [
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['', 0xffffffff, 0x81f16f39],
    ['test', 0, 0xba6bd213],
    ['Hello, world!', 0, 0xc0363e43],
    ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723],
    ['a', 0x9747b28c, 0x7fa09ea6],
    ['aa', 0x9747b28c, 0x5d211726],
    ['aaa', 0x9747b28c, 0x283e0130],
    ['aaaa', 0x9747b28c, 0x5a97808a],
  ];
  for (const [text, seed, hash] of vectors) {
    it(`hashes ${JSON.stringify(text)} with seed ${seed} as published`, () => {
      expect(murmur3(Buffer.from(text), 0, text.length, seed) >>> 0).to.equal(hash);
    });
  }
});

describe('key encoding', () => {
  it('hashes the canonical bytes, whichever way it takes', () => {
    fc.assert(fc.property(key, (value) => hashKey(value) === murmur3(encodeKey(value))));
    fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => hashKey(text) === murmur3(encodeKey(text))));
  });

  it('gives equal bytes exactly to equal keys', () => {
    fc.assert(
      fc.property(
        key,
        key,
        (left, right) => keysEqual(left, right) === (hex(encodeKey(left)) === hex(encodeKey(right))),
      ),
    );
    fc.assert(fc.property(key, (value) => keysEqual(value, structuredClone(value))));
  });

  it('does not confuse keys of different types or tuples of different cuts', () => {
    const keys: KeyValue[] = [
      1,
      1n,
      '1',
      true,
      new Date(1),
      [1],
      ['1'],
      [],
      '',
      0,
      0n,
      false,
      ['ab', 'c'],
      ['a', 'bc'],
      ['abc'],
      -1n,
      255n,
      256n,
      '\ud800',
      '\ufffd',
    ];
    expect(new Set(keys.map((k) => hex(encodeKey(k)))).size).to.equal(keys.length);
  });

  it('takes -0 for 0', () => {
    expect(hex(encodeKey(-0))).to.equal(hex(encodeKey(0)));
    expect(hashKey(-0)).to.equal(hashKey(0));
    expect(keysEqual([-0], [0])).to.equal(true);
  });

  it('keeps its bytes while its version stays', () => {
    expect(HASH_VERSION).to.equal(1);
    expect(hex(encodeKey('JFK'))).to.equal('310000004a464b');
    expect(hex(encodeKey(1.5))).to.equal('02000000000000000000f83f');
    expect(hex(encodeKey(['é', -258n, true, new Date(1)]))).to.equal(
      '4600000021000000c3a9350000000102011400000003000000000000000000f03f',
    );
  });

  for (const [name, value] of Object.entries({
    null: null,
    undefined,
    NaN: Number.NaN,
    Infinity: Number.POSITIVE_INFINITY,
    object: { id: 1 },
    function: () => 1,
    symbol: Symbol('s'),
    'invalid date': new Date(Number.NaN),
    'nested tuple': [[1]],
    'tuple with null': ['a', null],
    'tuple with a hole': [1, , 2],
  })) {
    it(`refuses ${name} and shows key and record`, () => {
      expect(codeOf(() => checkKey(value))).to.equal('INVALID_KEY');
      expect(codeOf(() => encodeKey(value as KeyValue))).to.equal('INVALID_KEY');
      expect(() => keyGroupFor(value as KeyValue, 128, { origin: 'JFK' })).to.throw(/of record \{ origin: 'JFK' \}/);
    });
  }

  it('cuts the rendering of a huge record', () => {
    expect(() => keyGroupFor(null as never, 128, { text: 'x'.repeat(1e6) }))
      .to.throw()
      .with.property('message')
      .with.length.below(600);
  });
});

describe('key groups', () => {
  it('lie in [0, max parallelism)', () => {
    fc.assert(
      fc.property(key, fc.integer({ min: 1, max: 32768 }), (value, maxParallelism) => {
        const group = keyGroupFor(value, maxParallelism);
        expect(group).to.be.within(0, maxParallelism - 1);
      }),
    );
  });

  it('spread evenly', () => {
    const counts = new Array<number>(128).fill(0);
    for (let i = 0; i < 128_000; i++) counts[keyGroupFor(i, 128)] = (counts[keyGroupFor(i, 128)] as number) + 1;
    expect(Math.min(...counts)).to.be.above(850);
    expect(Math.max(...counts)).to.be.below(1150);
  });

  it('are divided as Flink divides them', () => {
    expect([0, 1, 2].map((i) => keyGroupRange(128, 3, i))).to.deep.equal([
      { start: 0, end: 42 },
      { start: 43, end: 85 },
      { start: 86, end: 127 },
    ]);
    expect(keyGroupRange(4096, 1, 0)).to.deep.equal({ start: 0, end: 4095 });
  });

  it('belong to exactly the subtask whose range holds them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 512 }), fc.integer({ min: 1, max: 512 }), (a, b) => {
        const [parallelism, maxParallelism] = [Math.min(a, b), Math.max(a, b)];
        let next = 0;
        for (let index = 0; index < parallelism; index++) {
          const range = keyGroupRange(maxParallelism, parallelism, index);
          expect(range.start).to.equal(next);
          for (let group = range.start; group <= range.end; group++) {
            expect(operatorIndexForKeyGroup(maxParallelism, parallelism, group)).to.equal(index);
          }
          next = range.end + 1;
        }
        expect(next).to.equal(maxParallelism);
      }),
      { numRuns: 50 },
    );
  });
});
