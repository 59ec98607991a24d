/** Nexmark events by hand, with what a test does not care about filled in. */
import { BatchSplitSource, type SourceSplit } from 'flink-yarn';
import type { Auction, Bid, NexmarkEvent, Person } from '../../examples/nexmark/model.js';

export function person(fields: Partial<Person> & Pick<Person, 'id' | 'dateTime'>): Person {
  return {
    kind: 'person',
    name: `person ${fields.id}`,
    emailAddress: 'a@b.com',
    creditCard: '1111 2222 3333 4444',
    city: 'Portland',
    state: 'OR',
    extra: '',
    ...fields,
  };
}

/** Open for a minute unless told otherwise. */
export function auction(fields: Partial<Auction> & Pick<Auction, 'id' | 'dateTime'>): Auction {
  return {
    kind: 'auction',
    itemName: `item ${fields.id}`,
    description: '',
    initialBid: 1,
    reserve: 2,
    expires: fields.dateTime + 60_000,
    seller: 1,
    category: 10,
    extra: '',
    ...fields,
  };
}

export function bid(fields: Partial<Bid> & Pick<Bid, 'auction' | 'dateTime'>): Bid {
  return { kind: 'bid', bidder: 1, price: 100, channel: 'Apple', url: 'https://x/a/b/c', extra: '', ...fields };
}

/** Emits the events in this order. */
export function sourceOf(events: readonly NexmarkEvent[]): BatchSplitSource<NexmarkEvent, SourceSplit> {
  return new BatchSplitSource<NexmarkEvent, SourceSplit>({
    description: 'events of the test',
    splits: () => [{ splitId: 'all' }],
    read: () => [events],
  });
}
