/** What a Nexmark data set is made from: equal values give equal events, whatever runs them and however they are split. */

export interface NexmarkConfig {
  /** Events in all, of the three kinds together: 1 person, 3 auctions and 46 bids in 50. */
  readonly events: number;
  /** Each seed, a safe integer, gives other events. */
  readonly seed: number;
  /** Events per second of event time. */
  readonly rate: number;
  /** Event time of the beginning, in ms since the epoch. */
  readonly baseTime: number;
  /** Events are shuffled within groups of this size; 1 leaves them in order of time. */
  readonly outOfOrderGroupSize: number;
}

export const NEXMARK_DEFAULTS: NexmarkConfig = {
  events: 1_000_000,
  seed: 0,
  rate: 10_000,
  baseTime: Date.UTC(2015, 6, 15),
  outOfOrderGroupSize: 1,
};

/** One timeline of events, numbered from 0: all of a data set, or the part that `splitContiguously` made. */
export interface GeneratorConfig {
  readonly events: number;
  readonly seed: number;
  /** Event time between two events, in µs; need not be whole. */
  readonly delayMicros: number;
  readonly baseTime: number;
  readonly outOfOrderGroupSize: number;
  /** The event before the first has this id. Ids decide over kind and contents of events. */
  readonly firstEventId: number;
}

/** Events come in epochs of so many: the first is a person, the next are auctions, the others are bids. */
export const EPOCH_EVENTS = 50;
export const EPOCH_AUCTIONS = 3;

/** Auctions end at the latest within twice the event time of so many events: 100 auctions in flight, 3 in 50 events. */
export const AUCTION_HORIZON_EVENTS = 1_666;

/** Throws a RangeError for a configuration that has no exact events, which names the field. */
export function checkConfig(config: NexmarkConfig, generators = 1): void {
  const { events, seed, rate, baseTime, outOfOrderGroupSize } = config;
  const delayMicros = delayOf(rate, generators);
  check(Number.isSafeInteger(events) && events >= 0, 'events must be a whole number of at least 0', events);
  check(Number.isSafeInteger(seed), 'seed must be a whole number', seed);
  check(Number.isSafeInteger(baseTime), 'baseTime must be whole milliseconds', baseTime);
  check(
    Number.isInteger(outOfOrderGroupSize) && outOfOrderGroupSize >= 1 && outOfOrderGroupSize <= MOST_OUT_OF_ORDER,
    `outOfOrderGroupSize must be a whole number from 1 to ${MOST_OUT_OF_ORDER}`,
    outOfOrderGroupSize,
  );
  check(rate > 0 && delayMicros <= LONGEST_DELAY_MICROS, 'rate must be above 0, and not so low', rate);
  const lastMicros = (events + outOfOrderGroupSize + AUCTION_HORIZON_EVENTS) * delayMicros;
  const latestMs = Math.abs(baseTime) + lastMicros / 1_000;
  const isExact = lastMicros <= Number.MAX_SAFE_INTEGER && latestMs <= Number.MAX_SAFE_INTEGER;
  check(isExact, 'rate must not be so low for so many events: event time in µs has to be a safe integer', rate);
}

/** The whole data set as one timeline. */
export function generatorConfig(config: NexmarkConfig): GeneratorConfig {
  return timeline(config, config.events, FIRST_EVENT_ID, 1);
}

/**
 * The reference's way to split: each part has its own range of ids and a timeline of its own, all over the whole event
 * time. So the number of parts changes the data. The last part takes what remains.
 */
export function splitContiguously(config: NexmarkConfig, parts: number): readonly GeneratorConfig[] {
  const size = Math.floor(config.events / parts);
  return Array.from({ length: parts }, (_, part) => {
    const events = part === parts - 1 ? config.events - size * part : size;
    return timeline(config, events, FIRST_EVENT_ID + size * part, parts);
  });
}

const FIRST_EVENT_ID = 1;
/** Keeps products of event numbers, within a group, exact. */
const MOST_OUT_OF_ORDER = 1_000_000_000;
/** About ten minutes: beyond it the time that is left of an auction is no 31-bit number of ms. */
const LONGEST_DELAY_MICROS = 600_000_000;

function timeline(config: NexmarkConfig, events: number, firstEventId: number, generators: number): GeneratorConfig {
  const { seed, rate, baseTime, outOfOrderGroupSize } = config;
  return { events, seed, delayMicros: delayOf(rate, generators), baseTime, outOfOrderGroupSize, firstEventId };
}

function delayOf(rate: number, generators: number): number {
  return (1_000_000 / rate) * generators;
}

function check(isValid: boolean, demand: string, value: number): void {
  if (!isValid) throw new RangeError(`${demand}: ${value}`);
}
