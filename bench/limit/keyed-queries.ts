/** Queries that keep something for each key, over all time. */
import { dayOf } from '../../examples/nexmark/calendar.js';
import type { Auction, Bid, NexmarkEvent, Person } from '../../examples/nexmark/model.js';
import { mixNumber, mixText, ROW_START } from '../../examples/nexmark/row-checksum.js';
import { doubled, KeyIndex } from './key-index.js';
import { LimitQuery } from './limit-query.js';

const WANTED_CATEGORY = 10;

export class Query3Limit extends LimitQuery {
  private readonly sellers = new Map<number, Person>();
  /** Auctions whose seller is not known yet. */
  private readonly waiting = new Map<number, number[]>();

  collect(event: NexmarkEvent): void {
    if (event.kind === 'person') this.person(event);
    else if (event.kind === 'auction' && event.category === WANTED_CATEGORY) this.auction(event);
  }

  private person(person: Person): void {
    const { id, state } = person;
    if (state !== 'OR' && state !== 'ID' && state !== 'CA') return;
    this.sellers.set(id, person);
    for (const auction of this.waiting.get(id) ?? []) this.join(person, auction);
    this.waiting.delete(id);
  }

  private auction({ seller, id }: Auction): void {
    const person = this.sellers.get(seller);
    if (person !== undefined) {
      this.join(person, id);
      return;
    }
    const waiting = this.waiting.get(seller);
    if (waiting === undefined) this.waiting.set(seller, [id]);
    else waiting.push(id);
  }

  private join({ name, city, state }: Person, auction: number): void {
    this.emit(mixNumber(mixText(mixText(mixText(ROW_START, name), city), state), auction));
  }
}

/** One table for the day at hand: events come in order, so no bid of a day before will come. */
export class Query17Limit extends LimitQuery {
  private readonly auctions = new KeyIndex();
  /** Of each auction: bids, those of the three ranks, lowest and highest price, sum of the prices. */
  private statistics = new Float64Array(FIELDS << 12);
  private day = '';

  collect(event: NexmarkEvent): void {
    if (event.kind !== 'bid') return;
    const { auction, price, dateTime } = event;
    const day = dayOf(dateTime);
    if (day !== this.day) this.beginDay(day);
    const at = this.auctions.indexOf(auction) * FIELDS;
    if (at === this.statistics.length) this.statistics = doubled(this.statistics);
    const totalBids = (this.statistics[at] as number) + 1;
    this.statistics[at] = totalBids;
    this.addPrice(at, price, totalBids === 1);
    this.emit(mixNumber(mixText(mixNumber(ROW_START, auction), day), totalBids));
  }

  private addPrice(at: number, price: number, isFirst: boolean): void {
    const { statistics } = this;
    const rank = at + (price < 10_000 ? 1 : price < 1_000_000 ? 2 : 3);
    statistics[rank] = (statistics[rank] as number) + 1;
    if (isFirst || price < (statistics[at + LOWEST] as number)) statistics[at + LOWEST] = price;
    if (isFirst || price > (statistics[at + HIGHEST] as number)) statistics[at + HIGHEST] = price;
    statistics[at + SUM] = (statistics[at + SUM] as number) + price;
  }

  private beginDay(day: string): void {
    this.day = day;
    this.statistics.fill(0, 0, this.auctions.size * FIELDS);
    this.auctions.clear();
  }
}

const LOWEST = 4;
const HIGHEST = 5;
const SUM = 6;
/** A power of two: one is not used. */
const FIELDS = 8;

export class Query20Limit extends LimitQuery {
  /** Null when it is of another category. */
  private readonly auctions = new Map<number, Auction | null>();
  private readonly waiting = new Map<number, Bid[]>();

  collect(event: NexmarkEvent): void {
    if (event.kind === 'bid') this.bid(event);
    else if (event.kind === 'auction') this.auction(event);
  }

  private auction(auction: Auction): void {
    const isWanted = auction.category === WANTED_CATEGORY;
    this.auctions.set(auction.id, isWanted ? auction : null);
    if (isWanted) for (const bid of this.waiting.get(auction.id) ?? []) this.join(bid, auction);
    this.waiting.delete(auction.id);
  }

  private bid(bid: Bid): void {
    const auction = this.auctions.get(bid.auction);
    if (auction === undefined) {
      const waiting = this.waiting.get(bid.auction);
      if (waiting === undefined) this.waiting.set(bid.auction, [bid]);
      else waiting.push(bid);
    } else if (auction !== null) {
      this.join(bid, auction);
    }
  }

  private join(bid: Bid, auction: Auction): void {
    let hash = mixNumber(ROW_START, bid.auction);
    hash = mixNumber(hash, bid.bidder);
    hash = mixNumber(hash, bid.price);
    hash = mixText(hash, bid.channel);
    hash = mixText(hash, bid.url);
    hash = mixNumber(hash, bid.dateTime);
    hash = mixText(hash, bid.extra);
    hash = mixText(hash, auction.itemName);
    hash = mixText(hash, auction.description);
    hash = mixNumber(hash, auction.initialBid);
    hash = mixNumber(hash, auction.reserve);
    hash = mixNumber(hash, auction.dateTime);
    hash = mixNumber(hash, auction.expires);
    hash = mixNumber(hash, auction.seller);
    hash = mixNumber(hash, auction.category);
    this.emit(mixText(hash, auction.extra));
  }
}
