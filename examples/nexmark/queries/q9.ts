/** Query 9, winning bids: each auction that was sold, with the highest valid bid on it. */
import type { DataStream } from 'flink-yarn';
import type { Auction, Bid } from '../model.js';
import type { NexmarkStreams } from '../nexmark-streams.js';
import { winningBids } from '../winning-bids.js';

export interface Q9Row extends Omit<Auction, 'kind'> {
  /** Id of the auction once more: the columns of the bid begin here. */
  readonly auction: number;
  readonly bidder: number;
  readonly price: number;
  readonly bidDateTime: number;
  readonly bidExtra: string;
}

type Offer = Pick<Bid, 'auction' | 'bidder' | 'price' | 'dateTime' | 'extra'>;

export function q9({ auctions, bids }: NexmarkStreams): DataStream<Q9Row> {
  const offers = bids.map(
    ({ auction, bidder, price, dateTime, extra }): Offer => ({ auction, bidder, price, dateTime, extra }),
  );
  return winningBids(auctions, offers)
    .uid('q9-winners')
    .map(({ auction, bid }) => rowOf(auction, bid));
}

function rowOf(auction: Auction, bid: Offer): Q9Row {
  return {
    id: auction.id,
    itemName: auction.itemName,
    description: auction.description,
    initialBid: auction.initialBid,
    reserve: auction.reserve,
    dateTime: auction.dateTime,
    expires: auction.expires,
    seller: auction.seller,
    category: auction.category,
    extra: auction.extra,
    auction: bid.auction,
    bidder: bid.bidder,
    price: bid.price,
    bidDateTime: bid.dateTime,
    bidExtra: bid.extra,
  };
}
