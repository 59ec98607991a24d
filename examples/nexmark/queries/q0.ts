/** Query 0, pass through: the bids without channel and url. What it costs is what source, filter and sink cost. */
import type { DataStream } from 'flink-yarn';
import type { Bid } from '../model.js';
import type { NexmarkStreams } from '../nexmark-streams.js';

export type Q0Row = Pick<Bid, 'auction' | 'bidder' | 'price' | 'dateTime' | 'extra'>;

export function q0({ bids }: NexmarkStreams): DataStream<Q0Row> {
  return bids.map(({ auction, bidder, price, dateTime, extra }) => ({ auction, bidder, price, dateTime, extra }));
}
