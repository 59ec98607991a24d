/**
 * SplittableRandom in AssemblyScript: with native 64-bit integers a draw is a handful of instructions. A draw is a function
 * of the state, which only counts up; so code that must be fast keeps the state in a local variable.
 */

export const GAMMA: u64 = 0x9e3779b97f4a7c15;

/** Of the event in progress. */
let state: u64 = 0;

// @ts-ignore: decorator
@inline
export function reseed(seed: u64): void {
  state = seed;
}

/** What continues with `reseed` as if nothing had happened. */
// @ts-ignore: decorator
@inline
export function currentState(): u64 {
  return state;
}

/** The 32 bits that are drawn when the state has become `s`. */
// @ts-ignore: decorator
@inline
export function mix32(s: u64): u32 {
  let z = (s ^ (s >> 33)) * 0x62a9d9ed799705f5;
  z = (z ^ (z >> 28)) * 0xcb24d0a5c88c35b3;
  return <u32>(z >> 32);
}

/** The number in [0, 1) that is drawn when the state has become `s`. */
// @ts-ignore: decorator
@inline
export function mixDouble(s: u64): f64 {
  let z = (s ^ (s >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  z ^= z >> 31;
  return <f64>(<i64>(z >> 11)) * (1.0 / 9007199254740992.0);
}

/** True for 31 bits of the incomplete run of `bound` numbers below 2^31: they would prefer small results. */
// @ts-ignore: decorator
@inline
export function isUneven(u: u32, bound: u32): bool {
  return u >= 0x80000000 - (0x80000000 % bound);
}

// @ts-ignore: decorator
@inline
export function nextBits(): u32 {
  state += GAMMA;
  return mix32(state);
}

export function nextDouble(): f64 {
  state += GAMMA;
  return mixDouble(state);
}

/** In [0, bound). */
export function nextBelow(bound: u32): u32 {
  if ((bound & (bound - 1)) == 0) return nextBits() & (bound - 1);
  return nextBelowConstant(bound);
}

/** In [0, bound), for a constant that is no power of two: without a division. */
// @ts-ignore: decorator
@inline
export function nextBelowConstant(bound: u32): u32 {
  const u = nextBits() >> 1;
  return isUneven(u, bound) ? drawAgain(bound) : u % bound;
}

function drawAgain(bound: u32): u32 {
  let u = nextBits() >> 1;
  while (isUneven(u, bound)) u = nextBits() >> 1;
  return u % bound;
}
