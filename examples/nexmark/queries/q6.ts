/**
 * Query 6, average selling price by seller: with each auction that was sold, the mean price of the seller's last eleven
 * sales, in the order of their winning bids. Auctions close in another order: a sale waits until no auction is open that
 * could still be won by an earlier bid.
 */
import {
  type Collector,
  type DataStream,
  type KeyedCoProcessFunction,
  type KeyedProcessContext,
  type ListState,
  listState,
  type MapState,
  mapState,
  type OnTimerContext,
  type RuntimeContext,
  type ValueState,
  valueState,
} from 'flink-yarn';
import { exactSum, truncatedMean } from '../exact-integers.js';
import type { Auction } from '../model.js';
import type { NexmarkStreams } from '../nexmark-streams.js';
import { winningBids } from '../winning-bids.js';

export interface Q6Row {
  readonly seller: number;
  /** In cents, without fraction. */
  readonly average: number;
}

type Listing = Pick<Auction, 'id' | 'seller' | 'dateTime' | 'expires'>;

interface Sale {
  readonly auction: number;
  readonly seller: number;
  readonly price: number;
  /** When the winning bid was made. */
  readonly dateTime: number;
}

const AVERAGED_SALES = 11;

export function q6({ auctions, bids }: NexmarkStreams): DataStream<Q6Row> {
  const listings = auctions.map(({ id, seller, dateTime, expires }): Listing => ({ id, seller, dateTime, expires }));
  const sales = winningBids(
    listings,
    bids.map(({ auction, price, dateTime }) => ({ auction, price, dateTime })),
  )
    .uid('q6-winners')
    .map(({ auction: { id, seller }, bid: { price, dateTime } }): Sale => ({ auction: id, seller, price, dateTime }));
  return listings
    .keyBy(({ seller }) => seller)
    .connect(sales.keyBy(({ seller }) => seller))
    .process(new AverageOfLastSales())
    .name('average of last sales')
    .uid('q6-averages');
}

const openListings = mapState<number, Listing>('open-listings');
const waitingSales = listState<Sale>('waiting-sales');
const lastPrices = valueState<readonly number[]>('last-prices');

class AverageOfLastSales implements KeyedCoProcessFunction<number, Listing, Sale, Q6Row> {
  private listings!: MapState<number, Listing>;
  private waiting!: ListState<Sale>;
  private prices!: ValueState<readonly number[]>;

  open(context: RuntimeContext): void {
    this.listings = context.getMapState(openListings);
    this.waiting = context.getListState(waitingSales);
    this.prices = context.getState(lastPrices);
  }

  processElement1(listing: Listing, { timerService }: KeyedProcessContext<number>): void {
    this.listings.put(listing.id, listing);
    timerService.registerEventTimeTimer(listing.expires);
  }

  /** Comes no later than the timer of its listing. */
  processElement2(sale: Sale): void {
    this.waiting.add(sale);
  }

  onTimer(now: number, { currentKey }: OnTimerContext<number>, out: Collector<Q6Row>): void {
    const firstOpen = this.closeListings(now);
    const ordered = [...this.waiting.get()].sort((a, b) => a.dateTime - b.dateTime || a.auction - b.auction);
    const firstWaiting = ordered.findIndex(({ dateTime }) => dateTime >= firstOpen);
    const numDue = firstWaiting < 0 ? ordered.length : firstWaiting;
    if (numDue === 0) return;
    let prices = this.prices.value() ?? [];
    for (const { price } of ordered.slice(0, numDue)) {
      prices = [...prices, price].slice(-AVERAGED_SALES);
      out.collect({ seller: currentKey, average: truncatedMean(prices.reduce(exactSum), prices.length) });
    }
    this.prices.update(prices);
    this.waiting.update(ordered.slice(numDue));
  }

  /** Forgets listings that have expired; returns when the first of the others opened. No later sale has an earlier bid. */
  private closeListings(now: number): number {
    let firstOpen = Number.POSITIVE_INFINITY;
    for (const { id, dateTime, expires } of this.listings.values()) {
      if (expires <= now) this.listings.remove(id);
      else firstOpen = Math.min(firstOpen, dateTime);
    }
    return firstOpen;
  }
}
