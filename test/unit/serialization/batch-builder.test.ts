import { expect } from 'chai';
import fc from 'fast-check';
import { isFlinkError } from '../../../src/core/errors.js';
import { NO_TIMESTAMP } from '../../../src/core/time-constants.js';
import { ByteReader } from '../../../src/serialization/byte-reader.js';
import { ByteWriter } from '../../../src/serialization/byte-writer.js';
import { BatchBuilder } from '../../../src/serialization/batch-builder.js';
import { BatchReader } from '../../../src/serialization/batch-reader.js';
import { anyBigint, anyNumber, anyString, plainValue, primitive, sameValue } from './plain-values.js';

const COUNT = 100;

function encoded(
  records: readonly unknown[],
  timestamps?: readonly number[],
  keyGroups?: readonly number[],
  builder = new BatchBuilder(),
): Buffer {
  const out = new ByteWriter();
  records.forEach((record, i) => builder.add(record, timestamps?.[i] ?? NO_TIMESTAMP, keyGroups?.[i] ?? -1));
  builder.write(0, builder.count, out);
  builder.clear();
  return Buffer.from(out.bytes());
}

function decoded(bytes: Uint8Array, reader = new BatchReader()): BatchReader {
  const input = new ByteReader(bytes);
  reader.read(input);
  expect(input.remaining).to.equal(0);
  return reader;
}

function recordsOf(bytes: Uint8Array, reader?: BatchReader): unknown[] {
  const { records, count } = decoded(bytes, reader);
  expect(records).to.have.length(count);
  return records;
}

function codeOf(action: () => unknown): string {
  try {
    action();
    return 'none';
  } catch (error) {
    return isFlinkError(error) ? error.code : String(error);
  }
}

