/**
 * Makes Nexmark events and hands their numbers to the host, which builds the objects: `run` calls `person`, `auction` or
 * `bid` for each event. There is no memory: V8 would reserve 10 GiB of addresses for it, whatever its size. What an event
 * is made of is told by plain-generator.ts, in the same order; a test compares the two.
 */
import { priceOf } from './price';
import { GAMMA, isUneven, mix32, mixDouble, nextBelow, nextDouble, reseed } from './random';
import { millisOf } from './rounding';
import { append, appendDigits, appendRandom, beginText, endText } from './text';

// Times are ms since the base time, `timeHigh * 2^24 + timeLow`. Ids are relative to those of `relateTo`. Channels are
// the hot ones, then the cold ones. `extra` is from `extraStart` to `extraEnd` of its table.
declare function person(
  id: i32,
  timeHigh: i32,
  timeLow: i32,
  firstName: i32,
  lastName: i32,
  emailEnd: i32,
  cardEnd: i32,
  city: i32,
  state: i32,
  extraStart: i32,
  extraEnd: i32,
): void;
declare function auction(
  id: i32,
  timeHigh: i32,
  timeLow: i32,
  openMs: i32,
  nameEnd: i32,
  descriptionEnd: i32,
  initialBid: i32,
  reserve: i32,
  seller: i32,
  category: i32,
  extraStart: i32,
  extraEnd: i32,
): void;
declare function bid(
  auction: i32,
  bidder: i32,
  price: i32,
  channel: i32,
  timeHigh: i32,
  timeLow: i32,
  extraStart: i32,
  extraEnd: i32,
): void;

const EXTRA_TABLE_CHARS: i32 = 1 << 20;
/** From here on there are as many active persons and auctions in flight as there ever are. */
const FIRST_USUAL_EPOCH: u64 = 1000;
/** Lengths of the texts to choose from, four bits each. */
const FIRST_NAME_LENGTHS: u64 = 0x66554544445;
const LAST_NAME_LENGTHS: u64 = 0x555675766;
const CITY_LENGTHS: u64 = 0x8477485db7;

let seed: u64 = 0;
let firstEventId: u64 = 0;
let delayMicros: f64 = 0;
let groupSize: u64 = 1;
let personOrigin: i64 = 0;
let auctionOrigin: i64 = 0;
let extraStart: i32 = 0;
let extraEnd: i32 = 0;

/** All are whole numbers, except `delay`. */
export function configure(seedHigh: i32, seedLow: i32, firstId: f64, delay: f64, group: f64): void {
  seed = (<u64>seedHigh << 32) | <u64>(<u32>seedLow);
  firstEventId = <u64>(<i64>firstId);
  delayMicros = delay;
  groupSize = <u64>(<i64>group);
}

/** Ids are told relative to those of this epoch, so that they fit into 32 bits. */
export function relateTo(epoch: f64): void {
  personOrigin = <i64>epoch;
  auctionOrigin = <i64>epoch * 3;
}

/** Makes the events at `count` positions, `stride` apart. */
export function run(position: f64, count: i32, stride: f64): void {
  const step = <u64>(<i64>stride);
  let number = <u64>(<i64>position) + 1;
  for (; count > 0; count--, number += step) event(groupSize == 1 ? number : outOfOrder(number));
}

function event(number: u64): void {
  const eventId = firstEventId + number;
  const eventSeed = seed + eventId;
  const epoch = quotient(eventId, 50);
  const place = <i32>(eventId - epoch * 50);
  const time = timestamp(number);
  if (place > 3) {
    if (epoch < FIRST_USUAL_EPOCH || !usualBid(eventSeed, epoch, time)) anyBid(eventSeed, epoch, time);
  } else if (place > 0) {
    emitAuction(eventSeed, epoch, place, number, time);
  } else {
    emitPerson(eventSeed, epoch, time);
  }
}

