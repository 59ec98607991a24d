/** Query 15, bidding statistics: distinct bidders and auctions of each day. One key a day: the test for a hot key. */
import type { DataStream } from 'flink-yarn';
import { type BidStatistics, CountBids } from '../bid-statistics.js';
import { dayNumberOf, dayOf } from '../calendar.js';
import type { NexmarkStreams } from '../nexmark-streams.js';

export interface Q15Row extends BidStatistics {
  /** `yyyy-MM-dd`. */
  readonly day: string;
}

export function q15({ bids }: NexmarkStreams): DataStream<Q15Row> {
  return bids
    .map(({ auction, bidder, price, dateTime }) => ({ auction, bidder, price, dateTime }))
    .keyBy(({ dateTime }) => dayNumberOf(dateTime))
    .process(new CountBids(({ dateTime }, _latest, statistics) => ({ day: dayOf(dateTime), ...statistics })))
    .name('statistics of days')
    .uid('q15-statistics');
}
