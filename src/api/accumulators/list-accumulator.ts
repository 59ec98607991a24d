/** All values, in no particular order over the subtasks. Mirrors: ListAccumulator, SerializedListAccumulator. */
import { ByteReader } from '../../serialization/byte-reader.js';
import { ByteWriter } from '../../serialization/byte-writer.js';
import { ValueDecoder } from '../../serialization/value-decoder.js';
import { ValueEncoder } from '../../serialization/value-encoder.js';
import { Accumulator, type AccumulatorState } from './accumulator.js';

const INITIAL_BYTES = 64;

/**
 * Collects plain data, for results that are small: they travel to the JobManager and from there to the client, 256 MiB a
 * subtask at the most. Values are encoded as they are added, so that later changes to them do not show.
 * Mirrors: ListAccumulator.
 */
export class ListAccumulator<T> extends Accumulator<T, readonly T[]> {
  readonly type = 'ListAccumulator';
  private readonly encoder = new ValueEncoder();
  private readonly own = new ByteWriter(INITIAL_BYTES);
  /** Of other subtasks; each a stream of values of its own. */
  private merged: readonly Uint8Array[] = [];

  /** Throws VALUE_NOT_SERIALIZABLE with the path of what is not plain data, RECORD_TOO_LARGE. */
  add(value: T): void {
    this.encoder.encode(value, this.own);
  }

  getLocalValue(): readonly T[] {
    return this.streams().flatMap((stream) => decodeAll(stream) as T[]);
  }

  resetLocal(): void {
    this.own.reset();
    this.encoder.reset();
    this.merged = [];
  }

  /** @internal Bytes of all values together. */
  get sizeInBytes(): number {
    return this.streams().reduce((sum, stream) => sum + stream.length, 0);
  }

  /** @internal */
  state(): AccumulatorState {
    return this.streams().map((stream) => new Uint8Array(stream));
  }

  /** @internal */
  mergeState(state: AccumulatorState): void {
    this.merged = [...this.merged, ...(state as readonly Uint8Array[])];
  }

  private streams(): readonly Uint8Array[] {
    const own = this.own.bytes();
    return own.length === 0 ? this.merged : [own, ...this.merged];
  }
}

function decodeAll(stream: Uint8Array): unknown[] {
  const input = new ByteReader(stream);
  const decoder = new ValueDecoder();
  const values: unknown[] = [];
  while (input.remaining > 0) values.push(decoder.decode(input));
  return values;
}
