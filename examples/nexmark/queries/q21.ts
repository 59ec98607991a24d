/** Query 21, add channel id: known for four channels by name, for others taken from the url; bids with neither go. */
import type { Collector, DataStream } from 'flink-yarn';
import type { Bid } from '../model.js';
import type { NexmarkStreams } from '../nexmark-streams.js';

export interface Q21Row {
  readonly auction: number;
  readonly bidder: number;
  readonly price: number;
  readonly channel: string;
  readonly channelId: string;
}

export function q21({ bids }: NexmarkStreams): DataStream<Q21Row> {
  return bids.flatMap(withChannelId);
}

const ID_BY_CHANNEL: ReadonlyMap<string, string> = new Map([
  ['apple', '0'],
  ['google', '1'],
  ['facebook', '2'],
  ['baidu', '3'],
]);
const ID_IN_URL = /(?:&|^)channel_id=([^&]*)/;

function withChannelId({ auction, bidder, price, channel, url }: Bid, out: Collector<Q21Row>): void {
  const channelId = ID_BY_CHANNEL.get(channel.toLowerCase()) ?? ID_IN_URL.exec(url)?.[1];
  if (channelId !== undefined) out.collect({ auction, bidder, price, channel, channelId });
}
