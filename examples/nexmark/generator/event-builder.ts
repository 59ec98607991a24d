/**
 * Makes events of the numbers that the kernel has drawn, and emits them. The kernel calls these functions without `this`;
 * times are ms since the base time, `timeHigh * 2^24 + timeLow`, ids are relative to an epoch.
 */
import type { ReaderOutput } from 'flink-yarn';
import type { NexmarkEvent } from '../model.js';
import { EPOCH_AUCTIONS } from './nexmark-config.js';
import { CITIES, FIRST_NAMES, LAST_NAMES, STATES, stringTables } from './string-tables.js';

const TIME_HIGH_MS = 2 ** 24;
/** An auction has at most 19 + 99 characters of random text, a person 6 + 1 + 4 + 4 + 19. */
const MOST_TEXT_CHARS = 128;

export class EventBuilder {
  output: Pick<ReaderOutput<NexmarkEvent>, 'collect'> = { collect: () => undefined };
  private readonly baseTime: number;
  private readonly extra: string;
  private readonly channels: readonly string[];
  private readonly urls: readonly string[];
  private readonly text = Buffer.alloc(MOST_TEXT_CHARS);
  private readonly textView = new DataView(this.text.buffer, this.text.byteOffset, MOST_TEXT_CHARS);
  private personOrigin = 0;
  private auctionOrigin = 0;

  constructor(baseTime: number) {
    const { extra, channels, urls } = stringTables();
    this.baseTime = baseTime;
    this.extra = extra;
    this.channels = channels;
    this.urls = urls;
  }

  relateTo(epoch: number): void {
    this.personOrigin = epoch;
    this.auctionOrigin = epoch * EPOCH_AUCTIONS;
  }

  /** Eight characters of the texts of the next event. */
  readonly chars = (index: number, low: number, high: number): void => {
    this.textView.setInt32(index * 8, low, true);
    this.textView.setInt32(index * 8 + 4, high, true);
  };

  // hot path: 46 of 50 events
  readonly bid = (
    auction: number,
    bidder: number,
    price: number,
    channel: number,
    timeHigh: number,
    timeLow: number,
    extraStart: number,
    extraEnd: number,
  ): void => {
    const dateTime = this.baseTime + timeHigh * TIME_HIGH_MS + timeLow;
    this.output.collect(
      {
        kind: 'bid',
        auction: this.auctionOrigin + auction,
        bidder: this.personOrigin + bidder,
        price,
        channel: this.channels[channel] as string,
        url: this.urls[channel] as string,
        dateTime,
        extra: this.extra.substring(extraStart, extraEnd),
      },
      dateTime,
    );
  };

  readonly auction = (
    id: number,
    timeHigh: number,
    timeLow: number,
    openMs: number,
    nameEnd: number,
    descriptionEnd: number,
    initialBid: number,
    reserve: number,
    seller: number,
    category: number,
    extraStart: number,
    extraEnd: number,
  ): void => {
    const dateTime = this.baseTime + timeHigh * TIME_HIGH_MS + timeLow;
    const text = this.text.toString('latin1', 0, descriptionEnd);
    this.output.collect(
      {
        kind: 'auction',
        id: this.auctionOrigin + id,
        itemName: text.substring(0, nameEnd),
        description: text.substring(nameEnd),
        initialBid,
        reserve,
        dateTime,
        expires: dateTime + openMs,
        seller: this.personOrigin + seller,
        category,
        extra: this.extra.substring(extraStart, extraEnd),
      },
      dateTime,
    );
  };

  readonly person = (
    id: number,
    timeHigh: number,
    timeLow: number,
    firstName: number,
    lastName: number,
    emailEnd: number,
    cardEnd: number,
    city: number,
    state: number,
    extraStart: number,
    extraEnd: number,
  ): void => {
    const dateTime = this.baseTime + timeHigh * TIME_HIGH_MS + timeLow;
    const text = this.text.toString('latin1', 0, cardEnd);
    this.output.collect(
      {
        kind: 'person',
        id: this.personOrigin + id,
        name: `${FIRST_NAMES[firstName]} ${LAST_NAMES[lastName]}`,
        emailAddress: text.substring(0, emailEnd),
        creditCard: text.substring(emailEnd),
        city: CITIES[city] as string,
        state: STATES[state] as string,
        dateTime,
        extra: this.extra.substring(extraStart, extraEnd),
      },
      dateTime,
    );
  };
}
