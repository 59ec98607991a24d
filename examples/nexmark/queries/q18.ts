/** Query 18, find last bid: of each person on each auction. De-duplication that keeps the last in event time. */
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

export type Q18Row = BidColumns;

export function q18({ bids }: NexmarkStreams): DataStream<Q18Row> {
  return bids
    .map(bidColumns)
    .keyBy(({ bidder, auction }) => [bidder, auction])
    .process(new KeepLast())
    .name('last bids')
    .uid('q18-last');
}

const lastTime = valueState<number>('last-time');

/** Emits a row whenever it is the last one so far; all that has to be remembered is when the last one was. */
class KeepLast implements KeyedProcessFunction<readonly number[], Q18Row, Q18Row> {
  private lastTime!: ValueState<number>;

  open(context: RuntimeContext): void {
    this.lastTime = context.getState(lastTime);
  }

  processElement(row: Q18Row, _context: KeyedProcessContext<readonly number[]>, out: Collector<Q18Row>): void {
    const last = this.lastTime.value();
    if (last !== undefined && row.dateTime < last) return;
    this.lastTime.update(row.dateTime);
    out.collect(row);
  }
}
