/** Query 11, user sessions: how many bids a person makes until pausing for more than ten seconds. Windows that merge. */
import { type Collector, type DataStream, EventTimeSessionWindows } from 'flink-yarn';
import { counting } from '../counting.js';
import type { NexmarkStreams } from '../nexmark-streams.js';

export interface Q11Row {
  readonly bidder: number;
  readonly bidCount: number;
  readonly startTime: number;
  /** Ten seconds after the last bid. */
  readonly endTime: number;
}

export function q11({ bids }: NexmarkStreams): DataStream<Q11Row> {
  return bids
    .map(({ bidder }) => bidder)
    .keyBy((bidder) => bidder)
    .window(EventTimeSessionWindows.withGap('10 s'))
    .aggregate(counting, (bidder, { window }, counts, out: Collector<Q11Row>) =>
      out.collect({ bidder, bidCount: counts[0] as number, startTime: window.start, endTime: window.end }),
    )
    .name('sessions of bidders')
    .uid('q11-sessions');
}
