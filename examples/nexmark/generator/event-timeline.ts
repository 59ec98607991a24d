/** Which event comes at which position, and when. Pure arithmetic: any position costs the same. */
import type { GeneratorConfig } from './nexmark-config.js';

/** Coprime to most group sizes: the events of a group come in steps of so many. */
const OUT_OF_ORDER_STEP = 953;
/** Every event has a random number generator of its own, whose seed is `seed * SEED_STEP + event id`. */
const SEED_STEP = 1_000_000_007n;
const TWO_POW_32 = 2 ** 32;

/** A position is the number of events of the generator before: 0 for its first. */
export class EventTimeline {
  readonly firstEventId: number;
  /** The upper and the lower 32 bits of the random seed of event 0. */
  readonly seedHigh: number;
  readonly seedLow: number;
  readonly delayMicros: number;
  readonly baseTime: number;
  readonly groupSize: number;

  constructor(config: GeneratorConfig) {
    const seed = BigInt.asUintN(64, BigInt(config.seed) * SEED_STEP);
    this.seedHigh = Number(seed >> 32n);
    this.seedLow = Number(seed & 0xffff_ffffn);
    this.firstEventId = config.firstEventId;
    this.delayMicros = config.delayMicros;
    this.baseTime = config.baseTime;
    this.groupSize = config.outOfOrderGroupSize;
  }

  /** The number of the event at a position: in order of time, beginning with 1. */
  eventNumber(position: number): number {
    const number = position + 1;
    const size = this.groupSize;
    if (size === 1) return number;
    const place = remainder(number, size);
    return number - place + remainder(place * OUT_OF_ORDER_STEP, size);
  }

  /** When an event happens, in ms since the epoch. */
  timestamp(eventNumber: number): number {
    return this.baseTime + quotient(Math.trunc(eventNumber * this.delayMicros), 1_000);
  }
}

/** The upper 32 bits of `high * 2^32 + low + added`, where `low` is unsigned and `added` a safe integer of at least 0. */
export function upperSum(high: number, low: number, added: number): number {
  const addedHigh = Math.floor(added / TWO_POW_32);
  const carry = low + (added - addedHigh * TWO_POW_32) >= TWO_POW_32 ? 1 : 0;
  return (high + addedHigh + carry) | 0;
}

/** `floor(dividend / divisor)` for whole numbers of at least 0: a rounded quotient can be one too large above 2^50. */
export function quotient(dividend: number, divisor: number): number {
  const rounded = Math.floor(dividend / divisor);
  return rounded * divisor > dividend ? rounded - 1 : rounded;
}

function remainder(dividend: number, divisor: number): number {
  return dividend - quotient(dividend, divisor) * divisor;
}
