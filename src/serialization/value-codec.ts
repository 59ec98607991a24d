/** One value as bytes and back: a stream of its own for each. For sequences keep a ValueEncoder and a ValueDecoder. */
import { ByteReader, corrupt } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { ValueDecoder } from './value-decoder.js';
import { ValueEncoder } from './value-encoder.js';

/** Throws VALUE_NOT_SERIALIZABLE with the path of what is not plain data. */
export function encodeValue(value: unknown): Uint8Array {
  const out = new ByteWriter(256);
  new ValueEncoder().encode(value, out);
  return new Uint8Array(out.bytes());
}

/** The value of `encodeValue`. Throws CORRUPT_DATA. */
export function decodeValue(bytes: Uint8Array): unknown {
  const input = new ByteReader(bytes);
  const value = new ValueDecoder().decode(input);
  if (input.remaining > 0) throw corrupt(`${input.remaining} bytes follow the value`);
  return value;
}

/** What a consumer in another slot would get: a deep copy, by way of the bytes. */
export function roundTrip<T>(value: T): T {
  return decodeValue(encodeValue(value)) as T;
}
