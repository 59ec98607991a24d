/** Decodes batches of events, in order: the bytes of all texts become one string at once, and each text is cut out of it. */
import type { ReaderOutput } from 'flink-yarn';
import type { Auction, NexmarkEvent, Person } from '../model.js';
import { AUCTION, AUCTION_TEXTS, BID, type EventBatch, PERSON_TEXTS } from './event-batch.js';

/** The texts of the batches so far, by index. */
export class DecodedDictionaries {
  readonly channels: string[] = [];
  readonly urls: string[] = [];
}

export class EventBatchReader {
  private readonly batch: EventBatch;
  private readonly text: string;
  private readonly channels: readonly string[];
  private readonly urls: readonly string[];
  private next = 0;
  private nextBid = 0;
  private nextAuction = 0;
  private nextPerson = 0;
  /** Positions in the text: of the next bid, auction and person. */
  private bidText = 0;
  private auctionText: number;
  private personText: number;

  constructor(batch: EventBatch, { channels, urls }: DecodedDictionaries) {
    this.batch = batch;
    this.text = batch.text.toString('latin1');
    this.decodeInto(channels, batch.bids.channelChars);
    this.decodeInto(urls, batch.bids.urlChars);
    this.channels = channels;
    this.urls = urls;
    this.auctionText = batch.auctionText;
    this.personText = batch.personText;
  }

  get remaining(): number {
    return this.batch.kinds.length - this.next;
  }

  /** Emits the next `count` events, at most those that remain. hot path */
  emit(output: Pick<ReaderOutput<NexmarkEvent>, 'collect'>, count: number): void {
    const { text, channels, urls } = this;
    const { kinds, bids } = this.batch;
    const { auction, bidder, price, channel, url, dateTime, extraChars } = bids;
    const end = this.next + count;
    for (let i = this.next; i < end; i++) {
      const kind = kinds[i] as number;
      if (kind === BID) {
        const at = this.nextBid++;
        const start = this.bidText;
        this.bidText = start + (extraChars[at] as number);
        const time = dateTime[at] as number;
        output.collect(
          {
            kind: 'bid',
            auction: auction[at] as number,
            bidder: bidder[at] as number,
            price: price[at] as number,
            channel: channels[channel[at] as number] as string,
            url: urls[url[at] as number] as string,
            dateTime: time,
            extra: text.substring(start, this.bidText),
          },
          time,
        );
      } else {
        const event = kind === AUCTION ? this.decodeAuction() : this.decodePerson();
        output.collect(event, event.dateTime);
      }
    }
    this.next = end;
  }

  private decodeAuction(): Auction {
    const { text } = this;
    const { id, initialBid, reserve, dateTime, expires, seller, category, textChars } = this.batch.auctions;
    const at = this.nextAuction++;
    const field = at * AUCTION_TEXTS.length;
    const itemName = this.auctionText;
    const description = itemName + (textChars[field] as number);
    const extra = description + (textChars[field + 1] as number);
    this.auctionText = extra + (textChars[field + 2] as number);
    return {
      kind: 'auction',
      id: id[at] as number,
      itemName: text.substring(itemName, description),
      description: text.substring(description, extra),
      initialBid: initialBid[at] as number,
      reserve: reserve[at] as number,
      dateTime: dateTime[at] as number,
      expires: expires[at] as number,
      seller: seller[at] as number,
      category: category[at] as number,
      extra: text.substring(extra, this.auctionText),
    };
  }

  private decodePerson(): Person {
    const { text } = this;
    const { id, dateTime, textChars } = this.batch.persons;
    const at = this.nextPerson++;
    const field = at * PERSON_TEXTS.length;
    const name = this.personText;
    const emailAddress = name + (textChars[field] as number);
    const creditCard = emailAddress + (textChars[field + 1] as number);
    const city = creditCard + (textChars[field + 2] as number);
    const state = city + (textChars[field + 3] as number);
    const extra = state + (textChars[field + 4] as number);
    this.personText = extra + (textChars[field + 5] as number);
    return {
      kind: 'person',
      id: id[at] as number,
      name: text.substring(name, emailAddress),
      emailAddress: text.substring(emailAddress, creditCard),
      creditCard: text.substring(creditCard, city),
      city: text.substring(city, state),
      state: text.substring(state, extra),
      dateTime: dateTime[at] as number,
      extra: text.substring(extra, this.personText),
    };
  }

  /** Copied, so that they do not keep the text of the batch alive. */
  private decodeInto(texts: string[], lengths: Uint16Array): void {
    for (const length of lengths) {
      const end = this.bidText + length;
      texts.push(this.batch.text.toString('latin1', this.bidText, end));
      this.bidText = end;
    }
  }
}
