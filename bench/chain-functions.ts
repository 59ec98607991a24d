/** Six functions of the size that jobs really have, on bids of an auction; shared by the job and the plain loop. */

export interface Bid {
  readonly auction: number;
  readonly bidder: number;
  readonly price: number;
  readonly channel: string;
  readonly time: number;
}
interface Priced extends Bid {
  readonly euros: number;
  readonly fee: number;
  readonly band: number;
}
interface Scored extends Priced {
  readonly hour: number;
  readonly score: number;
}
export interface Result {
  readonly key: number;
  readonly score: number;
  readonly label: string;
}

const CHANNELS = ['google', 'apple', 'baidu', 'direct', 'partner', 'mail'] as const;

/** Bid number `n`, always the same. */
export function bidOf(n: number): Bid {
  const mixed = Math.imul(n ^ (n >>> 15), 0x2c1b3c6d) >>> 0;
  return {
    auction: mixed % 10_007,
    bidder: (mixed >>> 3) % 50_021,
    price: 100 + (mixed % 9_973),
    channel: CHANNELS[mixed % CHANNELS.length] as string,
    time: 1_000_000_000_000 + n * 10,
  };
}

export function toEuros(bid: Bid): Priced {
  const euros = Math.round(bid.price * 0.908 * 100) / 100;
  let fee = euros * 0.02;
  if (bid.channel === 'google' || bid.channel === 'apple') fee += 1.5;
  else if (bid.channel === 'partner') fee = Math.max(fee, 2);
  if (fee > 50) fee = 50;
  let band = 0;
  for (let limit = 200; limit < euros && band < 8; limit *= 2) band++;
  const { auction, bidder, price, channel, time } = bid;
  return { auction, bidder, price, channel, time, euros, fee, band };
}

export function isPlausible(bid: Priced): boolean {
  if (bid.price < 110 || bid.euros <= 0) return false;
  if (bid.auction % 13 === 0 && bid.band < 2) return false;
  if (bid.channel.length < 4 || bid.channel.charCodeAt(0) > 122) return false;
  return bid.bidder % 101 !== 7 && bid.fee < bid.euros;
}

export function score(bid: Priced): Scored {
  const hour = Math.floor(bid.time / 3_600_000) % 24;
  const night = hour < 6 || hour > 21;
  let points = bid.euros / (1 + bid.band) - bid.fee;
  points += night ? 3 : (bid.bidder & 7) * 0.5;
  if (bid.channel === 'direct') points *= 1.1;
  else if (bid.channel === 'mail') points *= 0.9;
  const { auction, bidder, price, channel, time, euros, fee, band } = bid;
  return { auction, bidder, price, channel, time, euros, fee, band, hour, score: points };
}

export function clamp(bid: Scored): Scored {
  const limit = 40 * (bid.band + 1) + (bid.auction & 15);
  let value = bid.score;
  if (value > limit) value = limit + Math.log2(1 + value - limit);
  if (value < -limit) value = -limit;
  if (!Number.isFinite(value)) value = 0;
  const { auction, bidder, price, channel, time, euros, fee, band, hour } = bid;
  return { auction, bidder, price, channel, time, euros, fee, band, hour, score: value };
}

export function isInteresting(bid: Scored): boolean {
  const parity = (bid.auction ^ bid.bidder) & 3;
  if (parity === 0) return bid.score > 20;
  if (parity === 1) return bid.euros > 300 || bid.hour === 12;
  return bid.fee > 1 && (bid.price & 31) !== 5;
}

export function project(bid: Scored): Result {
  const rounded = Math.round(bid.score * 1000) / 1000;
  const quality = rounded > 80 ? 'high' : rounded > 30 ? 'middle' : 'low';
  const key = (bid.auction * 31 + bid.band) % 4_096;
  const label = bid.hour < 12 ? quality : bid.channel;
  return { key, score: rounded, label };
}

/** Order-dependent, so that equal sums mean equal results in equal order. */
export class Checksum {
  private sum = 0;
  count = 0;

  add(result: Result): void {
    this.count++;
    this.sum = (Math.imul(this.sum, 31) + result.key + Math.round(result.score * 1000) + result.label.length) | 0;
  }

  get text(): string {
    return `${this.count} rows, ${(this.sum >>> 0).toString(16)}`;
  }
}
