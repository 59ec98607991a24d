/**
 * Query 5, hot items: every two seconds the auction with the most bids of the last ten. Two stages: sliding windows count
 * bids per auction, then one window over all counts of the same moment keeps the highest. Only ids go to the first stage.
 */
import {
  type AggregateFunction,
  type Collector,
  type DataStream,
  SlidingEventTimeWindows,
  TumblingEventTimeWindows,
} from 'flink-yarn';
import { counting } from '../counting.js';
import type { NexmarkStreams } from '../nexmark-streams.js';

export interface Q5Row {
  readonly auction: number;
  /** Bids within the window. */
  readonly num: number;
}

export function q5({ bids }: NexmarkStreams): DataStream<Q5Row> {
  return (
    bids
      .map(({ auction }) => auction)
      .keyBy((auction) => auction)
      .window(SlidingEventTimeWindows.of('10 s', '2 s'))
      .aggregate(counting, (auction, _context, counts, out: Collector<Q5Row>) =>
        out.collect({ auction, num: counts[0] as number }),
      )
      .name('bids per auction')
      .uid('q5-counts')
      // A count carries the last moment of its window as its time: two seconds hold the counts of one window.
      .windowAll(TumblingEventTimeWindows.of('2 s'))
      .aggregate(hottest, (_context, [winners = []]) => winners)
      .name('hottest auctions')
      .uid('q5-hottest')
  );
}

/** The rows with the highest count so far: several where auctions tie. */
const hottest: AggregateFunction<Q5Row, Q5Row[], readonly Q5Row[]> = {
  createAccumulator: () => [],
  add(row, winners) {
    const best = winners.length === 0 ? 0 : (winners[0] as Q5Row).num;
    if (row.num < best) return winners;
    if (row.num > best) winners.length = 0;
    winners.push(row);
    return winners;
  },
  getResult: (winners) => winners,
};
