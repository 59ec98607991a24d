/** Query 1, currency conversion: the price of each bid in euros. Shows decimals without decimals: whole thousandths. */
import type { DataStream } from 'flink-yarn';
import { euroThousandths } from '../currency.js';
import type { NexmarkStreams } from '../nexmark-streams.js';

export interface Q1Row {
  readonly auction: number;
  readonly bidder: number;
  /** In thousandths of a euro cent, exact. */
  readonly price: number;
  readonly dateTime: number;
  readonly extra: string;
}

export function q1({ bids }: NexmarkStreams): DataStream<Q1Row> {
  return bids.map(({ auction, bidder, price, dateTime, extra }) => ({
    auction,
    bidder,
    price: euroThousandths(price),
    dateTime,
    extra,
  }));
}
