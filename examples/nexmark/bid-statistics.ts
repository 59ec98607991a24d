/**
 * Counts bids, their distinct bidders and their distinct auctions, each in total and by rank of the price: what queries
 * 15 and 16 report per day. Each bid gives an upsert. When event time has left the day, its state goes.
 */
import type {
  Collector,
  Key,
  KeyedProcessContext,
  KeyedProcessFunction,
  MapState,
  RuntimeContext,
  TimerService,
  ValueState,
} from 'flink-yarn';
import { mapState, valueState } from 'flink-yarn';
import { endOfDay } from './calendar.js';
import type { Bid } from './model.js';
import { type PriceRank, rankOf } from './price-ranks.js';

/** The columns that both queries have, in their order. */
export interface BidStatistics {
  readonly totalBids: number;
  readonly rank1Bids: number;
  readonly rank2Bids: number;
  readonly rank3Bids: number;
  readonly totalBidders: number;
  readonly rank1Bidders: number;
  readonly rank2Bidders: number;
  readonly rank3Bidders: number;
  readonly totalAuctions: number;
  readonly rank1Auctions: number;
  readonly rank2Auctions: number;
  readonly rank3Auctions: number;
}

/** What is counted: in total, and in each rank. */
type Counts = readonly [total: number, rank1: number, rank2: number, rank3: number];

interface Tally {
  readonly bids: Counts;
  readonly bidders: Counts;
  readonly auctions: Counts;
  /** When the latest bid was made. */
  readonly latest: number;
}

const NONE: Counts = [0, 0, 0, 0];
const EMPTY: Tally = { bids: NONE, bidders: NONE, auctions: NONE, latest: 0 };

const tallyState = valueState<Tally>('tally');
/** For each id the ranks in which it was seen, a bit each. */
const bidderRanks = mapState<number, number>('bidder-ranks');
const auctionRanks = mapState<number, number>('auction-ranks');

type StatisticsBid = Pick<Bid, 'auction' | 'bidder' | 'price' | 'dateTime'>;

/** For streams that are keyed by the day at least. */
export class CountBids<K extends Key, IN extends StatisticsBid, OUT> implements KeyedProcessFunction<K, IN, OUT> {
  private readonly rowOf: (bid: IN, latest: number, statistics: BidStatistics) => OUT;
  private tally!: ValueState<Tally>;
  private bidders!: MapState<number, number>;
  private auctions!: MapState<number, number>;

  /** `latest` is when the latest bid so far was made. */
  constructor(rowOf: (bid: IN, latest: number, statistics: BidStatistics) => OUT) {
    this.rowOf = rowOf;
  }

  open(context: RuntimeContext): void {
    this.tally = context.getState(tallyState);
    this.bidders = context.getMapState(bidderRanks);
    this.auctions = context.getMapState(auctionRanks);
  }

  processElement(bid: IN, { timerService }: KeyedProcessContext<K>, out: Collector<OUT>): void {
    const before = this.tally.value() ?? this.beginDay(bid, timerService);
    if (before === undefined) return;
    const rank = rankOf(bid.price);
    const tally: Tally = {
      bids: counted(before.bids, rank, 0),
      bidders: counted(before.bidders, rank, markRank(this.bidders, bid.bidder, rank)),
      auctions: counted(before.auctions, rank, markRank(this.auctions, bid.auction, rank)),
      latest: Math.max(before.latest, bid.dateTime),
    };
    this.tally.update(tally);
    out.collect(this.rowOf(bid, tally.latest, statisticsOf(tally)));
  }

  onTimer(): void {
    this.tally.clear();
    this.bidders.clear();
    this.auctions.clear();
  }

  /** Undefined when the day is over, and its statistics are final. */
  private beginDay({ dateTime }: IN, timerService: TimerService): Tally | undefined {
    const end = endOfDay(dateTime);
    if (end <= timerService.currentWatermark()) return undefined;
    timerService.registerEventTimeTimer(end);
    return EMPTY;
  }
}

/** Returns the ranks in which the id was seen before. */
function markRank(ranksById: MapState<number, number>, id: number, rank: PriceRank): number {
  const before = ranksById.get(id) ?? 0;
  const after = before | (1 << rank);
  if (after !== before) ranksById.put(id, after);
  return before;
}

/** One more, unless it was counted before: in total, in the rank, or in both. */
function counted(counts: Counts, rank: PriceRank, ranksBefore: number): Counts {
  if ((ranksBefore & (1 << rank)) !== 0) return counts;
  const [total, rank1, rank2, rank3] = counts;
  return [
    total + (ranksBefore === 0 ? 1 : 0),
    rank1 + (rank === 1 ? 1 : 0),
    rank2 + (rank === 2 ? 1 : 0),
    rank3 + (rank === 3 ? 1 : 0),
  ];
}

function statisticsOf({ bids, bidders, auctions }: Tally): BidStatistics {
  return {
    totalBids: bids[0],
    rank1Bids: bids[1],
    rank2Bids: bids[2],
    rank3Bids: bids[3],
    totalBidders: bidders[0],
    rank1Bidders: bidders[1],
    rank2Bidders: bidders[2],
    rank3Bidders: bidders[3],
    totalAuctions: auctions[0],
    rank1Auctions: auctions[1],
    rank2Auctions: auctions[2],
    rank3Auctions: auctions[3],
  };
}
