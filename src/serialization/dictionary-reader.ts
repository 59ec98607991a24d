/** Reads columns with a dictionary: while the entries are the same as in the batch before, they are the same strings. */
import { type ByteReader, corrupt } from './byte-reader.js';
import { ColumnKind } from './column-kinds.js';
import { readStrings } from './string-column.js';

export class DictionaryReader {
  /** The bytes of the entries. */
  private known = Buffer.alloc(0);
  private entries: unknown[] = [];

  /** Fills `values[0, count)` with what follows the kind, and returns it. Throws CORRUPT_DATA. hot path */
  read(input: ByteReader, count: number, values: unknown[]): unknown[] {
    const numEntries = input.readUint8() + 1;
    this.readEntries(input, numEntries);
    const { entries } = this;
    if (numEntries === 1) return values.fill(entries[0]);
    input.need(count);
    const { buffer, position } = input;
    for (let i = 0; i < count; i++) {
      const entry = buffer[position + i] as number;
      if (entry >= numEntries) throw corrupt(`entry ${entry} of a dictionary of ${numEntries}`);
      values[i] = entries[entry];
    }
    input.position = position + count;
    return values;
  }

  private readEntries(input: ByteReader, numEntries: number): void {
    const length = input.readInt32();
    if (length < 0) throw corrupt(`a dictionary of ${length} bytes`);
    input.need(length);
    const { buffer, position } = input;
    const end = position + length;
    if (numEntries === this.entries.length && this.known.compare(buffer, position, end) === 0) {
      input.position = end;
      return;
    }
    this.entries = [];
    const kind = input.readUint8();
    if (kind !== ColumnKind.LATIN1 && kind !== ColumnKind.UTF16) throw corrupt(`a dictionary of kind ${kind}`);
    const entries = readStrings(kind, input, numEntries, new Array<unknown>(numEntries));
    if (input.position !== end) throw corrupt(`a dictionary ends at ${input.position}, not at ${end}`);
    this.known = Buffer.from(buffer.subarray(position, end));
    this.entries = entries;
  }
}
