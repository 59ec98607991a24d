import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { dayNumberOf, dayOf, endOfDay, hourOf, minuteOf } from '../../../examples/nexmark/calendar.js';
import { canonicalLine, lineOfRow } from '../../../examples/nexmark/canonical-line.js';
import { decimalText, euroThousandths } from '../../../examples/nexmark/currency.js';
import { exact, exactSum, truncatedMean } from '../../../examples/nexmark/exact-integers.js';
import { finalTable, firstDifference, hashOf, writeTable } from '../../../examples/nexmark/final-table.js';
import { QUERIES } from '../../../examples/nexmark/queries.js';
import type { Q20Row } from '../../../examples/nexmark/queries/q20.js';
import { finishRow, mixNumber, mixText, ROW_START, rowChecksum } from '../../../examples/nexmark/row-checksum.js';
import { useTemporaryFolder } from '../../helpers/temporary-folder.js';

describe('the final table of a query', () => {
  const folder = useTemporaryFolder();

  it('has all rows of a query that adds only, sorted by their bytes', () => {
    const rows = [9, 10, 10].map((auction) => ({ auction, num: 1 }));
    expect(finalTable(QUERIES.q5, rows)).to.deep.equal(['[10,1]', '[10,1]', '[9,1]']);
  });

  it('has the last row of each key of a query that updates', () => {
    const rows = [
      { category: 10, average: 5 },
      { category: 11, average: 6 },
      { category: 10, average: 4 },
    ];
    expect(finalTable(QUERIES.q4, rows)).to.deep.equal(['[10,4]', '[11,6]']);
  });

  it('is hashed as it is written, however long it is', async () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `[${i}]`);
    await writeTable(folder(), 'q5', lines);
    const text = readFileSync(join(folder(), 'q5.ndjson'), 'utf8');
    expect(text).to.equal(`${lines.join('\n')}\n`);
    expect(hashOf(lines)).to.equal(createHash('sha256').update(text).digest('hex'));
    expect(hashOf([])).to.equal('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('appears as a whole or not at all', async () => {
    await writeTable(folder(), 'q5', ['[1]']);
    mkdirSync(join(folder(), 'q6.ndjson'));
    const failure = await writeTable(folder(), 'q6', ['[1]']).catch((error: unknown) => error);
    expect(failure).to.be.an.instanceOf(Error);
    expect(readdirSync(folder()).sort()).to.deep.equal(['q5.ndjson', 'q6.ndjson']);
  });

  it('is compared line by line', () => {
    expect(firstDifference(['a', 'b'], ['a', 'b'])).to.equal(null);
    expect(firstDifference(['a', 'b'], ['a', 'c'])).to.deep.equal({ line: 2, expected: 'b', found: 'c' });
    expect(firstDifference(['a'], ['a', 'c'])).to.deep.equal({ line: 2, expected: null, found: 'c' });
    expect(firstDifference(['a', 'b'], ['a'])).to.deep.equal({ line: 2, expected: 'b', found: null });
  });
});

describe('a line of the canonical encoding', () => {
  it('is a JSON array without blanks that escapes quotes and backslashes', () => {
    expect(canonicalLine([1, 'a"b\\c d', -2])).to.equal('[1,"a\\"b\\\\c d",-2]');
    expect(lineOfRow({ b: 'x', a: 0 })).to.equal('["x",0]');
  });

  it('has no number that was rounded', () => {
    expect(canonicalLine([2 ** 53 - 1])).to.equal('[9007199254740991]');
    for (const value of [2 ** 53, 0.5, Number.NaN]) expect(() => canonicalLine([value])).to.throw(RangeError);
  });

  it('has decimals with three digits', () => {
    const texts = [0, 1, 999, 1_000, -1, 90_799_999_092].map(decimalText);
    expect(texts).to.deep.equal(['0.000', '0.001', '0.999', '1.000', '-0.001', '90799999.092']);
    expect(() => decimalText(euroThousandths(Number.MAX_SAFE_INTEGER))).to.throw(RangeError);
  });
});

