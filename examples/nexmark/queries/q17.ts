/**
 * Query 17, auction statistics: number and prices of the bids on each auction, by day. The state of an auction and day is
 * the row that was emitted last: each bid makes one new row, and changes none that was emitted.
 */
import {
  type Collector,
  type DataStream,
  type KeyedProcessContext,
  type KeyedProcessFunction,
  type MapState,
  mapState,
  type RuntimeContext,
} from 'flink-yarn';
import { dayNumberOf, dayOf } from '../calendar.js';
import { exactSum, truncatedMean } from '../exact-integers.js';
import type { Bid } from '../model.js';
import type { NexmarkStreams } from '../nexmark-streams.js';
import { rankOf } from '../price-ranks.js';

export interface Q17Row {
  readonly auction: number;
  /** `yyyy-MM-dd`. */
  readonly day: string;
  readonly totalBids: number;
  readonly rank1Bids: number;
  readonly rank2Bids: number;
  readonly rank3Bids: number;
  readonly minPrice: number;
  readonly maxPrice: number;
  /** Without fraction. */
  readonly avgPrice: number;
  readonly sumPrice: number;
}

type PricedBid = Pick<Bid, 'auction' | 'price' | 'dateTime'>;

export function q17({ bids }: NexmarkStreams): DataStream<Q17Row> {
  return bids
    .map(({ auction, price, dateTime }): PricedBid => ({ auction, price, dateTime }))
    .keyBy(({ auction }) => auction)
    .process(new PricesOfDays())
    .name('prices of auctions')
    .uid('q17-prices');
}

/** By number of the day: the days of an auction are few, and bids of two days mix only around midnight. */
const rowsOfDays = mapState<number, Q17Row>('rows-of-days');

class PricesOfDays implements KeyedProcessFunction<number, PricedBid, Q17Row> {
  private rows!: MapState<number, Q17Row>;

  open(context: RuntimeContext): void {
    this.rows = context.getMapState(rowsOfDays);
  }

  processElement(bid: PricedBid, _context: KeyedProcessContext<number>, out: Collector<Q17Row>): void {
    const day = dayNumberOf(bid.dateTime);
    const before = this.rows.get(day);
    const row = before === undefined ? firstRow(bid) : nextRow(before, bid.price);
    this.rows.put(day, row);
    out.collect(row);
  }
}

function firstRow({ auction, price, dateTime }: PricedBid): Q17Row {
  const rank = rankOf(price);
  return {
    auction,
    day: dayOf(dateTime),
    totalBids: 1,
    rank1Bids: rank === 1 ? 1 : 0,
    rank2Bids: rank === 2 ? 1 : 0,
    rank3Bids: rank === 3 ? 1 : 0,
    minPrice: price,
    maxPrice: price,
    avgPrice: price,
    sumPrice: price,
  };
}

function nextRow(row: Q17Row, price: number): Q17Row {
  const rank = rankOf(price);
  const totalBids = row.totalBids + 1;
  const sumPrice = exactSum(row.sumPrice, price);
  return {
    auction: row.auction,
    day: row.day,
    totalBids,
    rank1Bids: row.rank1Bids + (rank === 1 ? 1 : 0),
    rank2Bids: row.rank2Bids + (rank === 2 ? 1 : 0),
    rank3Bids: row.rank3Bids + (rank === 3 ? 1 : 0),
    minPrice: price < row.minPrice ? price : row.minPrice,
    maxPrice: price > row.maxPrice ? price : row.maxPrice,
    avgPrice: truncatedMean(sumPrice, totalBids),
    sumPrice,
  };
}
