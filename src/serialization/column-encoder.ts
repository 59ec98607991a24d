/** Columns of values. */
import type { ByteWriter } from './byte-writer.js';
import { ValueEncoder } from './value-encoder.js';

const encoder = new ValueEncoder();

export function encodeColumn(values: readonly unknown[], count: number, out: ByteWriter): void {
  encoder.reset();
  for (let i = 0; i < count; i++) encoder.encode(values[i], out);
}
