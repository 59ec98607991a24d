/**
 * Makes Nexmark events one by one, in plain TypeScript: seeded profile ND1 of the reference generator, in which an event
 * depends on seed and event id only. The kernel in wasm makes the same events faster; a test compares the two.
 */
import type { ReaderOutput } from 'flink-yarn';
import type { Auction, Bid, NexmarkEvent, Person } from '../model.js';
import type { EventGenerator } from './event-generator.js';
import { EventTimeline, quotient, upperSum } from './event-timeline.js';
import { AUCTION_HORIZON_EVENTS, EPOCH_AUCTIONS, EPOCH_EVENTS, type GeneratorConfig } from './nexmark-config.js';
import { SplittableRandom } from './splittable-random.js';
import {
  CITIES,
  COLD_CHANNEL_COUNT,
  EXTRA_TABLE_CHARS,
  FIRST_NAMES,
  HOT_CHANNEL_COUNT,
  LAST_NAMES,
  STATES,
  type StringTables,
  stringTables,
  writeRandomText,
} from './string-tables.js';

const FIRST_PERSON_ID = 1_000;
const FIRST_AUCTION_ID = 1_000;
const FIRST_CATEGORY = 10;
const CATEGORIES = 5;
const ACTIVE_PERSONS = 1_000;
const AUCTIONS_IN_FLIGHT = 100;
/** Ids may lie so far ahead: what they refer to comes later, or never. */
const ID_LEAD = 10;
/** The hot person, or auction, is the first of each so many. */
const HOT_STRIDE = 100;
const SPACE = 32;

export class PlainGenerator implements EventGenerator {
  private readonly timeline: EventTimeline;
  private readonly tables: StringTables = stringTables();
  private readonly random = new SplittableRandom();
  private readonly text = Buffer.alloc(128);

  constructor(config: GeneratorConfig) {
    this.timeline = new EventTimeline(config);
  }

  emit(output: Pick<ReaderOutput<NexmarkEvent>, 'collect'>, position: number, count: number, stride: number): void {
    for (let i = 0; i < count; i++) {
      const event = this.eventAt(position + i * stride);
      output.collect(event, event.dateTime);
    }
  }

  /** The event at a position, from 0. */
  eventAt(position: number): NexmarkEvent {
    const { timeline } = this;
    const number = timeline.eventNumber(position);
    const eventId = timeline.firstEventId + number;
    this.random.reseed(
      upperSum(timeline.seedHigh, timeline.seedLow, eventId),
      (timeline.seedLow + (eventId >>> 0)) | 0,
    );
    const epoch = quotient(eventId, EPOCH_EVENTS);
    const place = eventId - epoch * EPOCH_EVENTS;
    const dateTime = timeline.timestamp(number);
    if (place === 0) return this.person(epoch, dateTime);
    if (place <= EPOCH_AUCTIONS) return this.auction(epoch, place, number, dateTime);
    return this.bid(epoch, dateTime);
  }

  private person(epoch: number, dateTime: number): Person {
    const { random } = this;
    const name = `${oneOf(FIRST_NAMES, random)} ${oneOf(LAST_NAMES, random)}`;
    const emailAddress = `${this.randomText(7)}@${this.randomText(5)}.com`;
    const creditCard = `${this.fourDigits()} ${this.fourDigits()} ${this.fourDigits()} ${this.fourDigits()}`;
    const city = oneOf(CITIES, random);
    const state = oneOf(STATES, random);
    const length = name.length + emailAddress.length + creditCard.length + city.length + state.length;
    return {
      kind: 'person',
      id: FIRST_PERSON_ID + epoch,
      name,
      emailAddress,
      creditCard,
      city,
      state,
      dateTime,
      extra: this.extra(8 + length, 200),
    };
  }

  private auction(epoch: number, place: number, number: number, dateTime: number): Auction {
    const { random, timeline } = this;
    const seller = random.nextBelow(4) > 0 ? hotId(epoch) : this.activePerson(epoch);
    const category = FIRST_CATEGORY + random.nextBelow(CATEGORIES);
    const initialBid = this.price();
    const horizonMs = timeline.timestamp(number + AUCTION_HORIZON_EVENTS) - dateTime;
    const expires = dateTime + 1 + random.nextBelow(Math.max(2 * horizonMs, 1));
    const itemName = this.randomText(20);
    const description = this.randomText(100);
    const reserve = initialBid + this.price();
    return {
      kind: 'auction',
      id: FIRST_AUCTION_ID + epoch * EPOCH_AUCTIONS + (place - 1),
      itemName,
      description,
      initialBid,
      reserve,
      dateTime,
      expires,
      seller: FIRST_PERSON_ID + seller,
      category,
      extra: this.extra(48 + itemName.length + description.length, 500),
    };
  }

  private bid(epoch: number, dateTime: number): Bid {
    const { random, tables } = this;
    const lastAuction = epoch * EPOCH_AUCTIONS + (EPOCH_AUCTIONS - 1);
    const auction = random.nextBelow(2) > 0 ? hotId(lastAuction) : this.auctionInFlight(lastAuction);
    const bidder = random.nextBelow(4) > 0 ? hotId(epoch) + 1 : this.activePerson(epoch);
    const price = this.price();
    const isHot = random.nextBelow(2) > 0;
    const channel = isHot
      ? random.nextBelow(HOT_CHANNEL_COUNT)
      : HOT_CHANNEL_COUNT + random.nextBelow(COLD_CHANNEL_COUNT);
    return {
      kind: 'bid',
      auction: FIRST_AUCTION_ID + auction,
      // Twice the first id of a person, as in the reference: bidders are a thousand persons ahead.
      bidder: 2 * FIRST_PERSON_ID + bidder,
      price,
      channel: tables.channels[channel] as string,
      url: tables.urls[channel] as string,
      dateTime,
      extra: this.extra(32, 100),
    };
  }

  /** One of the latest persons; `epoch` is the number of the last. */
  private activePerson(epoch: number): number {
    const persons = epoch + 1;
    const active = Math.min(persons, ACTIVE_PERSONS);
    return persons - active + this.random.nextBelow(active + ID_LEAD);
  }

  private auctionInFlight(lastAuction: number): number {
    const first = Math.max(lastAuction - AUCTIONS_IN_FLIGHT, 0);
    return first + this.random.nextBelow(lastAuction - first + 1 + ID_LEAD);
  }

  /** In cents, 100 to 10^8, each decade equally likely. */
  private price(): number {
    return Math.round(10 ** (this.random.nextDouble() * 6) * 100);
  }

  private randomText(maxLength: number): string {
    const { text } = this;
    let end = writeRandomText(this.random, maxLength, SPACE, text, 0);
    let start = 0;
    while (start < end && text[start] === SPACE) start++;
    while (end > start && text[end - 1] === SPACE) end--;
    return text.toString('latin1', start, end);
  }

  private fourDigits(): string {
    return String(this.random.nextBelow(10_000)).padStart(4, '0');
  }

  /** Fills up a record of `length` to about `average`. */
  private extra(length: number, average: number): string {
    if (length > average) return '';
    const missing = average - length;
    const spread = Math.round(missing * 0.2);
    const chars = missing - spread + (spread === 0 ? 0 : this.random.nextBelow(2 * spread));
    const start = this.random.nextBelow(EXTRA_TABLE_CHARS - chars);
    return this.tables.extra.slice(start, start + chars);
  }
}

function oneOf(values: readonly string[], random: SplittableRandom): string {
  return values[random.nextBelow(values.length)] as string;
}

function hotId(last: number): number {
  return quotient(last, HOT_STRIDE) * HOT_STRIDE;
}