/** Values of one kind, or of mixed kinds, as a field of many records has them. */
const column: fc.Arbitrary<fc.Arbitrary<unknown>> = fc.constantFrom<fc.Arbitrary<unknown>>(
  fc.integer(),
  fc.constantFrom(1, 2, -0),
  anyNumber,
  anyString,
  fc.string({ maxLength: 300 }),
  fc.boolean(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  anyBigint,
  fc.date(),
  fc.option(fc.integer()),
  fc.option(anyString, { nil: undefined }),
  fc.constantFrom(null, undefined),
  primitive,
  fc.tuple(fc.integer(), anyString),
  fc.record({ x: fc.double(), y: fc.option(anyString) }),
  fc.record({ deep: fc.record({ er: fc.record({ and: fc.record({ deeper: fc.record({ still: fc.integer() }) }) }) }) }),
  fc.option(fc.record({ x: fc.integer() }), { nil: undefined }),
  fc.record({ x: fc.integer() }, { requiredKeys: [] }),
  fc.array(fc.integer(), { maxLength: 3 }),
  fc.sparseArray(fc.integer(), { maxLength: 3 }),
  fc.constant({}),
  fc.constant([]),
  plainValue,
);

const key = fc.oneof(fc.string(), anyString, fc.constantFrom('__proto__', 'constructor', '1', 'a'));

/** Batches of records with equal keys, of other values, and of mixed shapes. */
const batch: fc.Arbitrary<unknown[]> = fc.oneof(
  fc
    .uniqueArray(key, { minLength: 1, maxLength: 6 })
    .chain((keys) => fc.tuple(fc.constant(keys), fc.array(column, { minLength: keys.length, maxLength: keys.length })))
    .chain(([keys, columns]) =>
      fc.array(
        fc.tuple(...columns).map((values) => Object.fromEntries(keys.map((name, i) => [name, values[i]]))),
        {
          minLength: 1,
          maxLength: COUNT,
          size: 'max',
        },
      ),
    ),
  column.chain((values) => fc.array(values, { minLength: 1, maxLength: COUNT, size: 'max' })),
);

describe('record batches', () => {
  it('give back records of every shape as they were', () => {
    fc.assert(
      fc.property(batch, (records) => sameValue(recordsOf(encoded(records)), records)),
      { numRuns: 400 },
    );
  });

  it('give the same in one channel after another, whatever came before', () => {
    const builder = new BatchBuilder();
    const reader = new BatchReader();
    fc.assert(
      fc.property(batch, (records) =>
        sameValue(recordsOf(encoded(records, undefined, undefined, builder), reader), records),
      ),
      { numRuns: 400 },
    );
  });

  it('give the same once a shape has code of its own', () => {
    const records = Array.from({ length: COUNT }, (_, i) => ({
      id: i,
      name: `n${i}`,
      ratio: i / 3,
      tags: [`t${i}`, i],
    }));
    for (let round = 0; round < 10; round++) expect(sameValue(recordsOf(encoded(records)), records)).to.equal(true);
  });

  it('tell a missing field from undefined and null, also within a batch', () => {
    const records = Array.from({ length: COUNT }, (_, i) =>
      i % 3 === 0 ? { a: 1, b: undefined } : i % 3 === 1 ? { a: 1, b: null } : { a: 1 },
    );
    expect(sameValue(recordsOf(encoded(records)), records)).to.equal(true);
  });

  it('widen instead of rounding', () => {
    for (const odd of [0.5, -0, 2 ** 31, Number.NaN, 1n, '1', true, null, undefined, new Date(1), { x: 1 }]) {
      for (const at of [0, 1, COUNT - 1]) {
        const records = Array.from({ length: COUNT }, (_, i): unknown => (i === at ? odd : i));
        expect(sameValue(recordsOf(encoded(records)), records), String(odd)).to.equal(true);
        const inField = records.map((value) => ({ value }));
        expect(sameValue(recordsOf(encoded(inField)), inField), String(odd)).to.equal(true);
      }
    }
  });

  it('keep every number as it is, however a column begins', () => {
    const safe = Number.MAX_SAFE_INTEGER;
    const number = fc.oneof(
      fc.integer(),
      fc.double(),
      fc.integer({ min: -100, max: 100 }).map((n) => 1_600_000_000_000 + n),
      fc.integer({ min: -4, max: 4 }).map((n) => safe + n),
      fc.integer({ min: -4, max: 4 }).map((n) => -safe + n),
      fc.integer({ min: -3, max: 3 }).map((n) => 2 ** 63 + n * 2 ** 12),
      fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, 2 ** 31 - 1, -(2 ** 31), 5e-324),
    );
    const runs = fc.array(
      fc.tuple(number, fc.integer({ min: 1, max: 20 })).map(([value, times]) => new Array<number>(times).fill(value)),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(runs, (parts) => {
        const numbers = parts.flat();
        const records = numbers.map((n) => ({ n, negative: -n, next: n + 1 }));
        return numbers.length === 0 || sameValue(recordsOf(encoded(records)), records);
      }),
      { numRuns: 500 },
    );
  });

  it('keep bigints beyond 64 bits and numbers beyond 2^53 apart', () => {
    const records = [
      2n ** 53n + 1n,
      2 ** 53 + 2,
      2n ** 63n - 1n,
      2n ** 63n,
      -(2n ** 63n),
      -(2n ** 63n) - 1n,
      2 ** 63,
      1n,
      1,
    ];
    for (const all of [records, records.map((id) => ({ id })), records.map((id) => [id, id])])
      expect(sameValue(recordsOf(encoded(all)), all)).to.equal(true);
  });

  it('give back strings that repeat, that are long, and that are no valid text', () => {
    const text = fc.oneof(
      fc.constantFrom(
        'GET',
        'POST',
        '',
        'ÿ',
        'Ā',
        '\ud800',
        '\udc00x',
        'x'.repeat(65_536),
        'y'.repeat(65_537),
        'z'.repeat(3000),
      ),
      anyString,
    );
    const builder = new BatchBuilder();
    const reader = new BatchReader();
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 300, size: 'max' }), fc.boolean(), (texts, isBare) => {
        const records = texts.map((method, id) => (isBare ? method : { id, method, again: texts[0] }));
        return sameValue(recordsOf(encoded(records, undefined, undefined, builder), reader), records);
      }),
      { numRuns: 60 },
    );
  });

  it('carry strings that repeat as a dictionary, and give it up when they do not', () => {
    const builder = new BatchBuilder();
    const reader = new BatchReader();
    const send = (text: (i: number) => string): number => {
      const records = Array.from({ length: 500 }, (_, i) => ({ kind: 'measurement', text: text(i) }));
      const bytes = encoded(records, undefined, undefined, builder);
      expect(recordsOf(bytes, reader)).to.deep.equal(records);
      return bytes.length / records.length;
    };
    const names = ['temperature', 'pressure', 'humidity', 'wind'];
    expect(send((i) => names[(i * 7) % 4] as string)).to.be.below(1.5);
    expect(send((i) => names[(i * 3) % 4] as string)).to.be.below(1.5);
    expect(send((i) => `${names[i % 4]}-${i}`)).to.be.below(16);
    let batches = 0;
    while (send((i) => names[i % 4] as string) > 1.5) expect(++batches).to.be.below(100);
  });

  it('give back any part of what waits', () => {
    fc.assert(
      fc.property(batch, fc.nat(), (records, at) => {
        const builder = new BatchBuilder();
        records.forEach((record, i) => builder.add(record, i, i % 128));
        const first = at % (records.length + 1);
        const parts = [
          [0, first],
          [first, records.length - first],
        ] as const;
        const back = parts.flatMap(([from, count]) => {
          if (count === 0) return [];
          const out = new ByteWriter();
          builder.write(from, count, out);
          const reader = decoded(Buffer.from(out.bytes()));
          return reader.records.map((value, i) => ({
            value,
            time: reader.timestamps[i],
            group: reader.keyGroups?.[i],
          }));
        });
        return sameValue(
          back,
          records.map((value, i) => ({ value, time: i, group: i % 128 })),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('keep the order of records of several shapes, compactly', () => {
    const events = [
      (i: number) => ({ kind: 'opened', id: i, by: 'somebody' }),
      (i: number) => ({ kind: 'moved', id: i, x: i / 3, y: null as number | null }),
      (i: number) => ['closed', i] as unknown,
      (i: number) => i,
      (i: number) => `note ${i % 3}`,
      (i: number) => (i % 2 === 0 ? null : new Date(i)),
    ];
    const records = Array.from({ length: 1000 }, (_, i) => events[(i * i + 3 * i) % events.length]?.(i));
    const bytes = encoded(records);
    expect(sameValue(recordsOf(bytes), records)).to.equal(true);
    expect(bytes.length / records.length).to.be.below(12);
  });

  it('take objects that are used as dictionaries, and records of more shapes than a batch has columns for', () => {
    const builder = new BatchBuilder();
    const reader = new BatchReader();
    for (let round = 0; round < 30; round++) {
      const records = Array.from({ length: 100 }, (_, i) =>
        i % 2 === 0
          ? { [`key${round}-${i}`]: i }
          : Object.fromEntries([...'abcdefghijkl'.slice(0, 1 + (i % 12))].map((k) => [k, i])),
      );
      expect(recordsOf(encoded(records, undefined, undefined, builder), reader)).to.deep.equal(records);
    }
  });

  it('are compact for records of equal shape', () => {
    const flights = Array.from({ length: 1000 }, (_, i) => ({
      origin: 'JFK',
      destination: 'LAX',
      delay: i,
      distance: 2475,
    }));
    expect(encoded(flights).length / 1000).to.be.below(17);
  });

  it('refuse what is not plain data with the path from the record', () => {
    for (const count of [1, COUNT]) {
      const records = Array.from({ length: count }, (_, i) => ({
        id: i,
        detail: { at: i === count - 1 ? new URL('file:///x') : 1 },
      }));
      expect(() => encoded(records)).to.throw(/an instance of URL at \$\.detail\.at cannot be serialized/);
    }
  });

  it('give back what a getter returned', () => {
    const records = Array.from({ length: COUNT }, (_, i) => ({
      get double() {
        return 2 * i;
      },
    }));
    expect(recordsOf(encoded(records))).to.deep.equal(Array.from({ length: COUNT }, (_, i) => ({ double: 2 * i })));
  });

  it('do not take inherited properties for own ones', () => {
    const polluted = Object.prototype as Record<string, unknown>;
    const records = Array.from({ length: COUNT }, (_, i) => ({ i }));
    try {
      polluted['inherited'] = 1;
      const copies = recordsOf(encoded(records)) as object[];
      expect(copies.every((copy) => !Object.hasOwn(copy, 'inherited'))).to.equal(true);
    } finally {
      delete polluted['inherited'];
    }
  });
});

describe('timestamps and key groups of a batch', () => {
  const timestamps = fc.oneof(
    fc.integer(),
    fc.double({ noNaN: true }).filter((t) => !Object.is(t, -0)),
    fc.constant(NO_TIMESTAMP),
    fc.constantFrom(5, 1_600_000_000_000, 1_600_000_000_000 + 2 ** 33),
  );

  it('come back exactly', () => {
    const record = fc.tuple(timestamps, fc.nat({ max: 32_767 }));
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 60 }), (rows) => {
        const times = rows.map(([time]) => time);
        const groups = rows.map(([, group]) => group);
        const back = decoded(encoded(groups, times, groups));
        expect([...back.timestamps.subarray(0, rows.length)]).to.deep.equal(times);
        expect([...(back.keyGroups as Int32Array).subarray(0, rows.length)]).to.deep.equal(groups);
      }),
    );
  });

  it('cost little when they are absent, equal or near', () => {
    const records = Array.from({ length: COUNT }, () => true);
    const bytes = (time: (i: number) => number) =>
      encoded(
        records,
        records.map((_, i) => time(i)),
      ).length;
    const absent = bytes(() => NO_TIMESTAMP);
    expect(bytes(() => 17) - absent).to.equal(8);
    expect(bytes((i) => 1.6e12 + i) - absent).to.equal(8 + 4 * COUNT);
    expect(bytes((i) => i * 1e12) - absent).to.equal(8 * COUNT);
  });
});

