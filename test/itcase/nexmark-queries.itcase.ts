/** What the Nexmark queries make of ties, boundaries and disorder, which the data sets with known results lack. */
import { expect } from 'chai';
import type { NexmarkEvent } from '../../examples/nexmark/model.js';
import { nexmarkStreams } from '../../examples/nexmark/nexmark-streams.js';
import { QUERIES } from '../../examples/nexmark/queries.js';
import type { QueryName } from '../../examples/nexmark/query-names.js';
import { finalTable } from '../../examples/nexmark/final-table.js';
import { MiniCluster } from '../../src/testing/index.js';
import { flinkRejectionOf } from '../helpers/flink-errors.js';
import { auction, bid, person, sourceOf } from '../helpers/nexmark-events.js';

/** Midnight, and the start of windows of ten seconds. */
const T = Date.UTC(2020, 0, 2);
const SECOND = 1_000;

describe('a Nexmark query on events by hand', () => {
  let cluster: MiniCluster;

  before(async () => {
    cluster = new MiniCluster({ numTaskManagers: 1, numSlotsPerTaskManager: 1 });
    await cluster.start();
  });
  after(() => cluster.close());

  it('q1 has prices exact to three decimals', async () => {
    const prices = [1, 250, 1_000, 99_999_999];
    const table = await run(
      'q1',
      prices.map((price, i) => bid({ auction: i, price, dateTime: T + i })),
    );
    expect(table.map((row) => row[2])).to.deep.equal(['0.908', '227.000', '908.000', '90799999.092']);
  });

  it('q3 joins whichever side comes first, and takes only three states and one category', async () => {
    const table = await run('q3', [
      auction({ id: 1, seller: 7, dateTime: T }),
      auction({ id: 2, seller: 7, category: 11, dateTime: T }),
      person({ id: 7, name: 'early seller', state: 'ID', dateTime: T + 1 }),
      person({ id: 8, state: 'WA', dateTime: T + 1 }),
      auction({ id: 3, seller: 7, dateTime: T + 2 }),
      auction({ id: 4, seller: 8, dateTime: T + 2 }),
    ]);
    expect(table).to.deep.equal([
      ['early seller', 'Portland', 'ID', 1],
      ['early seller', 'Portland', 'ID', 3],
    ]);
  });

  describe('with winning bids', () => {
    const opened = auction({ id: 1, dateTime: T, expires: T + 10 * SECOND, category: 12 });

    it('takes bids at the first and the last moment, and none before or after', async () => {
      const at = (dateTime: number, price: number) => bid({ auction: 1, dateTime, price });
      expect(await winner([opened, at(T, 5), at(T - 1, 9)])).to.deep.equal([5, T]);
      expect(await winner([opened, at(T + 10 * SECOND, 5), at(T + 10 * SECOND + 1, 9)])).to.deep.equal([
        5,
        T + 10 * SECOND,
      ]);
      expect(await winner([opened, at(T - 1, 9)])).to.equal(undefined);
    });

    it('takes a bid that came before its auction in order of arrival only', async () => {
      expect(await winner([bid({ auction: 1, dateTime: T + 1, price: 5 }), opened])).to.deep.equal([5, T + 1]);
    });

    it('prefers the earlier one of equal bids, whichever came first', async () => {
      const early = bid({ auction: 1, dateTime: T + 1, price: 5 });
      const late = bid({ auction: 1, dateTime: T + 2, price: 5 });
      expect(await winner([opened, early, late])).to.deep.equal([5, T + 1]);
      expect(await winner([opened, late, early])).to.deep.equal([5, T + 1]);
      expect(await winner([late, early, opened])).to.deep.equal([5, T + 1]);
    });

    it('forgets bids on an auction that does not open, and still takes later ones when it does', async () => {
      const events = [
        bid({ auction: 1, dateTime: T - 60 * SECOND, price: 9 }),
        bid({ auction: 1, dateTime: T - 30 * SECOND, price: 8 }),
        bid({ auction: 2, dateTime: T }),
        opened,
        bid({ auction: 1, dateTime: T + 1, price: 5 }),
      ];
      expect(await winner(events)).to.deep.equal([5, T + 1]);
    });

    it('q4 averages over auctions that were sold, without fraction', async () => {
      const sold = (id: number, price: number) => [
        auction({ id, dateTime: T, category: 12 }),
        bid({ auction: id, price, dateTime: T + id }),
      ];
      const unsold = auction({ id: 9, dateTime: T, category: 12 });
      expect(await run('q4', [...sold(1, 10), ...sold(2, 11), ...sold(3, 12), unsold])).to.deep.equal([[12, 11]]);
      expect(await run('q4', [...sold(1, 10), ...sold(2, 11)])).to.deep.equal([[12, 10]]);
      expect(await run('q4', [unsold])).to.deep.equal([]);
    });

    it('q4 fails rather than rounds a sum beyond 2^53', async () => {
      const prices = [Number.MAX_SAFE_INTEGER, 1];
      const events = prices.flatMap((price, i) => [
        auction({ id: i, dateTime: T }),
        bid({ auction: i, price, dateTime: T + 1 }),
      ]);
      expect(await run('q4', events.slice(0, 2))).to.deep.equal([[10, Number.MAX_SAFE_INTEGER]]);
      const error = await flinkRejectionOf('JOB_FAILED', run('q4', events));
      expect(error.message).to.include('9007199254740992 is not a whole number below 2^53');
    });

    it('q6 orders sales by their bids, also where auctions close in another order', async () => {
      const events = [
        auction({ id: 1, seller: 5, dateTime: T, expires: T + 40 * SECOND }),
        auction({ id: 2, seller: 5, dateTime: T, expires: T + 20 * SECOND }),
        bid({ auction: 1, price: 100, dateTime: T + SECOND }),
        bid({ auction: 2, price: 50, dateTime: T + 2 * SECOND }),
        bid({ auction: 99, dateTime: T + 30 * SECOND }),
      ];
      // By bids: 100, then the mean of 100 and 50. By expiry it would be 50 first.
      expect(await run('q6', events)).to.deep.equal([
        [5, 100],
        [5, 75],
      ]);
    });

    it('q6 averages over eleven sales at most', async () => {
      const events = Array.from({ length: 13 }, (_, i) => [
        auction({ id: i, seller: 5, dateTime: T + i, expires: T + i + SECOND }),
        bid({ auction: i, price: i < 2 ? 1_100 : 0, dateTime: T + i }),
      ]).flat();
      const averages = (await run('q6', events)).map((row) => row[1]);
      expect(averages).to.have.members([1_100, 1_100, 733, 550, 440, 366, 314, 275, 244, 220, 200, 100, 0]);
    });

    /** Price and time of the bid that q9 has for auction 1. */
    async function winner(events: readonly NexmarkEvent[]): Promise<unknown> {
      const table = (await run('q9', events)).filter(([id]) => id === 1);
      expect(table.length).to.be.at.most(1);
      return table[0]?.slice(-3, -1);
    }
  });

  it('q5 has a row for each auction of a tie, and windows that begin before the first bid', async () => {
    const table = await run('q5', [
      bid({ auction: 1, dateTime: T }),
      bid({ auction: 2, dateTime: T + 1 }),
      bid({ auction: 2, dateTime: T + 2 * SECOND }),
    ]);
    // [-8, 2) ties at one bid each; [-6, 4) to [0, 10) have two of auction 2; [2, 12) has one.
    expect(table).to.deep.equal([
      [1, 1],
      [2, 1],
      [2, 1],
      [2, 2],
      [2, 2],
      [2, 2],
      [2, 2],
    ]);
  });

  describe('q7', () => {
    const windowEnd = T + 10 * SECOND;
    const at = (dateTime: number, price: number, bidder = 1) => bid({ auction: 1, bidder, dateTime, price });
    const pricesAndTimes = async (...events: readonly NexmarkEvent[]) =>
      (await run('q7', events)).map(([, price, , time]) => [price, Number(time) - T]);

    it('has every bid of the highest price', async () => {
      expect(await pricesAndTimes(at(T + 1, 5), at(T + 2, 7), at(T + 3, 6), at(T + 4, 7))).to.deep.equal([
        [7, 2],
        [7, 4],
      ]);
    });

    it('has a bid at the end of a window if it is as high, and of its own window as well', async () => {
      expect(await pricesAndTimes(at(T + 1, 7), at(windowEnd, 7))).to.deep.equal([
        [7, 1],
        [7, 10_000],
        [7, 10_000],
      ]);
    });

    it('does not let a bid at the end of a window raise its price', async () => {
      expect(await pricesAndTimes(at(T + 1, 7), at(windowEnd, 9))).to.deep.equal([
        [7, 1],
        [9, 10_000],
      ]);
      expect(await pricesAndTimes(at(windowEnd, 9), at(T + 1, 7))).to.deep.equal([
        [7, 1],
        [9, 10_000],
      ]);
    });

    it('does not depend on the order in which bids of two windows arrive', async () => {
      const bids = [at(windowEnd - 1, 5), at(windowEnd + 1, 3), at(windowEnd - 2, 4), at(windowEnd + 2, 3)];
      const expected = [
        [3, 10_001],
        [3, 10_002],
        [5, 9_999],
      ];
      expect(await pricesAndTimes(...bids)).to.deep.equal(expected);
      expect(await pricesAndTimes(...bids.toReversed())).to.deep.equal(expected);
    });
  });

  it('q8 has a person once, if an auction was opened in the same ten seconds, before or after', async () => {
    const table = await run('q8', [
      person({ id: 1, dateTime: T }),
      auction({ id: 1, seller: 1, dateTime: T + 1 }),
      auction({ id: 2, seller: 1, dateTime: T + 2 }),
      auction({ id: 3, seller: 2, dateTime: T + 3 }),
      person({ id: 2, dateTime: T + 4 }),
      person({ id: 3, dateTime: T + 5 }),
      auction({ id: 4, seller: 3, dateTime: T + 10 * SECOND }),
    ]);
    expect(table).to.deep.equal([
      [1, 'person 1', T],
      [2, 'person 2', T],
    ]);
  });

  it('q11 goes on with a session after exactly ten seconds, and begins one a millisecond later', async () => {
    const times = [0, 10_000, 20_001].map((ms) => T + ms);
    const table = await run(
      'q11',
      times.map((dateTime) => bid({ auction: 1, bidder: 4, dateTime })),
    );
    expect(table).to.deep.equal([
      [4, 1, T + 20_001, T + 30_001],
      [4, 2, T, T + 20_000],
    ]);
  });

  it('q14 takes prices within the bounds, and tells times of day apart by the hour', async () => {
    const prices = [1_101_321, 1_101_322, 55_066_079, 55_066_080];
    const byPrice = await run(
      'q14',
      prices.map((price) => bid({ auction: 1, price, dateTime: T })),
    );
    expect(byPrice.map((row) => row[2])).to.deep.equal(['1000000.376', '49999999.732']);
    const hours = [6, 7, 8, 18, 19, 20].map((hour) => T + hour * 3_600 * SECOND);
    const byHour = await run(
      'q14',
      hours.map((dateTime, i) => bid({ auction: i, price: 2_000_000, dateTime, extra: 'cab c' })),
    );
    const night = 'nightTime';
    const types = [night, 'otherTime', 'dayTime', 'dayTime', 'otherTime', night];
    expect(byHour.map((row) => [row[3], row[6]])).to.deep.equal(types.map((type) => [type, 2]));
  });

  it('q15 and q16 count distinct bidders and auctions in total and by rank, and begin anew each day', async () => {
    const at = (dateTime: number, bidder: number, price: number) => bid({ auction: 1, bidder, price, dateTime });
    const bids = [
      at(T, 1, 9_999),
      at(T - 1, 1, 1),
      at(T + 60 * SECOND, 1, 10_000),
      at(T + 1, 2, 1_000_000),
      at(T + 2, 1, 5),
      // A minute late: the statistics of that day are final.
      at(T - 2, 9, 1),
    ];
    const first = [1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0];
    const second = [4, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1];
    expect(await run('q15', bids)).to.deep.equal([
      ['2020-01-01', ...first],
      ['2020-01-02', ...second],
    ]);
    expect(await run('q16', bids)).to.deep.equal([
      ['Apple', '2020-01-01', '23:59', ...first],
      ['Apple', '2020-01-02', '00:01', ...second],
    ]);
  });

  it('q17 keeps days of an auction apart, also where their bids mix', async () => {
    const at = (dateTime: number, price: number) => bid({ auction: 3, price, dateTime });
    expect(await run('q17', [at(T + 1, 10), at(T - 1, 7), at(T + 2, 1_000_001), at(T - 2, 8)])).to.deep.equal([
      [3, '2020-01-01', 2, 2, 0, 0, 7, 8, 7, 15],
      [3, '2020-01-02', 2, 1, 0, 1, 10, 1_000_001, 500_005, 1_000_011],
    ]);
  });

  it('q18 keeps the last bid in event time, and of equal times the one that came last', async () => {
    const at = (dateTime: number, price: number) => bid({ auction: 1, dateTime, price });
    const lastPrice = async (...events: readonly NexmarkEvent[]) => (await run('q18', events)).map((row) => row[2]);
    expect(await lastPrice(at(T + 2, 5), at(T + 1, 6))).to.deep.equal([5]);
    expect(await lastPrice(at(T + 1, 5), at(T + 1, 6))).to.deep.equal([6]);
  });

  it('q19 ranks ten bids of an auction, of equal prices the earlier one higher', async () => {
    const prices = [3, 9, 3, 12, 1, 2, 4, 5, 6, 7, 8];
    const bids = prices.map((price, i) => bid({ auction: 1, price, dateTime: T + i }));
    const ranked = async (...events: readonly NexmarkEvent[]) =>
      (await run('q19', events))
        .map((row) => [row[7], row[2], Number(row[5]) - T])
        .sort((a, b) => Number(a[0]) - Number(b[0]));
    const expected = [
      [1, 12, 3],
      [2, 9, 1],
      [3, 8, 10],
      [4, 7, 9],
      [5, 6, 8],
      [6, 5, 7],
      [7, 4, 6],
      [8, 3, 0],
      [9, 3, 2],
      [10, 2, 5],
    ];
    expect(await ranked(...bids)).to.deep.equal(expected);
    expect(await ranked(...bids.toReversed())).to.deep.equal(expected);
  });

  it('q20 joins whichever side comes first, and only auctions of category 10', async () => {
    const table = await run('q20', [
      bid({ auction: 1, price: 1, dateTime: T }),
      bid({ auction: 2, price: 2, dateTime: T }),
      auction({ id: 1, dateTime: T + 1 }),
      auction({ id: 2, category: 11, dateTime: T + 1 }),
      bid({ auction: 1, price: 3, dateTime: T + 2 }),
      bid({ auction: 2, price: 4, dateTime: T + 2 }),
    ]);
    expect(table.map((row) => [row[0], row[2], row[7]])).to.deep.equal([
      [1, 1, 'item 1'],
      [1, 3, 'item 1'],
    ]);
  });

  it('q21 knows four channels by name, takes others from the url, and drops what has neither', async () => {
    const bids = [
      bid({ auction: 1, channel: 'gOOgle', dateTime: T }),
      bid({ auction: 2, channel: 'x', url: 'https://x/?query=1&channel_id=42&y=1', dateTime: T }),
      bid({ auction: 3, channel: 'x', url: 'channel_id=7', dateTime: T }),
      bid({ auction: 4, channel: 'x', url: 'https://x/?my_channel_id=7', dateTime: T }),
      bid({ auction: 5, channel: 'x', url: 'https://x/', dateTime: T }),
    ];
    expect((await run('q21', bids)).map((row) => [row[0], row[4]])).to.deep.equal([
      [1, '1'],
      [2, '42'],
      [3, '7'],
    ]);
  });

  it('q23 joins persons, their auctions and their bids, whichever comes last', async () => {
    const seller = person({ id: 5, dateTime: T });
    const offer = auction({ id: 1, seller: 5, dateTime: T });
    const offered = bid({ auction: 2, bidder: 5, dateTime: T });
    for (const events of [
      [seller, offer, offered],
      [offered, seller, offer],
      [offer, offered, seller],
    ])
      expect(
        (await run('q23', [...events, person({ id: 6, dateTime: T })])).map((row) => [row[0], row[12]]),
      ).to.deep.equal([[5, 'item 1']]);
  });

  it('q13 and q22 look values up and take urls apart', async () => {
    const events = [bid({ auction: 23_456, url: 'https://host/a/b_/c/item.htm', dateTime: T })];
    expect((await run('q13', events))[0]?.[4]).to.equal('3456');
    expect((await run('q22', events))[0]?.slice(4)).to.deep.equal(['a', 'b_', 'c']);
  });

  /** The final table, with a watermark after every event. */
  async function run(
    name: QueryName,
    events: readonly NexmarkEvent[],
  ): Promise<readonly (readonly (number | string)[])[]> {
    const env = cluster.getExecutionEnvironment({
      'parallelism.default': '1',
      'pipeline.auto-watermark-interval': '0 ms',
    });
    const query = QUERIES[name];
    const rows = query.build(nexmarkStreams(env, sourceOf(events))).collectAsync();
    await env.executeAsync(`${name} on events by hand`);
    return finalTable(query, await rows.toArray()).map((line) => JSON.parse(line) as readonly (number | string)[]);
  }
});
