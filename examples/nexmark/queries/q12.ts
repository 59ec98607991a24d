/**
 * Query 12, processing time windows: how many bids a person makes in ten seconds of the machine's clock. Another run
 * gives other numbers, and what the last windows hold when the input ends is not emitted.
 */
import { type Collector, type DataStream, TumblingProcessingTimeWindows } from 'flink-yarn';
import { counting } from '../counting.js';
import type { NexmarkStreams } from '../nexmark-streams.js';
import type { Q11Row } from './q11.js';

export type Q12Row = Q11Row;

export function q12({ bids }: NexmarkStreams): DataStream<Q12Row> {
  return bids
    .map(({ bidder }) => bidder)
    .keyBy((bidder) => bidder)
    .window(TumblingProcessingTimeWindows.of('10 s'))
    .aggregate(counting, (bidder, { window }, counts, out: Collector<Q12Row>) =>
      out.collect({ bidder, bidCount: counts[0] as number, startTime: window.start, endTime: window.end }),
    )
    .name('bids of bidders')
    .uid('q12-counts');
}
