import { expect } from 'chai';
import fc from 'fast-check';
import { isFlinkError } from '../../../src/core/errors.js';
import { ByteReader } from '../../../src/serialization/byte-reader.js';
import { ByteWriter } from '../../../src/serialization/byte-writer.js';
import { decodeValue, encodeValue, roundTrip } from '../../../src/serialization/value-codec.js';
import { ValueDecoder } from '../../../src/serialization/value-decoder.js';
import { ValueEncoder } from '../../../src/serialization/value-encoder.js';
import { MAX_DEPTH, MAX_SHAPES } from '../../../src/serialization/value-tags.js';
import { plainValue, sameValue } from './plain-values.js';

class Point {
  readonly x = 1;
}

function errorOf(action: () => unknown): { code: string; message: string } {
  try {
    action();
  } catch (error) {
    return isFlinkError(error)
      ? { code: error.code, message: error.message }
      : { code: 'not ours', message: String(error) };
  }
  return { code: 'none', message: '' };
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = [value];
  return value;
}

describe('value codec', () => {
  it('gives back every kind of plain data as it was', () => {
    fc.assert(
      fc.property(plainValue, (value) => sameValue(roundTrip(value), value)),
      { numRuns: 500 },
    );
  });

  it('keeps what other formats lose', () => {
    const value = {
      zero: -0,
      nan: Number.NaN,
      big: 10n ** 40n,
      half: '\ud800x',
      missing: undefined,
      nothing: null,
      date: new Date(5),
      never: new Date(Number.NaN),
      map: new Map<unknown, unknown>([[{ a: 1 }, new Set(['é', 'ł'])]]),
      bytes: new Uint8Array([1, 2]),
      buffer: Buffer.from('x'),
      bare: Object.assign(Object.create(null) as object, { a: 1 }),
      sparse: [, 1, ,],
    };
    expect(sameValue(roundTrip(value), value)).to.equal(true);
  });

  it('does not let a key named __proto__ touch the prototype', () => {
    const value = JSON.parse('{"__proto__": {"polluted": true}, "a": 1}') as object;
    const copy = roundTrip(value) as Record<string, unknown>;
    expect(Object.getPrototypeOf(copy)).to.equal(Object.prototype);
    expect(Object.keys(copy)).to.deep.equal(['__proto__', 'a']);
    expect(copy['polluted']).to.equal(undefined);
  });

  it('writes the keys of equal objects once in a stream', () => {
    const encoder = new ValueEncoder();
    const out = new ByteWriter();
    encoder.encode({ origin: 'JFK', delay: 1 }, out);
    const first = out.position;
    encoder.encode({ origin: 'LAX', delay: 2 }, out);
    expect(out.position - first).to.be.below(first - 10);
    const decoder = new ValueDecoder();
    const input = new ByteReader(out.bytes());
    expect([decoder.decode(input), decoder.decode(input)]).to.deep.equal([
      { origin: 'JFK', delay: 1 },
      { origin: 'LAX', delay: 2 },
    ]);
  });

  it('stays bounded when objects are used as dictionaries', () => {
    const encoder = new ValueEncoder();
    const decoder = new ValueDecoder();
    const out = new ByteWriter();
    for (let i = 0; i < MAX_SHAPES + 50; i++) {
      out.reset();
      encoder.encode({ [`key${i}`]: i, other: i }, out);
      expect(decoder.decode(new ByteReader(out.bytes()))).to.deep.equal({ [`key${i}`]: i, other: i });
    }
    const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i]));
    expect(roundTrip(wide)).to.deep.equal(wide);
  });

  it('leaves the stream as it was when a value cannot be written', () => {
    const encoder = new ValueEncoder();
    const out = new ByteWriter();
    encoder.encode({ a: 1 }, out);
    expect(errorOf(() => encoder.encode({ b: { c: Symbol('no') } }, out)).code).to.equal('VALUE_NOT_SERIALIZABLE');
    encoder.encode({ b: 2 }, out);
    const decoder = new ValueDecoder();
    const input = new ByteReader(out.bytes());
    expect([decoder.decode(input), decoder.decode(input), input.remaining]).to.deep.equal([{ a: 1 }, { b: 2 }, 0]);
  });

  const circular: { list: unknown[] } = { list: [] };
  circular.list.push(circular);
  const getter = Object.defineProperty({}, 'x', {
    enumerable: true,
    get(): never {
      throw new Error('no');
    },
  });
  for (const [name, value, what, path] of [
    ['a class instance', { a: [1, 2, 3, { b: new Point() }] }, 'an instance of Point', '$.a[3].b'],
    ['a function', { f: function apply() {} }, 'the function apply', '$.f'],
    ['a symbol', [Symbol('s')], 'the symbol Symbol(s)', '$[0]'],
    ['a key of a map', new Map([[new Point(), 1]]), 'an instance of Point', '$.<key 0>'],
    ['a value of a map', new Map([['k', new Point()]]), 'an instance of Point', "$.get('k')"],
    ['an element of a set', new Set([new Point()]), 'an instance of Point', '$.<element 0>'],
    ['an odd key', { 'a b': new Point() }, 'an instance of Point', '$["a b"]'],
    ['a promise', { p: Promise.resolve(1) }, 'an instance of Promise', '$.p'],
    ['an error', new TypeError('t'), 'an instance of TypeError', '$'],
    ['a subclass of Array', [new (class Rows extends Array {})()], 'an instance of Rows', '$[0]'],
    [
      'something that pretends to be a Map',
      { m: Object.create(Map.prototype) as object },
      'a property that throws when it is read',
      '$.m',
    ],
    ['a cycle', circular, 'a reference to an enclosing value', '$.list[0]'],
    ['a getter that throws', { g: getter }, 'a property that throws when it is read', '$.g'],
  ] as const) {
    it(`refuses ${name} with its path`, () => {
      const error = errorOf(() => encodeValue(value));
      expect(error.code).to.equal('VALUE_NOT_SERIALIZABLE');
      expect(error.message).to.equal(`${what} at ${path} cannot be serialized`);
    });
  }

  it('takes values as deep as the limit and refuses deeper ones', () => {
    expect(roundTrip(nested(MAX_DEPTH))).to.deep.equal(nested(MAX_DEPTH));
    expect(errorOf(() => encodeValue(nested(MAX_DEPTH + 1))).message).to.match(/nested more than 400 levels deep/);
  });

  it('refuses a value that is too large by name', () => {
    const out = new ByteWriter(64, 1000);
    expect(errorOf(() => new ValueEncoder().encode('x'.repeat(2000), out)).code).to.equal('RECORD_TOO_LARGE');
    expect(out.position).to.equal(0);
  });
});

