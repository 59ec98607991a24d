import { expect } from 'chai';
import fc from 'fast-check';
import type { Key, KeyPart } from '../../../src/api/key.js';
import { keysEqual } from '../../../src/serialization/key-encoding.js';
import { fromMapKey, toMapKey } from '../../../src/state/map-key.js';

const part: fc.Arbitrary<KeyPart> = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.constantFrom('\0', '\0d1', '\0sx', '\0t', '1', 's1:a', ''),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 1),
  fc.bigInt({ min: -5n, max: 5n }),
  fc.boolean(),
  fc.date({ noInvalidDate: true }),
  fc.constant(new Date(1)),
);
const key: fc.Arbitrary<Key> = fc.oneof(part, fc.array(part, { maxLength: 3 }));

describe('map keys', () => {
  it('are the same exactly for equal keys', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        const sameInMap = new Map([[toMapKey(a), true]]).has(toMapKey(b));
        expect(sameInMap).to.equal(keysEqual(a, b));
      }),
      { numRuns: 2_000 },
    );
  });

  it('turn back into the key', () => {
    fc.assert(
      fc.property(key, (original) => {
        expect(keysEqual(fromMapKey(toMapKey(original)), original)).to.equal(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('keep numbers, numeric strings and bigints apart', () => {
    expect(new Set([toMapKey(1), toMapKey('1'), toMapKey(1n), toMapKey(true)]).size).to.equal(4);
  });

  it('refuse what is no key', () => {
    expect(() => toMapKey({ a: 1 } as unknown as Key)).to.throw('cannot be a key');
    expect(() => toMapKey([{}] as unknown as Key)).to.throw('cannot be a key');
  });
});
