/** Query 10, log to files: each bid with day and minute, by which a file sink would partition. No Date a record. */
import type { DataStream } from 'flink-yarn';
import { dayOf, minuteOf } from '../calendar.js';
import type { NexmarkStreams } from '../nexmark-streams.js';
import type { Q0Row } from './q0.js';

export interface Q10Row extends Q0Row {
  /** `yyyy-MM-dd`. */
  readonly day: string;
  /** `HH:mm`. */
  readonly minute: string;
}

export function q10({ bids }: NexmarkStreams): DataStream<Q10Row> {
  return bids.map(({ auction, bidder, price, dateTime, extra }) => ({
    auction,
    bidder,
    price,
    dateTime,
    extra,
    day: dayOf(dateTime),
    minute: minuteOf(dateTime),
  }));
}