describe('exact integers', () => {
  it('are added up to 2^53 - 1, and refused beyond', () => {
    expect(exactSum(2 ** 53 - 2, 1)).to.equal(Number.MAX_SAFE_INTEGER);
    expect(() => exactSum(2 ** 53 - 1, 1)).to.throw(RangeError, '9007199254740992 is not a whole number below 2^53');
    expect(() => exact(1.5)).to.throw(RangeError);
  });

  it('have a mean without its fraction, also close to the next whole number', () => {
    expect(truncatedMean(11, 3)).to.equal(3);
    // 2^53 - 1 divided by 2 ends in .5; by a divisor of k * n - 1 the quotient lies just below a whole number.
    expect(truncatedMean(2 ** 53 - 1, 2)).to.equal(2 ** 52 - 1);
    expect(truncatedMean(94_906_265 * 94_906_265 - 1, 94_906_265)).to.equal(94_906_264);
  });
});

describe('the calendar', () => {
  it('agrees with Date, whichever way times go', () => {
    const times = [0, 59_999, 60_000, 86_399_999, 86_400_000, 1_436_918_400_000, 951_782_399_999, 1_709_164_800_000, 1];
    for (const time of [...times, ...times.toReversed()]) {
      const text = new Date(time).toISOString();
      expect(dayOf(time)).to.equal(text.slice(0, 10));
      expect(minuteOf(time)).to.equal(text.slice(11, 16));
      expect(hourOf(time)).to.equal(Number(text.slice(11, 13)));
      expect(endOfDay(time)).to.equal(Date.parse(`${text.slice(0, 10)}T23:59:59.999Z`));
      expect(dayNumberOf(endOfDay(time) + 1)).to.equal(dayNumberOf(time) + 1);
    }
  });
});

describe('the checksum of a row', () => {
  it('takes numbers modulo 2^32, and of texts the length and the last character', () => {
    expect(mixNumber(0, 2 ** 32 + 5)).to.equal(5);
    expect(mixNumber(0, -1)).to.equal(-1);
    expect(mixNumber(ROW_START, 1_436_918_419_950)).to.equal((17 * 31 + (1_436_918_419_950 | 0)) | 0);
    expect(mixText(0, 'ab')).to.equal(2 * 31 + 98);
    expect(mixText(0, 'xb')).to.equal(mixText(0, 'ab'));
    expect(mixText(5, '')).to.equal(155);
  });

  it('depends on every column and on their order', () => {
    const rows = [
      { a: 1, b: 'x' },
      { a: 2, b: 'x' },
      { a: 1, b: 'y' },
      { b: 'x', a: 1 },
    ];
    expect(new Set(rows.map(rowChecksum)).size).to.equal(4);
    expect(rowChecksum({ a: 1 })).to.equal(finishRow(mixNumber(ROW_START, 1)));
  });

  it('is the same spelled out as over the fields, for raced queries over all columns', () => {
    const bid = { auction: 1, bidder: 2, price: 3, dateTime: 2 ** 40, extra: 'abc' };
    const row20: Q20Row = {
      ...{ auction: 1, bidder: 2, price: 3, channel: 'c', url: 'u', bidDateTime: 2 ** 40, bidExtra: 'be' },
      ...{ itemName: 'i', description: '', initialBid: 4, reserve: 5, auctionDateTime: 2 ** 41, expires: 2 ** 42 },
      ...{ seller: 6, category: 7, auctionExtra: 'ae' },
    };
    const rows = {
      q0: bid,
      q1: bid,
      q2: { auction: 1, price: 3 },
      q3: { name: 'n', city: 'ci', state: 'st', id: 4 },
      q5: { auction: 1, num: 2 },
      q7: { auction: 1, price: 3, bidder: 2, dateTime: 2 ** 40, extra: 'abc' },
      q8: { id: 1, name: 'n', startTime: 2 ** 40 },
      q11: { bidder: 1, bidCount: 2, startTime: 2 ** 40, endTime: 2 ** 41 },
      q20: row20,
    };
    for (const [name, row] of Object.entries(rows))
      expect(QUERIES[name as keyof typeof rows].checksum(row), name).to.equal(rowChecksum(row));
  });
});
