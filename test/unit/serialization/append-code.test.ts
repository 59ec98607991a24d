/** Generated code stages and makes records exactly as its interpreted twin does, for random layouts and records. */
import { expect } from 'chai';
import fc from 'fast-check';
import { generateAppend } from '../../../src/serialization/append-code.js';
import { appendInterpreted } from '../../../src/serialization/append-interpreted.js';
import { ByteWriter } from '../../../src/serialization/byte-writer.js';
import { resetColumns } from '../../../src/serialization/column-encoder.js';
import { assembleObjects, generateObjectFactory } from '../../../src/serialization/record-factory.js';
import {
  type Append,
  layoutOf,
  MAX_JOINED_STRING,
  type RecordLayout,
} from '../../../src/serialization/record-layout.js';
import { RowStage } from '../../../src/serialization/row-stage.js';
import { anyNumber, anyString, plainValue, sameValue } from './plain-values.js';

const key = fc.oneof(
  fc.constantFrom('id', 'price', 'class', 'constructor', '1', '2', 'not an identifier', 'toString', 'keys', 'rows', ''),
  anyString.filter((text) => text !== '__proto__'),
);
const value = fc.oneof(anyNumber, anyString, fc.boolean(), plainValue);
const plainRecord = fc
  .uniqueArray(key, { minLength: 1, maxLength: 6 })
  .chain((keys) =>
    fc.tuple(...keys.map(() => value)).map((values) => Object.fromEntries(keys.map((name, i) => [name, values[i]]))),
  );
const record = fc.oneof(plainRecord, fc.array(value, { minLength: 1, maxLength: 5 }), value);

/** Records that are almost like another one. */
const strange = fc.constantFrom<(like: unknown) => unknown>(
  (like) => like,
  (like) => ({ ...(like as object), extra: 1 }),
  (like) => Object.fromEntries(Object.entries(like as object).slice(1)),
  (like) => Object.fromEntries(Object.entries(like as object).reverse()),
  (like) => Object.assign(Object.create(null) as object, like),
  (like) => Object.assign(Object.create({ inherited: 1 }) as object, like),
  (like) => (Array.isArray(like) ? [...(like as unknown[]), 1] : null),
  (like) => (Array.isArray(like) ? [, ...(like as unknown[]).slice(1)] : undefined), // oxlint-disable-line no-sparse-arrays
  (like) => (Array.isArray(like) ? Object.assign([...(like as unknown[])], {}) : 'text'),
  (like) => Object.fromEntries(Object.entries(like as object).map(([name]) => [name, null])),
  () => 'x'.repeat(MAX_JOINED_STRING + 1),
  () => -0,
);

/** What a layout makes of the records: which ones it took, and the column of those. */
function staged(layout: RecordLayout, append: Append, records: readonly unknown[]): unknown {
  const rows = new RowStage(layout);
  const taken = records.map((each) => {
    if (rows.count === rows.capacity) rows.grow();
    return append(rows, each);
  });
  const out = new ByteWriter();
  resetColumns();
  if (rows.count > 0) rows.write(0, rows.count, out);
  return { taken, bytes: out.bytes().toString('latin1') };
}

describe('generated code', () => {
  it('stages the records that its interpreted twin stages, and as it does', () => {
    const records = fc.tuple(record, fc.array(fc.tuple(record, strange), { maxLength: 40 }));
    fc.assert(
      fc.property(records, ([first, others]) => {
        const layout = layoutOf(first);
        if (layout === undefined) return;
        const all = [first, ...others.flatMap(([other, change]) => [change(first ?? {}), other, first])];
        expect(staged(layout, generateAppend(layout), all)).to.deep.equal(staged(layout, appendInterpreted, all));
      }),
      { numRuns: 500 },
    );
  });

  it('leaves nothing behind of a record whose getter throws', () => {
    const layout = layoutOf({ a: 1, b: 'x' }) as RecordLayout;
    const fails = {
      a: 1,
      get b(): string {
        throw new Error('not today');
      },
    };
    for (const append of [generateAppend(layout), appendInterpreted]) {
      const rows = new RowStage(layout);
      expect(() => append(rows, fails)).to.throw('not today');
      expect(rows.count).to.equal(0);
      expect(append(rows, { a: 1, b: 'x' })).to.equal(true);
    }
  });

  it('makes the objects that its interpreted twin makes', () => {
    const columns = fc
      .uniqueArray(key, { minLength: 1, maxLength: 8 })
      .chain((keys) => fc.tuple(fc.constant(keys), fc.array(fc.tuple(...keys.map(() => value)), { maxLength: 20 })));
    fc.assert(
      fc.property(columns, ([keys, rows]) => {
        const byColumn = keys.map((_, c) => rows.map((row) => row[c]));
        const generated: unknown[] = [];
        const interpreted: unknown[] = [];
        generateObjectFactory(keys)(byColumn, rows.length, generated);
        assembleObjects(keys, byColumn, rows.length, interpreted);
        return sameValue(generated, interpreted);
      }),
      { numRuns: 300 },
    );
  });
});