describe('value decoder on damaged bytes', () => {
  function outcome(bytes: Uint8Array): string {
    return errorOf(() => decodeValue(bytes)).code;
  }

  it('ends with a value or CORRUPT_DATA when bytes are changed', () => {
    const damage = fc.array(fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(plainValue, damage, (value, changes) => {
        const bytes = encodeValue(value);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        expect(outcome(bytes)).to.be.oneOf(['none', 'CORRUPT_DATA']);
      }),
      { numRuns: 500 },
    );
  });

  it('ends with a value or CORRUPT_DATA on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(outcome(bytes)).to.be.oneOf(['none', 'CORRUPT_DATA']);
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses every proper prefix', () => {
    fc.assert(
      fc.property(plainValue, (value) => {
        const bytes = encodeValue(value);
        for (let end = 0; end < bytes.length; end++) expect(outcome(bytes.subarray(0, end))).to.equal('CORRUPT_DATA');
      }),
      { numRuns: 15 },
    );
  });

  it('allocates nothing for lengths that the bytes cannot hold', () => {
    for (const tag of [6, 7, 9, 11, 14, 15, 17, 18, 19]) {
      expect(outcome(new Uint8Array([tag, 0, 0xff, 0xff, 0xff, 0xff, 0x0f])), `tag ${tag}`).to.be.oneOf([
        'none',
        'CORRUPT_DATA',
      ]);
      expect(outcome(new Uint8Array([tag, 0xff, 0xff, 0xff, 0xff, 0x0f])), `tag ${tag}`).to.equal('CORRUPT_DATA');
    }
  });

  it('refuses bytes after the value', () => {
    expect(outcome(new Uint8Array([0, 0]))).to.equal('CORRUPT_DATA');
  });
});
