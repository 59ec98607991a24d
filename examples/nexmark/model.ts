/** What flows through Nexmark, an online auction: persons register, sell in auctions, and bid. */

interface NexmarkRecord {
  /** When it happened, in ms since the epoch: the event time. */
  readonly dateTime: number;
  /** Filler that makes records as wide as real ones. */
  readonly extra: string;
}

export interface Person extends NexmarkRecord {
  readonly kind: 'person';
  readonly id: number;
  readonly name: string;
  readonly emailAddress: string;
  readonly creditCard: string;
  readonly city: string;
  readonly state: string;
}

export interface Auction extends NexmarkRecord {
  readonly kind: 'auction';
  readonly id: number;
  readonly itemName: string;
  readonly description: string;
  /** In cents. */
  readonly initialBid: number;
  /** In cents. */
  readonly reserve: number;
  /** The last moment for a bid, in ms since the epoch. */
  readonly expires: number;
  /** Id of a person, who may register only later. */
  readonly seller: number;
  readonly category: number;
}

export interface Bid extends NexmarkRecord {
  readonly kind: 'bid';
  /** Id of an auction, which may open only later. */
  readonly auction: number;
  /** Id of a person. */
  readonly bidder: number;
  /** In cents. */
  readonly price: number;
  readonly channel: string;
  readonly url: string;
}

export type NexmarkEvent = Person | Auction | Bid;
