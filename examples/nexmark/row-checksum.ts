/**
 * A checksum of rows that does not depend on their order: 32 bits, in int32 arithmetic that other languages have as well,
 * so that results of two engines can be compared while they are produced. Each column is mixed in, in turn; then the row
 * is finished; the sum of the rows modulo 2^32 is the checksum.
 */

/** What a row begins with. */
export const ROW_START = 17;

/** Takes the low 32 bits of a whole number. */
export function mixNumber(hash: number, value: number): number {
  return (Math.imul(hash, 31) + (value | 0)) | 0;
}

/** Takes length and last character. */
export function mixText(hash: number, text: string): number {
  const { length } = text;
  return (Math.imul(hash, 31) + length * 31 + (length === 0 ? 0 : text.charCodeAt(length - 1))) | 0;
}

export function finishRow(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d);
}

/** Any row of numbers and texts, in the order of its fields; slower than spelling the fields out. */
export function rowChecksum(row: object): number {
  let hash = ROW_START;
  for (const value of Object.values(row) as readonly (number | string)[])
    hash = typeof value === 'number' ? mixNumber(hash, value) : mixText(hash, value);
  return finishRow(hash);
}
