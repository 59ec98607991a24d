/** Query 16, channel statistics: as query 15, for each channel and day. A key of two parts, and ten thousand of them. */
import type { DataStream } from 'flink-yarn';
import { type BidStatistics, CountBids } from '../bid-statistics.js';
import { dayNumberOf, dayOf, minuteOf } from '../calendar.js';
import type { NexmarkStreams } from '../nexmark-streams.js';

export interface Q16Row extends BidStatistics {
  readonly channel: string;
  /** `yyyy-MM-dd`. */
  readonly day: string;
  /** `HH:mm` of the latest bid. */
  readonly minute: string;
}

export function q16({ bids }: NexmarkStreams): DataStream<Q16Row> {
  return bids
    .map(({ channel, auction, bidder, price, dateTime }) => ({ channel, auction, bidder, price, dateTime }))
    .keyBy(({ channel, dateTime }) => [channel, dayNumberOf(dateTime)])
    .process(
      new CountBids(({ channel }, latest, statistics) => ({
        channel,
        day: dayOf(latest),
        minute: minuteOf(latest),
        ...statistics,
      })),
    )
    .name('statistics of channels')
    .uid('q16-statistics');
}
