/**
 * The winning bid of every auction, which queries 4, 6 and 9 have in common: the highest of the bids between opening and
 * expiry, both included, and of equal ones the earliest. It is known, and emitted, when event time reaches the expiry.
 * Until then one bid per auction is kept, and nothing afterwards.
 */
import {
  type Collector,
  type DataStream,
  type KeyedCoProcessFunction,
  type KeyedProcessContext,
  type ListState,
  listState,
  type OnTimerContext,
  type RuntimeContext,
  type SingleOutputStreamOperator,
  type ValueState,
  valueState,
} from 'flink-yarn';
import type { Auction, Bid } from './model.js';

type AuctionTimes = Pick<Auction, 'id' | 'dateTime' | 'expires'>;
type Offer = Pick<Bid, 'auction' | 'price' | 'dateTime'>;

export interface WonAuction<A extends AuctionTimes, B extends Offer> {
  readonly auction: A;
  readonly bid: B;
}

/** Both streams with the fields that the query needs further on, and no others: they are sent and stored. */
export function winningBids<A extends AuctionTimes, B extends Offer>(
  auctions: DataStream<A, 'event-time'>,
  bids: DataStream<B, 'event-time'>,
): SingleOutputStreamOperator<WonAuction<A, B>, 'event-time'> {
  return auctions
    .keyBy(({ id }) => id)
    .connect(bids.keyBy(({ auction }) => auction))
    .process(new WinningBid<A, B>())
    .name('winning bids');
}

interface OpenAuction<A extends AuctionTimes, B extends Offer> {
  readonly auction: A;
  readonly best: B | undefined;
}

class WinningBid<A extends AuctionTimes, B extends Offer>
  implements KeyedCoProcessFunction<number, A, B, WonAuction<A, B>>
{
  private openAuction!: ValueState<OpenAuction<A, B>>;
  /** Bids on an auction that is not known: not yet opened, not yet arrived, or expired. */
  private unmatched!: ListState<B>;

  open(context: RuntimeContext): void {
    this.openAuction = context.getState(valueState<OpenAuction<A, B>>('open-auction'));
    this.unmatched = context.getListState(listState<B>('unmatched-bids'));
  }

  processElement1(auction: A, { timerService }: KeyedProcessContext<number>): void {
    const best = this.unmatched.get().reduce((winner, bid) => better(auction, bid, winner), undefined as B | undefined);
    this.unmatched.clear();
    this.openAuction.update({ auction, best });
    timerService.registerEventTimeTimer(auction.expires);
  }

  processElement2(bid: B, { timerService }: KeyedProcessContext<number>): void {
    const open = this.openAuction.value();
    if (open === undefined) {
      if (this.unmatched.get().length === 0) timerService.registerEventTimeTimer(bid.dateTime);
      this.unmatched.add(bid);
      return;
    }
    const { auction } = open;
    const best = better(auction, bid, open.best);
    if (best !== open.best) this.openAuction.update({ auction, best });
  }

  onTimer(now: number, { timerService }: OnTimerContext<number>, out: Collector<WonAuction<A, B>>): void {
    const open = this.openAuction.value();
    if (open === undefined) return this.dropUnmatched(timerService);
    const { auction, best } = open;
    if (now < auction.expires) return;
    if (best !== undefined) out.collect({ auction, bid: best });
    this.openAuction.clear();
  }

  /** An auction that opens after a bid on it makes the bid invalid: once event time has reached a bid, it has no use. */
  private dropUnmatched(timerService: OnTimerContext<number>['timerService']): void {
    const now = timerService.currentWatermark();
    const [first, ...others] = this.unmatched.get().filter(({ dateTime }) => dateTime > now);
    if (first === undefined) return this.unmatched.clear();
    this.unmatched.update([first, ...others]);
    timerService.registerEventTimeTimer(first.dateTime);
  }
}

/** The bid if it is valid and beats the winner so far. */
function better<B extends Offer>({ dateTime, expires }: AuctionTimes, bid: B, winner: B | undefined): B | undefined {
  if (bid.dateTime < dateTime || bid.dateTime > expires) return winner;
  if (winner === undefined || bid.price > winner.price) return bid;
  return bid.price === winner.price && bid.dateTime < winner.dateTime ? bid : winner;
}
