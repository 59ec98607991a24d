/** Query 22, get url directories: the first three parts of the path. */
import type { DataStream } from 'flink-yarn';
import type { NexmarkStreams } from '../nexmark-streams.js';

export interface Q22Row {
  readonly auction: number;
  readonly bidder: number;
  readonly price: number;
  readonly channel: string;
  readonly dir1: string;
  readonly dir2: string;
  readonly dir3: string;
}

export function q22({ bids }: NexmarkStreams): DataStream<Q22Row> {
  return bids.map(({ auction, bidder, price, channel, url }) => {
    // Scheme, an empty part between the slashes, and the host come first.
    const parts = url.split('/', 6);
    return { auction, bidder, price, channel, dir1: parts[3] ?? '', dir2: parts[4] ?? '', dir3: parts[5] ?? '' };
  });
}
