/**
 * Query 19, auction top 10: the ten highest bids on each auction, with their rank. A bid that enters the list moves others
 * down, and each place that changed is emitted again: upserts by auction and rank.
 */
import {
  type Collector,
  type DataStream,
  type KeyedProcessContext,
  type KeyedProcessFunction,
  type RuntimeContext,
  type ValueState,
  valueState,
} from 'flink-yarn';
import { type BidColumns, bidColumns } from '../bid-columns.js';
import type { NexmarkStreams } from '../nexmark-streams.js';

export interface Q19Row extends BidColumns {
  /** 1 to 10. */
  readonly rank: number;
}

const PLACES = 10;

export function q19({ bids }: NexmarkStreams): DataStream<Q19Row> {
  return bids
    .map(bidColumns)
    .keyBy(({ auction }) => auction)
    .process(new TopBids())
    .name('top bids')
    .uid('q19-top');
}

const topState = valueState<readonly BidColumns[]>('top');

class TopBids implements KeyedProcessFunction<number, BidColumns, Q19Row> {
  private top!: ValueState<readonly BidColumns[]>;

  open(context: RuntimeContext): void {
    this.top = context.getState(topState);
  }

  processElement(bid: BidColumns, _context: KeyedProcessContext<number>, out: Collector<Q19Row>): void {
    const before = this.top.value() ?? [];
    let place = before.length;
    while (place > 0 && isHigher(bid, before[place - 1] as BidColumns)) place--;
    if (place === PLACES) return;
    const after = [...before.slice(0, place), bid, ...before.slice(place, PLACES - 1)];
    this.top.update(after);
    for (let i = place; i < after.length; i++) out.collect({ ...(after[i] as BidColumns), rank: i + 1 });
  }
}

/** Of equal prices the earlier bid is the higher one. */
function isHigher(a: BidColumns, b: BidColumns): boolean {
  return a.price > b.price || (a.price === b.price && a.dateTime < b.dateTime);
}
