/** A bid as a row: without the mark that tells events apart. */
import type { Bid } from './model.js';

export type BidColumns = Omit<Bid, 'kind'>;

export function bidColumns({ auction, bidder, price, channel, url, dateTime, extra }: Bid): BidColumns {
  return { auction, bidder, price, channel, url, dateTime, extra };
}
