/**
 * Query 7, highest bid: of every ten seconds the bids with the highest price. A filter in front of the exchange drops
 * what a bid of the same subtask has outbid already, so that a handful of bids a window reaches the second stage.
 */
import {
  type Collector,
  type DataStream,
  type KeyedProcessContext,
  type KeyedProcessFunction,
  type ListState,
  listState,
  type OnTimerContext,
  type RuntimeContext,
} from 'flink-yarn';
import type { Bid } from '../model.js';
import type { NexmarkStreams } from '../nexmark-streams.js';

export interface Q7Row {
  readonly auction: number;
  readonly price: number;
  readonly bidder: number;
  readonly dateTime: number;
  readonly extra: string;
}

/** A bid, and a window for whose highest bid it has to be looked at. */
interface Candidate extends Q7Row {
  readonly windowEnd: number;
}

const WINDOW_MS = 10_000;

export function q7({ bids }: NexmarkStreams): DataStream<Q7Row> {
  return bids
    .filter(new NotOutbid())
    .flatMap(candidacies)
    .keyBy(({ windowEnd }) => windowEnd)
    .process(new HighestBids())
    .name('highest bids')
    .uid('q7-highest');
}

/**
 * Lets a bid pass unless an earlier one of its window was higher. What it remembers is no state of the job: one that
 * forgets lets more pass, and the result stays the same.
 */
class NotOutbid {
  private windowStart = 0;
  private windowEnd = 0;
  private highest = 0;

  filter({ dateTime, price }: Bid): boolean {
    if (dateTime > this.windowStart && dateTime < this.windowEnd) {
      if (price < this.highest) return false;
      this.highest = price;
      return true;
    }
    // The first moment of a window counts for the window before as well, of which nothing is known any more.
    this.windowStart = dateTime - (dateTime % WINDOW_MS);
    this.windowEnd = this.windowStart + WINDOW_MS;
    this.highest = price;
    return true;
  }
}

/** The query compares a window's highest price with bids from its start to its end, both included: some lie in two. */
function candidacies({ auction, price, bidder, dateTime, extra }: Bid, out: Collector<Candidate>): void {
  const sinceStart = dateTime % WINDOW_MS;
  const windowEnd = dateTime - sinceStart + WINDOW_MS;
  out.collect({ auction, price, bidder, dateTime, extra, windowEnd });
  if (sinceStart === 0) out.collect({ auction, price, bidder, dateTime, extra, windowEnd: dateTime });
}

const candidates = listState<Candidate>('candidates');

class HighestBids implements KeyedProcessFunction<number, Candidate, Q7Row> {
  private candidates!: ListState<Candidate>;

  open(context: RuntimeContext): void {
    this.candidates = context.getListState(candidates);
  }

  processElement(candidate: Candidate, { timerService }: KeyedProcessContext<number>): void {
    this.candidates.add(candidate);
    timerService.registerEventTimeTimer(candidate.windowEnd);
  }

  onTimer(windowEnd: number, _context: OnTimerContext<number>, out: Collector<Q7Row>): void {
    const all = this.candidates.get();
    const highest = all.reduce((max, { price, dateTime }) => (dateTime < windowEnd ? Math.max(max, price) : max), -1);
    for (const { auction, price, bidder, dateTime, extra } of all)
      if (price === highest) out.collect({ auction, price, bidder, dateTime, extra });
    this.candidates.clear();
  }
}
