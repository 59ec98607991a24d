/** The records that cross between slots in exchange.ts, and the sums by which what arrives is compared with what was sent. */

export interface ExchangeCase {
  readonly name: string;
  /** A new object each time, as a function of a job makes it. */
  readonly make: (n: number) => unknown;
  /** Of one record, summed up on both sides. */
  readonly check: (record: never) => number;
}

interface Bid {
  readonly kind: 'bid';
  readonly auction: number;
  readonly bidder: number;
  readonly price: number;
  readonly channel: string;
  readonly url: string;
  readonly dateTime: number;
  readonly extra: string;
}

const HOT_CHANNELS = ['Google', 'Facebook', 'Baidu', 'Apple'];
const COLD_CHANNELS = 10_000;
const START = 1_436_918_400_000;
const letters = Buffer.from(Array.from({ length: 1 << 16 }, (_, i) => 97 + ((i * 7919 + (i >> 5) * 31) % 26))).toString(
  'latin1',
);
const channels = [...HOT_CHANNELS, ...Array.from({ length: COLD_CHANNELS }, (_, i) => `channel-${i}`)];
const urls = channels.map((_, i) => {
  const part = (at: number): string => letters.slice(at, at + 3 + (at % 2));
  const url = `https://www.nexmark.com/${part(i)}/${part(2 * i)}/${part(3 * i)}/item.htm?query=1&channel_id=${i * 131_071}`;
  return Buffer.from(url).toString('latin1');
});

/** A well mixed number in [0, 2^31). */
function mix(n: number): number {
  let x = Math.imul(n ^ (n >>> 16), 0x45d9f3b);
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  return (x ^ (x >>> 16)) >>> 1;
}

/** As Nexmark's: about 180 bytes; every second bid has one of four channels, the others one of ten thousand. */
function bid(n: number): Bid {
  const random = mix(n);
  const channel = random % 2 === 0 ? random % 4 : 4 + (random % COLD_CHANNELS);
  const at = random % (letters.length - 100);
  return {
    kind: 'bid',
    auction: 1000 + (random % 50_000),
    bidder: 1000 + (n % 7919),
    price: 100 + (random % 1_000_000),
    channel: channels[channel] as string,
    url: urls[channel] as string,
    dateTime: START + Math.floor(n / 10),
    extra: letters.slice(at, at + 50 + (random % 20)),
  };
}

export const CASES: readonly ExchangeCase[] = [
  {
    name: 'full bid',
    make: bid,
    check: ({ auction, price, channel, url, dateTime, extra }: Bid) =>
      auction + price + dateTime + channel.length + url.length + extra.length,
  },
  {
    name: '{auction, dateTime}',
    make: (n) => ({ auction: 1000 + (mix(n) % 50_000), dateTime: START + Math.floor(n / 10) }),
    check: ({ auction, dateTime }: Pick<Bid, 'auction' | 'dateTime'>) => auction + dateTime,
  },
  {
    name: '{bidder, price, ratio}',
    make: (n) => ({ bidder: n % 7919, price: mix(n) % 1_000_000, ratio: (n % 1000) / 3 }),
    check: (record: { bidder: number; price: number; ratio: number }) => record.bidder + record.price + record.ratio,
  },
  { name: 'number', make: (n) => mix(n) / 4, check: (record: number) => record },
  {
    name: '{word, count}',
    make: (n) => ({ word: channels[mix(n) % 100] as string, count: 1 }),
    check: ({ word, count }: { word: string; count: number }) => word.length + count,
  },
];
