/** Collects the random texts of an event and hands them to the host, eight characters at a time. */
import { currentState, GAMMA, isUneven, mix32, nextBelow, reseed } from './random';

/** Characters 8 * index to 8 * index + 7 of the event's text: the first four in `low`, in the order of rising bits. */
declare function chars(index: i32, low: i32, high: i32): void;

const SPACE: u32 = 32;

let length: i32 = 0;
/** The last characters, which do not make eight yet. */
let chunk: u64 = 0;

export function beginText(): void {
  length = 0;
  chunk = 0;
}

/** Hands over the rest. */
export function endText(): void {
  if ((length & 7) != 0) chars(length >> 3, <i32>chunk, <i32>(chunk >> 32));
}

/** Appends a character, and answers how long the text is. */
// @ts-ignore: decorator
@inline
export function append(char: u32): i32 {
  chunk |= <u64>char << ((length & 7) << 3);
  length++;
  if ((length & 7) == 0) {
    chars((length >> 3) - 1, <i32>chunk, <i32>(chunk >> 32));
    chunk = 0;
  }
  return length;
}

/**
 * Appends 3 to `most - 1` random characters without spaces at either end, and answers how long the text is. One in 13
 * characters is a space, the others are letters.
 */
export function appendRandom(most: u32): i32 {
  const start = length;
  let spaces = 0;
  let left = 3 + nextBelow(most - 3);
  let s = currentState();
  for (; left > 0; left--) {
    let draw: u32;
    do {
      s += GAMMA;
      draw = mix32(s) >> 1;
    } while (isUneven(draw, 13));
    if (draw % 13 == 0) {
      if (length > start) spaces++;
      continue;
    }
    for (; spaces > 0; spaces--) append(SPACE);
    do {
      s += GAMMA;
      draw = mix32(s) >> 1;
    } while (isUneven(draw, 26));
    append(97 + (draw % 26));
  }
  reseed(s);
  return length;
}

/** Appends four digits. */
export function appendDigits(number: u32): i32 {
  append(48 + number / 1000);
  append(48 + ((number / 100) % 10));
  append(48 + ((number / 10) % 10));
  return append(48 + (number % 10));
}
