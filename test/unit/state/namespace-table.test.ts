import { expect } from 'chai';
import { keyGroupFor } from '../../../src/serialization/key-encoding.js';
import { CellPool } from '../../../src/state/heap/cell-pool.js';
import { NamespaceTable } from '../../../src/state/heap/namespace-table.js';
import { hashNumber, Position } from '../../../src/state/heap/position.js';
import { entriesFor } from '../../../src/state/heap/segment.js';

const MAX_SLOTS = 64;

function tableOf(numKeyGroups: number, keys: Iterable<number | string>, value: unknown = 1): NamespaceTable {
  const table = new NamespaceTable({
    name: 'state',
    range: { start: 0, end: numKeyGroups - 1 },
    pool: new CellPool(),
    maxSlots: MAX_SLOTS,
    kind: 0,
    initialSlots: 8,
  });
  const position = new Position();
  for (const key of keys) {
    position.select(key, keyGroupFor(key, numKeyGroups));
    table.put(position, value);
  }
  return table;
}

function integers(count: number, step = 1): number[] {
  return Array.from({ length: count }, (_, i) => i * step);
}

describe('NamespaceTable', () => {
  it('grows in small steps: no segment exceeds its limit, whatever the keys have in common', () => {
    const inputs: Record<string, readonly number[]> = {
      'consecutive numbers': integers(3_000),
      'multiples of 100': integers(3_000, 100),
      'multiples of 65536': integers(3_000, 65_536),
      'times in milliseconds': integers(3_000, 2_000).map((time) => 1_436_918_400_000 + time),
      fractions: integers(3_000).map((i) => i / 7),
    };
    for (const numKeyGroups of [1, 3, 128]) {
      for (const [name, keys] of Object.entries(inputs)) {
        for (const value of [1, 0.5, 'text']) {
          const table = tableOf(numKeyGroups, keys, value);
          const segments = table.segments();
          expect(table.size).to.equal(3_000);
          for (const { numSlots } of segments) expect(numSlots, name).to.be.at.most(MAX_SLOTS);
          // A hash that bunched keys together would need many more segments.
          const fewest = 3_000 / entriesFor(MAX_SLOTS);
          expect(segments.length, name).to.be.within(fewest, 4 * fewest + numKeyGroups);
        }
      }
    }
  });

  it('divides keys that are no numbers by key group', () => {
    const table = tableOf(
      128,
      integers(10_000).map((i) => `key-${i}`),
    );
    expect(table.size).to.equal(10_000);
    expect(table.segments().length).to.equal(128);
  });

  it('ends up with a long segment rather than with none where keys cannot be divided', () => {
    const colliding = integers(1_000_000).filter((i) => Math.imul(hashNumber(i), 0x9e37_79b1) >>> 20 === 5);
    const table = tableOf(1, colliding);
    expect(table.size)
      .to.equal(colliding.length)
      .and.to.be.greaterThan(2 * MAX_SLOTS);
  });

  it('starts again after it was cleared', () => {
    const table = tableOf(128, integers(3_000));
    table.clear();
    expect([table.size, table.isEmpty, table.segments()]).to.deep.equal([0, true, []]);
    const position = new Position();
    position.select(7, keyGroupFor(7, 128));
    expect(table.get(position)).to.equal(undefined);
    table.put(position, 5);
    expect(table.get(position)).to.equal(5);
  });

  it('refuses a key of somebody else', () => {
    const position = new Position();
    position.select(1, 128);
    expect(() => tableOf(128, []).put(position, 1)).to.throw(
      'key group 128 came to the subtask of key groups 0 to 127',
    );
  });
});

describe('CellPool', () => {
  it('hands out what it got back, cleared, and keeps a bounded amount', () => {
    const pool = new CellPool();
    const ints = pool.takeInts(1_024);
    const doubles = pool.takeDoubles(1_024);
    ints.fill(1);
    doubles.fill(1);
    pool.giveInts(ints);
    pool.giveDoubles(doubles);
    expect([pool.takeInts(1_024), pool.takeDoubles(1_024)]).to.deep.equal([ints, doubles]);
    expect(new Set(ints)).to.deep.equal(new Set([-0x8000_0000]));
    expect(new Set(doubles)).to.deep.equal(new Set([Number.NaN]));

    const large = Array.from({ length: 20 }, () => pool.takeInts(1 << 18));
    for (const array of large) pool.giveInts(array);
    const again = Array.from({ length: 20 }, () => pool.takeInts(1 << 18));
    expect(again.filter((array) => large.includes(array))).to.have.length(8);
  });
});
