/**
 * The random numbers of `java.util.SplittableRandom`, to the bit. Numbers of 64 bits are kept as two halves: a BigInt for
 * each draw would cost more than the draw.
 */

const GOLDEN_GAMMA = { high: 0x9e3779b9, low: 0x7f4a7c15 };
const TWO_POW_MINUS_53 = 2 ** -53;
const TWO_POW_21 = 2 ** 21;
const TWO_POW_32 = 2 ** 32;

/** The upper half of the last product; the lower half is what `multiply` returns. */
let productHigh = 0;

export class SplittableRandom {
  private high = 0;
  private low = 0;

  /** Continues as a new instance with the seed `high * 2^32 + low` would. */
  reseed(high: number, low: number): void {
    this.high = high;
    this.low = low;
  }

  /** A signed integer of 32 bits. */
  nextInt(): number {
    this.advance();
    let low = this.low ^ (this.high >>> 1);
    low = multiply(this.high, low, 0x62a9d9ed, 0x799705f5);
    const high = productHigh;
    low ^= (high << 4) | (low >>> 28);
    multiply(high ^ (high >>> 28), low, 0xcb24d0a5, 0xc88c35b3);
    return productHigh;
  }

  /** An integer in [0, bound), with the same chance for each. */
  nextBelow(bound: number): number {
    const bits = this.nextInt();
    if ((bound & (bound - 1)) === 0) return bits & (bound - 1);
    for (let u = bits >>> 1; ; u = this.nextInt() >>> 1) {
      const remainder = u % bound;
      // The last, incomplete run of `bound` numbers below 2^31 would prefer small results.
      if (u - remainder + (bound - 1) <= 0x7fffffff) return remainder;
    }
  }

  /** A number in [0, 1). */
  nextDouble(): number {
    this.advance();
    let { high, low } = this;
    low ^= (high << 2) | (low >>> 30);
    low = multiply(high ^ (high >>> 30), low, 0xbf58476d, 0x1ce4e5b9);
    high = productHigh;
    low ^= (high << 5) | (low >>> 27);
    low = multiply(high ^ (high >>> 27), low, 0x94d049bb, 0x133111eb);
    high = productHigh;
    low ^= (high << 1) | (low >>> 31);
    high ^= high >>> 31;
    return ((high >>> 0) * TWO_POW_21 + (low >>> 11)) * TWO_POW_MINUS_53;
  }

  private advance(): void {
    const low = (this.low >>> 0) + GOLDEN_GAMMA.low;
    this.high = (this.high + GOLDEN_GAMMA.high + (low >= TWO_POW_32 ? 1 : 0)) | 0;
    this.low = low | 0;
  }
}

/** The product modulo 2^64 of two numbers given as halves. */
function multiply(aHigh: number, aLow: number, bHigh: number, bLow: number): number {
  productHigh = (upperHalf(aLow, bLow) + Math.imul(aHigh, bLow) + Math.imul(aLow, bHigh)) | 0;
  return Math.imul(aLow, bLow);
}

/** Bits 32 to 63 of the product of two unsigned 32-bit numbers, from products of 16-bit ones. */
function upperHalf(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  return (aHigh * bHigh + (middle >>> 16) + (((middle & 0xffff) + aLow * bHigh) >>> 16)) | 0;
}
