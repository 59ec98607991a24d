/** Query 13, bounded side input: each bid with a value from a table that every subtask reads when it opens. */
import type { DataStream } from 'flink-yarn';
import type { Bid } from '../model.js';
import type { NexmarkStreams } from '../nexmark-streams.js';

export interface Q13Row {
  readonly auction: number;
  readonly bidder: number;
  readonly price: number;
  readonly dateTime: number;
  readonly value: string;
}

const TABLE_SIZE = 10_000;

export function q13({ bids }: NexmarkStreams): DataStream<Q13Row> {
  return bids.map(new WithSideInput());
}

class WithSideInput {
  private readonly table = new Map<number, string>();

  /** Where the table comes from a file or a database, this is where it is read: before the first record. */
  open(): void {
    for (let key = 0; key < TABLE_SIZE; key++) this.table.set(key, String(key));
  }

  map({ auction, bidder, price, dateTime }: Bid): Q13Row {
    return { auction, bidder, price, dateTime, value: this.table.get(auction % TABLE_SIZE) ?? '' };
  }
}
