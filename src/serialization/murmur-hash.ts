/** MurmurHash3, 32 bit x86 variant (public domain, A. Appleby): over bytes, and its steps for callers that hash in place. */

/** Mixes one little-endian word into the running hash. */
export function mixWord(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const h = hash ^ Math.imul(k, 0x1b873593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** Mixes the one to three bytes left at the end, given as a little-endian word. */
export function mixTail(hash: number, word: number): number {
  const k = Math.imul(word, 0xcc9e2d51);
  return hash ^ Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}

/** The finishing avalanche; `byteLength` is the length of everything mixed in. Returns a signed 32-bit integer. */
export function finishHash(hash: number, byteLength: number): number {
  let h = hash ^ byteLength;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** The hash of `bytes[start, end)` as a signed 32-bit integer. */
export function murmur3(bytes: Uint8Array, start = 0, end = bytes.length, seed = 0): number {
  let hash = seed | 0;
  const wordsEnd = start + ((end - start) & ~3);
  let i = start;
  for (; i < wordsEnd; i += 4) {
    hash = mixWord(
      hash,
      byteAt(bytes, i) | (byteAt(bytes, i + 1) << 8) | (byteAt(bytes, i + 2) << 16) | (byteAt(bytes, i + 3) << 24),
    );
  }
  let tail = 0;
  for (let shift = 0; i < end; i++, shift += 8) tail |= byteAt(bytes, i) << shift;
  return finishHash(mixTail(hash, tail), end - start);
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] as number;
}
