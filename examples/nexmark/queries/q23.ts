/**
 * Query 23, bids of sellers: every bid of a person who sells, too, beside the person and each auction of theirs. A join
 * of three streams in one operator: all of them have the person's id, so that one key serves. It is without bound in
 * time, and keeps everything.
 */
import {
  type Collector,
  type DataStream,
  type KeyedProcessContext,
  type KeyedProcessFunction,
  type ListState,
  listState,
  type RuntimeContext,
  type ValueState,
  valueState,
} from 'flink-yarn';
import type { Auction, Bid, NexmarkEvent, Person } from '../model.js';
import type { NexmarkStreams } from '../nexmark-streams.js';

export interface Q23Row {
  readonly bidder: number;
  readonly price: number;
  readonly channel: string;
  readonly url: string;
  readonly bidExtra: string;
  readonly personId: number;
  readonly name: string;
  readonly emailAddress: string;
  readonly creditCard: string;
  readonly city: string;
  readonly state: string;
  readonly personExtra: string;
  readonly itemName: string;
  readonly description: string;
  readonly initialBid: number;
  readonly reserve: number;
  readonly auctionDateTime: number;
  readonly expires: number;
  readonly seller: number;
  readonly category: number;
  readonly auctionExtra: string;
}

export function q23({ events }: NexmarkStreams): DataStream<Q23Row> {
  return events.keyBy(personOf).process(new BidsOfSellers()).name('bids of sellers').uid('q23-join');
}

function personOf(event: NexmarkEvent): number {
  if (event.kind === 'bid') return event.bidder;
  return event.kind === 'auction' ? event.seller : event.id;
}

const personState = valueState<Person>('person');
const auctionsState = listState<Auction>('auctions');
const bidsState = listState<Bid>('bids');

class BidsOfSellers implements KeyedProcessFunction<number, NexmarkEvent, Q23Row> {
  private person!: ValueState<Person>;
  private auctions!: ListState<Auction>;
  private bids!: ListState<Bid>;

  open(context: RuntimeContext): void {
    this.person = context.getState(personState);
    this.auctions = context.getListState(auctionsState);
    this.bids = context.getListState(bidsState);
  }

  /** Each event meets all that came before it. */
  processElement(event: NexmarkEvent, _context: KeyedProcessContext<number>, out: Collector<Q23Row>): void {
    switch (event.kind) {
      case 'person':
        this.person.update(event);
        return collectAll(this.bids.get(), event, this.auctions.get(), out);
      case 'auction':
        this.auctions.add(event);
        return collectAll(this.bids.get(), this.person.value(), [event], out);
      case 'bid':
        this.bids.add(event);
        return collectAll([event], this.person.value(), this.auctions.get(), out);
    }
  }
}

function collectAll(
  bids: readonly Bid[],
  person: Person | undefined,
  auctions: readonly Auction[],
  out: Collector<Q23Row>,
): void {
  if (person === undefined) return;
  for (const bid of bids) for (const auction of auctions) out.collect(rowOf(bid, person, auction));
}

function rowOf(bid: Bid, person: Person, auction: Auction): Q23Row {
  return {
    bidder: bid.bidder,
    price: bid.price,
    channel: bid.channel,
    url: bid.url,
    bidExtra: bid.extra,
    personId: person.id,
    name: person.name,
    emailAddress: person.emailAddress,
    creditCard: person.creditCard,
    city: person.city,
    state: person.state,
    personExtra: person.extra,
    itemName: auction.itemName,
    description: auction.description,
    initialBid: auction.initialBid,
    reserve: auction.reserve,
    auctionDateTime: auction.dateTime,
    expires: auction.expires,
    seller: auction.seller,
    category: auction.category,
    auctionExtra: auction.extra,
  };
}
