/** Checksums of the rows of queries that are raced: spelled out, because there they run once for each result. */
import type { Q0Row } from './queries/q0.js';
import type { Q1Row } from './queries/q1.js';
import type { Q11Row } from './queries/q11.js';
import type { Q17Row } from './queries/q17.js';
import type { Q2Row } from './queries/q2.js';
import type { Q20Row } from './queries/q20.js';
import type { Q3Row } from './queries/q3.js';
import type { Q5Row } from './queries/q5.js';
import type { Q7Row } from './queries/q7.js';
import type { Q8Row } from './queries/q8.js';
import { finishRow, mixNumber, mixText, ROW_START } from './row-checksum.js';

/** Of queries 0 and 1, whose rows have the same columns. */
export function bidChecksum(row: Q0Row | Q1Row): number {
  let hash = mixNumber(ROW_START, row.auction);
  hash = mixNumber(hash, row.bidder);
  hash = mixNumber(hash, row.price);
  hash = mixNumber(hash, row.dateTime);
  return finishRow(mixText(hash, row.extra));
}

export function q2Checksum(row: Q2Row): number {
  return finishRow(mixNumber(mixNumber(ROW_START, row.auction), row.price));
}

export function q3Checksum(row: Q3Row): number {
  let hash = mixText(ROW_START, row.name);
  hash = mixText(hash, row.city);
  hash = mixText(hash, row.state);
  return finishRow(mixNumber(hash, row.id));
}

export function q5Checksum(row: Q5Row): number {
  return finishRow(mixNumber(mixNumber(ROW_START, row.auction), row.num));
}

export function q7Checksum(row: Q7Row): number {
  let hash = mixNumber(ROW_START, row.auction);
  hash = mixNumber(hash, row.price);
  hash = mixNumber(hash, row.bidder);
  hash = mixNumber(hash, row.dateTime);
  return finishRow(mixText(hash, row.extra));
}

export function q8Checksum(row: Q8Row): number {
  return finishRow(mixNumber(mixText(mixNumber(ROW_START, row.id), row.name), row.startTime));
}

export function q11Checksum(row: Q11Row): number {
  let hash = mixNumber(ROW_START, row.bidder);
  hash = mixNumber(hash, row.bidCount);
  hash = mixNumber(hash, row.startTime);
  return finishRow(mixNumber(hash, row.endTime));
}

/** The number of bids so far only: prices of the rows in between depend on the order in which bids arrive. */
export function q17Checksum(row: Q17Row): number {
  return finishRow(mixNumber(mixText(mixNumber(ROW_START, row.auction), row.day), row.totalBids));
}

export function q20Checksum(row: Q20Row): number {
  let hash = mixNumber(ROW_START, row.auction);
  hash = mixNumber(hash, row.bidder);
  hash = mixNumber(hash, row.price);
  hash = mixText(hash, row.channel);
  hash = mixText(hash, row.url);
  hash = mixNumber(hash, row.bidDateTime);
  hash = mixText(hash, row.bidExtra);
  hash = mixText(hash, row.itemName);
  hash = mixText(hash, row.description);
  hash = mixNumber(hash, row.initialBid);
  hash = mixNumber(hash, row.reserve);
  hash = mixNumber(hash, row.auctionDateTime);
  hash = mixNumber(hash, row.expires);
  hash = mixNumber(hash, row.seller);
  hash = mixNumber(hash, row.category);
  return finishRow(mixText(hash, row.auctionExtra));
}
