/**
 * Query 4, average price for a category: the mean of the winning bids of all auctions that closed so far. Each closed
 * auction changes the mean of its category: the results are upserts, of which the last one of a category counts.
 */
import type { DataStream } from 'flink-yarn';
import { exactSum, truncatedMean } from '../exact-integers.js';
import type { NexmarkStreams } from '../nexmark-streams.js';
import { winningBids } from '../winning-bids.js';

export interface Q4Row {
  readonly category: number;
  /** In cents, without fraction. */
  readonly average: number;
}

interface CategoryTotal {
  readonly category: number;
  readonly sum: number;
  readonly count: number;
}

export function q4({ auctions, bids }: NexmarkStreams): DataStream<Q4Row> {
  return winningBids(
    auctions.map(({ id, dateTime, expires, category }) => ({ id, dateTime, expires, category })),
    bids.map(({ auction, price, dateTime }) => ({ auction, price, dateTime })),
  )
    .uid('q4-winners')
    .map(({ auction, bid }): CategoryTotal => ({ category: auction.category, sum: bid.price, count: 1 }))
    .keyBy(({ category }) => category)
    .reduce(add)
    .name('totals of categories')
    .uid('q4-totals')
    .map(({ category, sum, count }) => ({ category, average: truncatedMean(sum, count) }));
}

function add(a: CategoryTotal, b: CategoryTotal): CategoryTotal {
  return { category: a.category, sum: exactSum(a.sum, b.sum), count: a.count + b.count };
}