describe('damaged batches', () => {
  it('end with records or CORRUPT_DATA', () => {
    const damage = fc.array(fc.tuple(fc.nat({ max: 3000 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(batch, damage, (records, changes) => {
        const bytes = encoded(records);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        const input = new ByteReader(bytes);
        expect(codeOf(() => new BatchReader().read(input))).to.be.oneOf(['none', 'CORRUPT_DATA']);
      }),
      { numRuns: 500 },
    );
  });

  it('end with CORRUPT_DATA when they are cut', () => {
    const records = Array.from({ length: COUNT }, (_, i) => ({
      id: i,
      name: `n${i}`,
      maybe: i % 2 === 0 ? null : i,
      pair: [i, 'x'],
    }));
    const bytes = encoded(
      records,
      records.map((_, i) => i),
      records.map((_, i) => i),
    );
    for (let end = 0; end < bytes.length; end += 7) {
      expect(codeOf(() => new BatchReader().read(new ByteReader(bytes.subarray(0, end))))).to.equal('CORRUPT_DATA');
    }
  });

  it('cannot set a prototype', () => {
    const bytes = encoded(Array.from({ length: COUNT }, () => ({ __prote__: {}, a: 1 })));
    const at = bytes.indexOf('__prote__');
    bytes.write('__proto__', at, 'latin1');
    expect(codeOf(() => decoded(bytes))).to.equal('CORRUPT_DATA');
  });
});
