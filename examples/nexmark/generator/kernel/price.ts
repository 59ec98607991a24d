/** Prices: 10 to the power of six times a random number, in cents. */

/** `Math.pow`, as it is given by the host. Slow from here. */
declare function pow(base: f64, exponent: f64): f64;

const LOG2_10: f64 = 3.321928094887362;
const LN_2: f64 = 0.6931471805599453;
/** 100 cents, and the middle of the range of the polynomial below. */
const CENTS_2_POW_EIGHTH: f64 = 109.05077326652577;
/** Far above the error of the estimate, which is some 10^-6 for the highest price. */
const MARGIN: f64 = 0.001;

/** Cents for a random number in [0, 1): what rounding `pow` gives, which is only called when an estimate leaves doubt. */
// @ts-ignore: decorator
@inline
export function priceOf(chance: f64): i32 {
  const exponent = chance * 6.0;
  const exact = estimate(exponent) + 0.5;
  const cents = floor<f64>(exact);
  const fraction = exact - cents;
  if (fraction > MARGIN && fraction < 1.0 - MARGIN) return <i32>cents;
  return roundedPrice(exponent);
}

function roundedPrice(exponent: f64): i32 {
  return <i32>floor<f64>(pow(10.0, exponent) * 100.0 + 0.5);
}

/** `10^exponent * 100`: 2 to the whole power, to halves and quarters, and Taylor's polynomial of degree 8 for the rest. */
// @ts-ignore: decorator
@inline
function estimate(exponent: f64): f64 {
  const power = exponent * LOG2_10;
  const whole = floor<f64>(power);
  let rest = power - whole;
  const hasHalf = rest >= 0.5;
  let factor: f64 = select<f64>(CENTS_2_POW_EIGHTH * 1.4142135623730951, CENTS_2_POW_EIGHTH, hasHalf);
  rest = select<f64>(rest - 0.5, rest, hasHalf);
  const hasQuarter = rest >= 0.25;
  factor *= select<f64>(1.189207115002721, 1.0, hasQuarter);
  rest = select<f64>(rest - 0.25, rest, hasQuarter);
  const x = (rest - 0.125) * LN_2;
  const x2 = x * x;
  const x4 = x2 * x2;
  const low = 1.0 + x + x2 * (1.0 / 2.0 + x * (1.0 / 6.0));
  const high = 1.0 / 24.0 + x * (1.0 / 120.0) + x2 * (1.0 / 720.0 + x * (1.0 / 5040.0)) + x4 * (1.0 / 40320.0);
  return (low + x4 * high) * factor * reinterpret<f64>((<i64>whole + 1023) << 52);
}
