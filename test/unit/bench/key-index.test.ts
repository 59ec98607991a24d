import { expect } from 'chai';
import fc from 'fast-check';
import { CountTable } from '../../../bench/limit/count-table.js';
import { KeyIndex } from '../../../bench/limit/key-index.js';

describe('an index of keys', () => {
  it('numbers keys in order of appearance, however many', () => {
    const index = new KeyIndex();
    const keys = Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 1_000_003);
    keys.forEach((key, i) => expect(index.indexOf(key)).to.equal(i));
    keys.forEach((key, i) => expect(index.indexOf(key)).to.equal(i));
    expect([...index.keys.subarray(0, index.size)]).to.deep.equal(keys);
  });

  it('begins anew when it is cleared', () => {
    const index = new KeyIndex();
    index.indexOf(5);
    index.indexOf(6);
    index.clear();
    expect(index.indexOf(6)).to.equal(0);
  });
});

describe('a table of counts', () => {
  it('finds the highest counts, as a Map does', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.integer({ min: 0, max: 50 }))), (groups) => {
        const merged = new CountTable();
        const counts = new Map<number, number>();
        for (const keys of groups) {
          const table = new CountTable();
          for (const key of keys) {
            table.add(key, 1);
            counts.set(key, (counts.get(key) ?? 0) + 1);
          }
          merged.addAll(table);
        }
        const highest = Math.max(0, ...counts.values());
        const expected = [...counts].filter(([, count]) => count === highest);
        const found: [number, number][] = [];
        merged.forEachHighest((key, count) => found.push([key, count]));
        expect(found.sort()).to.deep.equal(expected.sort());
      }),
    );
  });

  it('is empty after being cleared', () => {
    const table = new CountTable();
    table.add(1, 5);
    table.clear();
    table.forEachHighest(() => expect.fail('no key is left'));
    table.add(1, 1);
    table.forEachHighest((key, count) => expect([key, count]).to.deep.equal([1, 1]));
  });
});