function outOfOrder(number: u64): u64 {
  const place = number % groupSize;
  return number - place + ((place * 953) % groupSize);
}

/** Division of 64 bits takes three times as long as that of 32. */
// @ts-ignore: decorator
@inline
function quotient(dividend: u64, divisor: u32): u64 {
  return dividend >> 32 == 0 ? <u64>(<u32>dividend / divisor) : dividend / <u64>divisor;
}

/** In ms since the base time. */
// @ts-ignore: decorator
@inline
function timestamp(number: u64): u64 {
  return millisOf(<f64>(<i64>number) * delayMicros);
}

// @ts-ignore: decorator
@inline
function relative(id: u64, origin: i64): i32 {
  return <i32>(<i64>id - origin);
}

// @ts-ignore: decorator
@inline
function hotId(last: u64): u64 {
  return quotient(last, 100) * 100;
}

function emitPerson(eventSeed: u64, epoch: u64, time: u64): void {
  reseed(eventSeed);
  const firstName = nextBelow(11);
  const lastName = nextBelow(9);
  beginText();
  appendRandom(7);
  append(64);
  appendRandom(5);
  append(46);
  append(99);
  append(111);
  const emailEnd = append(109);
  appendDigits(nextBelow(10000));
  for (let i = 1; i < 4; i++) {
    append(32);
    appendDigits(nextBelow(10000));
  }
  endText();
  const cardEnd = emailEnd + 19;
  const city = nextBelow(10);
  const state = nextBelow(6);
  const nameLength = lengthOf(FIRST_NAME_LENGTHS, firstName) + 1 + lengthOf(LAST_NAME_LENGTHS, lastName);
  chooseExtra(8 + nameLength + cardEnd + lengthOf(CITY_LENGTHS, city) + 2, 200);
  person(
    relative(1000 + epoch, personOrigin),
    <i32>(time >> 24),
    <i32>(time & 0xffffff),
    firstName,
    lastName,
    emailEnd,
    cardEnd,
    city,
    state,
    extraStart,
    extraEnd,
  );
}

function emitAuction(eventSeed: u64, epoch: u64, place: i32, number: u64, time: u64): void {
  reseed(eventSeed);
  const seller = nextBelow(4) > 0 ? hotId(epoch) : activePerson(epoch);
  const category = 10 + nextBelow(5);
  const initialBid = priceOf(nextDouble());
  const horizonMs = <u32>(timestamp(number + 1666) - time);
  const openMs = 1 + nextBelow(max<u32>(2 * horizonMs, 1));
  beginText();
  const nameEnd = appendRandom(20);
  const descriptionEnd = appendRandom(100);
  endText();
  const reserve = initialBid + priceOf(nextDouble());
  chooseExtra(48 + descriptionEnd, 500);
  auction(
    relative(1000 + epoch * 3 + place - 1, auctionOrigin),
    <i32>(time >> 24),
    <i32>(time & 0xffffff),
    openMs,
    nameEnd,
    descriptionEnd,
    initialBid,
    reserve,
    relative(1000 + seller, personOrigin),
    category,
    extraStart,
    extraEnd,
  );
}

function anyBid(eventSeed: u64, epoch: u64, time: u64): void {
  reseed(eventSeed);
  const lastAuction = epoch * 3 + 2;
  const auction = nextBelow(2) > 0 ? hotId(lastAuction) : auctionInFlight(lastAuction);
  const bidder = nextBelow(4) > 0 ? hotId(epoch) + 1 : activePerson(epoch);
  const price = priceOf(nextDouble());
  const channel = nextBelow(2) > 0 ? nextBelow(4) : 4 + nextBelow(10000);
  chooseExtra(32, 100);
  emitBid(auction, bidder, price, channel, time);
}

/**
 * The same, all in registers: both ways are computed where chance chooses one, as a branch would be guessed wrong every
 * other time. Answers false, without a bid, when a number would have to be drawn again: once in 11,000 bids.
 */
