/** The texts that events choose from, made once a thread: a table to cut `extra` from, and the channels with their urls. */
import { SplittableRandom } from './splittable-random.js';

export const FIRST_NAMES = 'Peter,Paul,Luke,John,Saul,Vicky,Kate,Julie,Sarah,Deiter,Walter'.split(',');
export const LAST_NAMES = 'Shultz,Abrams,Spencer,White,Bartels,Walton,Smith,Jones,Noris'.split(',');
export const CITIES = 'Phoenix,Los Angeles,San Francisco,Boise,Portland,Bend,Redmond,Seattle,Kent,Cheyenne'.split(',');
export const STATES = 'AZ,CA,ID,OR,WA,WY'.split(',');

const HOT_CHANNELS = ['Google', 'Facebook', 'Baidu', 'Apple'];
export const HOT_CHANNEL_COUNT = HOT_CHANNELS.length;
export const COLD_CHANNEL_COUNT = 10_000;
export const EXTRA_TABLE_CHARS = 1 << 20;

const EXTRA_TABLE_SEED = 1;
const CHANNELS_SEED = 2;
const LOWER_CASE_A = 97;

export interface StringTables {
  /** `EXTRA_TABLE_CHARS` characters, from `H` to `z`. */
  readonly extra: string;
  /** The hot channels, then the cold ones. */
  readonly channels: readonly string[];
  /** The url of the channel with the same index. */
  readonly urls: readonly string[];
}

let tables: StringTables | undefined;

/** Made by the first call, which takes some 20 ms. */
export function stringTables(): StringTables {
  tables ??= { extra: makeExtraTable(), ...makeChannels() };
  return tables;
}

/**
 * Writes 3 to `maxLength - 1` characters to `target`, beginning at `start`: letters, and one in 13 is `special`. Answers
 * where they end.
 */
export function writeRandomText(
  random: SplittableRandom,
  maxLength: number,
  special: number,
  target: Buffer,
  start: number,
): number {
  const end = start + 3 + random.nextBelow(maxLength - 3);
  for (let at = start; at < end; at++) {
    target[at] = random.nextBelow(13) === 0 ? special : LOWER_CASE_A + random.nextBelow(26);
  }
  return end;
}

/** Each random number is six characters: its digits to base 26, which are below `a` when the number is negative. */
function makeExtraTable(): string {
  const random = newRandom(EXTRA_TABLE_SEED);
  const chars = Buffer.allocUnsafe(EXTRA_TABLE_CHARS);
  for (let at = 0; at < chars.length; ) {
    let digits = random.nextInt();
    const end = Math.min(at + 6, chars.length);
    for (; at < end; at++) {
      chars[at] = LOWER_CASE_A + (digits % 26);
      digits = Math.trunc(digits / 26);
    }
  }
  return chars.toString('latin1');
}

function makeChannels(): Pick<StringTables, 'channels' | 'urls'> {
  const random = newRandom(CHANNELS_SEED);
  const channels = [...HOT_CHANNELS];
  const urls = HOT_CHANNELS.map(() => makeUrl(random));
  for (let channel = 0; channel < COLD_CHANNEL_COUNT; channel++) {
    channels.push(`channel-${channel}`);
    const url = makeUrl(random);
    urls.push(random.nextBelow(10) > 0 ? `${url}&channel_id=${channelId(channel)}` : url);
  }
  return { channels, urls };
}

function makeUrl(random: SplittableRandom): string {
  const buffer = Buffer.allocUnsafe(8);
  const part = (): string => buffer.toString('latin1', 0, writeRandomText(random, 5, '_'.charCodeAt(0), buffer, 0));
  return `https://www.nexmark.com/${part()}/${part()}/${part()}/item.htm?query=1`;
}

/** The channel's number with its bits in reverse, without the sign. As in Java, -2^31 has no positive counterpart. */
function channelId(channel: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 32; bit++) reversed = (reversed << 1) | ((channel >>> bit) & 1);
  return Math.abs(reversed) | 0;
}

function newRandom(seed: number): SplittableRandom {
  const random = new SplittableRandom();
  random.reseed(0, seed);
  return random;
}
