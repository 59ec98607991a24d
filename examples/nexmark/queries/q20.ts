/**
 * Query 20, expand bid with auction: every bid on an auction of category 10, beside the auction. A join over all time: of
 * an auction in another category only that is kept, so that bids wait for none but auctions that have not come yet.
 */
import {
  type Collector,
  type DataStream,
  type KeyedCoProcessFunction,
  type KeyedProcessContext,
  type ListState,
  listState,
  type RuntimeContext,
  type ValueState,
  valueState,
} from 'flink-yarn';
import type { Auction, Bid } from '../model.js';
import type { NexmarkStreams } from '../nexmark-streams.js';

export interface Q20Row {
  readonly auction: number;
  readonly bidder: number;
  readonly price: number;
  readonly channel: string;
  readonly url: string;
  readonly bidDateTime: number;
  readonly bidExtra: string;
  readonly itemName: string;
  readonly description: string;
  readonly initialBid: number;
  readonly reserve: number;
  readonly auctionDateTime: number;
  readonly expires: number;
  readonly seller: number;
  readonly category: number;
  readonly auctionExtra: string;
}

export function q20({ auctions, bids }: NexmarkStreams): DataStream<Q20Row> {
  return auctions
    .keyBy(({ id }) => id)
    .connect(bids.keyBy(({ auction }) => auction))
    .process(new BidsOfCategory())
    .name('bids with auctions')
    .uid('q20-join');
}

const WANTED_CATEGORY = 10;

/** The auction, or that it is of another category. */
const knownAuction = valueState<Auction | 'not wanted'>('auction');
const waitingBids = listState<Bid>('waiting-bids');

class BidsOfCategory implements KeyedCoProcessFunction<number, Auction, Bid, Q20Row> {
  private auction!: ValueState<Auction | 'not wanted'>;
  private waiting!: ListState<Bid>;

  open(context: RuntimeContext): void {
    this.auction = context.getState(knownAuction);
    this.waiting = context.getListState(waitingBids);
  }

  processElement1(auction: Auction, _context: KeyedProcessContext<number>, out: Collector<Q20Row>): void {
    const isWanted = auction.category === WANTED_CATEGORY;
    this.auction.update(isWanted ? auction : 'not wanted');
    if (isWanted) for (const bid of this.waiting.get()) out.collect(rowOf(bid, auction));
    this.waiting.clear();
  }

  processElement2(bid: Bid, _context: KeyedProcessContext<number>, out: Collector<Q20Row>): void {
    const auction = this.auction.value();
    if (auction === undefined) this.waiting.add(bid);
    else if (auction !== 'not wanted') out.collect(rowOf(bid, auction));
  }
}

function rowOf(bid: Bid, auction: Auction): Q20Row {
  return {
    auction: bid.auction,
    bidder: bid.bidder,
    price: bid.price,
    channel: bid.channel,
    url: bid.url,
    bidDateTime: bid.dateTime,
    bidExtra: bid.extra,
    itemName: auction.itemName,
    description: auction.description,
    initialBid: auction.initialBid,
    reserve: auction.reserve,
    auctionDateTime: auction.dateTime,
    expires: auction.expires,
    seller: auction.seller,
    category: auction.category,
    auctionExtra: auction.extra,
  };
}