// @ts-ignore: decorator
@inline
function usualBid(eventSeed: u64, epoch: u64, time: u64): bool {
  let s = eventSeed + GAMMA;
  const hotAuction = ifBit(mix32(s));
  const auctionDraw = mix32(s + GAMMA) >> 1;
  s += GAMMA + (GAMMA & ~hotAuction);
  const bidderChoice = mix32(s);
  const hotBidder = ifBit(bidderChoice | (bidderChoice >> 1));
  const bidderDraw = mix32(s + GAMMA) >> 1;
  s += GAMMA + (GAMMA & ~hotBidder);
  const price = priceOf(mixDouble(s));
  const hotChannel = <u32>ifBit(mix32(s + GAMMA));
  const channelDraw = mix32(s + 2 * GAMMA);
  const lengthDraw = mix32(s + 3 * GAMMA) >> 1;
  const extraDraw = mix32(s + 4 * GAMMA) >> 1;

  const length = 54 + (lengthDraw % 28);
  const starts = <u32>EXTRA_TABLE_CHARS - length;
  // The remainder of a division by `starts`, which is hardly less than 2^20.
  const excess = (extraDraw & 0xfffff) + (extraDraw >> 20) * length - starts;
  const start = excess + (starts & <u32>(<i32>excess >> 31));
  if (
    isUneven(auctionDraw, 111) ||
    isUneven(bidderDraw, 1010) ||
    isUneven(channelDraw >> 1, 10000) ||
    isUneven(lengthDraw, 28) ||
    extraDraw - start + (starts - 1) > 0x7fffffff
  ) {
    return false;
  }
  const lastAuction = epoch * 3 + 2;
  extraStart = start;
  extraEnd = start + length;
  emitBid(
    either<u64>(hotAuction, hotId(lastAuction), lastAuction - 100 + (auctionDraw % 111)),
    either<u64>(hotBidder, hotId(epoch) + 1, epoch - 999 + (bidderDraw % 1010)),
    price,
    either<u32>(hotChannel, channelDraw & 3, 4 + ((channelDraw >> 1) % 10000)),
    time,
  );
  return true;
}

/** All bits set if the lowest bit of `x` is, else none. */
// @ts-ignore: decorator
@inline
function ifBit(x: u32): u64 {
  return -(<u64>(x & 1));
}

/** `a` where the mask has all bits, `b` where it has none. V8 would make a branch of a `select`. */
// @ts-ignore: decorator
@inline
function either<T>(mask: T, a: T, b: T): T {
  return (a & mask) | (b & ~mask);
}

// @ts-ignore: decorator
@inline
function emitBid(auction: u64, bidder: u64, price: i32, channel: u32, time: u64): void {
  bid(
    relative(1000 + auction, auctionOrigin),
    relative(2000 + bidder, personOrigin),
    price,
    channel,
    <i32>(time >> 24),
    <i32>(time & 0xffffff),
    extraStart,
    extraEnd,
  );
}

function activePerson(epoch: u64): u64 {
  const persons = epoch + 1;
  const active = min<u64>(persons, 1000);
  return persons - active + nextBelow(<u32>active + 10);
}

function auctionInFlight(last: u64): u64 {
  const first = last > 100 ? last - 100 : 0;
  return first + nextBelow(<u32>(last - first) + 11);
}

/** Fills up a record of `length` to about `average`. */
function chooseExtra(length: i32, average: i32): void {
  extraStart = 0;
  extraEnd = 0;
  if (length > average) return;
  const missing = average - length;
  const spread = (missing * 2 + 5) / 10;
  const size = missing - spread + (spread == 0 ? 0 : <i32>nextBelow(2 * spread));
  extraStart = nextBelow(EXTRA_TABLE_CHARS - size);
  extraEnd = extraStart + size;
}

// @ts-ignore: decorator
@inline
function lengthOf(lengths: u64, index: u32): i32 {
  return <i32>(lengths >> (index << 2)) & 15;
}
