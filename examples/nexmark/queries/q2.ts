/** Query 2, selection: the bids on every 123rd auction. */
import type { DataStream } from 'flink-yarn';
import type { Bid } from '../model.js';
import type { NexmarkStreams } from '../nexmark-streams.js';

export type Q2Row = Pick<Bid, 'auction' | 'price'>;

export function q2({ bids }: NexmarkStreams): DataStream<Q2Row> {
  return bids.filter(({ auction }) => auction % 123 === 0).map(({ auction, price }) => ({ auction, price }));
}
