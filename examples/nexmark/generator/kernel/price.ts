/** Prices: 10 to the power of six times a random number, in cents. */
import { ROUND } from './rounding';

/** `Math.pow`, as it is given by the host. Slow from here. */
declare function pow(base: f64, exponent: f64): f64;

/** `6 * log2(10)`: prices span so many powers of two. */
const POWERS: f64 = 19.931568569324174;
const LN_2: f64 = 0.6931471805599453;
/** `100 * 2^(1/16)`: cents, and the middle of the eighth in which the polynomial below is good. */
const CENTS: f64 = 104.42737824274138;
const SQRT_2: f64 = 1.4142135623730951;
const SQRT_SQRT_2: f64 = 1.189207115002721;
const SQRT_SQRT_SQRT_2: f64 = 1.0905077326652577;
/** Far above the error of the estimate, which is below 10^-5 for the highest price. */
const MARGIN: f64 = 0.001;

/** Cents for a random number in [0, 1): what rounding `pow` gives, which is only called when an estimate leaves doubt. */
// @ts-ignore: decorator
@inline
export function priceOf(chance: f64): i32 {
  const exact = estimate(chance);
  const rounded = exact + ROUND;
  const distance = abs<f64>(exact - (rounded - ROUND));
  return distance < 0.5 - MARGIN ? <i32>reinterpret<i64>(rounded) : roundedPower(chance);
}

function roundedPower(chance: f64): i32 {
  return <i32>floor<f64>(pow(10.0, chance * 6.0) * 100.0 + 0.5);
}

/**
 * `10^(6 * chance) * 100`, as a power of two: the whole part and its first three bits by multiplication, the rest by
 * Taylor's polynomial of degree 6. What does not depend on each other is computed side by side.
 */
// @ts-ignore: decorator
@inline
function estimate(chance: f64): f64 {
  const shifted = chance * (POWERS * 8.0) - 0.5 + ROUND;
  const eighths = reinterpret<u64>(shifted);
  const x = (chance * POWERS - (shifted - ROUND) * 0.125 - 0.0625) * LN_2;
  const x2 = x * x;
  const low = 1.0 + x + x2 * (1.0 / 2.0 + x * (1.0 / 6.0));
  const high = 1.0 / 24.0 + x * (1.0 / 120.0) + x2 * (1.0 / 720.0);
  const factor = factorIf(eighths >> 2, SQRT_2) * factorIf(eighths >> 1, SQRT_SQRT_2);
  const power = reinterpret<f64>((((eighths >> 3) & 31) + 1023) << 52);
  return (low + x2 * x2 * high) * (factor * (factorIf(eighths, SQRT_SQRT_SQRT_2) * (power * CENTS)));
}

/** `factor` if the lowest bit is set, else 1, without a branch. */
// @ts-ignore: decorator
@inline
function factorIf(bit: u64, factor: f64): f64 {
  const one = reinterpret<u64>(1.0);
  return reinterpret<f64>(one ^ ((one ^ reinterpret<u64>(factor)) & -(bit & 1)));
}
