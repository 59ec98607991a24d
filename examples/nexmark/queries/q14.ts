/** Query 14, calculation: bids of a certain price, with the time of day and the number of letters c in the filler. */
import type { DataStream } from 'flink-yarn';
import { hourOf } from '../calendar.js';
import { euroThousandths } from '../currency.js';
import type { Bid } from '../model.js';
import type { NexmarkStreams } from '../nexmark-streams.js';

export type TimeOfDay = 'dayTime' | 'nightTime' | 'otherTime';

export interface Q14Row {
  readonly auction: number;
  readonly bidder: number;
  /** In thousandths of a euro cent, exact. */
  readonly price: number;
  readonly bidTimeType: TimeOfDay;
  readonly dateTime: number;
  readonly extra: string;
  readonly cCounts: number;
}

const ABOVE = 1_000_000_000;
const BELOW = 50_000_000_000;

export function q14({ bids }: NexmarkStreams): DataStream<Q14Row> {
  return bids.filter(hasPriceInRange).map(({ auction, bidder, price, dateTime, extra }) => ({
    auction,
    bidder,
    price: euroThousandths(price),
    bidTimeType: timeOfDay(dateTime),
    dateTime,
    extra,
    cCounts: count(extra, 'c'),
  }));
}

function hasPriceInRange({ price }: Bid): boolean {
  const thousandths = euroThousandths(price);
  return thousandths > ABOVE && thousandths < BELOW;
}

function timeOfDay(time: number): TimeOfDay {
  const hour = hourOf(time);
  if (hour >= 8 && hour <= 18) return 'dayTime';
  return hour <= 6 || hour >= 20 ? 'nightTime' : 'otherTime';
}

/** How often a character occurs. */
function count(text: string, character: string): number {
  let occurrences = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) occurrences++;
  return occurrences;
}
