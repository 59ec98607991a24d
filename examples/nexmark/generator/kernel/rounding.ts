/** How to get from floating-point numbers to integers: the instructions for it are slow, as they check what they get. */

/** A number from 0 to 2^51 that is added to this is rounded, and is then found in the lower bits. */
export const ROUND: f64 = 6755399441055744.0;
const INTEGER_BITS: u64 = (1 << 51) - 1;

/** `floor(micros / 1000)`, for up to 2^53 µs. */
// @ts-ignore: decorator
@inline
export function millisOf(micros: f64): u64 {
  // Of whole µs, it is never the wrong number that is rounded to.
  const shifted = micros * 0.001 - 0.4995 + ROUND;
  const millis = reinterpret<u64>(shifted) & INTEGER_BITS;
  const rest = micros - (shifted - ROUND) * 1000.0;
  if (rest < 0.0) return millis - 1;
  return rest < 1000.0 ? millis : millis + 1;
}
