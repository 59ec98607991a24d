/** Columns of values. */
import type { ByteReader } from './byte-reader.js';
import { ValueDecoder } from './value-decoder.js';

const decoder = new ValueDecoder();

export function decodeColumn(input: ByteReader, count: number, values: unknown[]): void {
  decoder.reset();
  for (let i = 0; i < count; i++) values[i] = decoder.decode(input);
}
