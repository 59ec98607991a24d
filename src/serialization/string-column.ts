/** Columns of strings as bytes: all characters in one string, so that they are converted by one call. */
import { type ByteReader, corrupt } from './byte-reader.js';
import { type ByteWriter, isLatin1 } from './byte-writer.js';
import { ColumnKind } from './column-kinds.js';

/** Appends the column, or answers false at the first value that is no string. Throws RECORD_TOO_LARGE. */
export function tryStrings(values: readonly unknown[], count: number, out: ByteWriter): boolean {
  let characters = 0;
  let longest = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i];
    if (typeof value !== 'string') return false;
    characters += value.length;
    if (value.length > longest) longest = value.length;
  }
  // Before the strings are joined: together they might be longer than a string can be.
  out.ensure(2 + 4 * count + characters);
  let joined = '';
  for (let i = 0; i < count; i++) joined += values[i] as string;
  const isOneByte = writeKind(joined, longest, out);
  const { buffer, view, position } = out;
  if (longest < 0x100) for (let i = 0; i < count; i++) buffer[position + i] = (values[i] as string).length;
  else for (let i = 0; i < count; i++) view.setInt32(position + 4 * i, (values[i] as string).length, true);
  out.position += longest < 0x100 ? count : 4 * count;
  writeCharacters(joined, isOneByte, out);
  return true;
}

/** Appends the column of strings that are joined already; length i is lengths[start + i * stride]. hot path */
export function writeJoined(
  joined: string,
  lengths: Float64Array,
  start: number,
  stride: number,
  count: number,
  out: ByteWriter,
): void {
  let longest = 0;
  for (let i = 0, at = start; i < count; i++, at += stride) longest = Math.max(longest, lengths[at] as number);
  out.ensure(2 + 4 * count + joined.length);
  const isOneByte = writeKind(joined, longest, out);
  const { buffer, view } = out;
  let { position } = out;
  if (longest < 0x100) {
    for (let i = 0, at = start; i < count; i++, at += stride) buffer[position++] = lengths[at] as number;
  } else {
    for (let i = 0, at = start; i < count; i++, at += stride, position += 4)
      view.setInt32(position, lengths[at] as number, true);
  }
  out.position = position;
  writeCharacters(joined, isOneByte, out);
}

function writeKind(joined: string, longest: number, out: ByteWriter): boolean {
  const isOneByte = isLatin1(joined);
  out.writeUint8(isOneByte ? ColumnKind.LATIN1 : ColumnKind.UTF16);
  out.writeUint8(longest < 0x100 ? 1 : 4);
  return isOneByte;
}

function writeCharacters(joined: string, isOneByte: boolean, out: ByteWriter): void {
  if (isOneByte) out.writeLatin1(joined);
  else out.writeUtf16(joined);
}

/**
 * Strings of up to this many characters are converted together and then cut apart, which takes a third of the time of one
 * call each. A cut of 13 characters and more refers to what it was cut from: whoever keeps one string keeps at most this.
 */
const MAX_SHARED_CHARACTERS = 512;

/** Fills `values[0, count)` with what follows the kind, LATIN1 or UTF16, and returns it. Throws CORRUPT_DATA. hot path */
export function readStrings(kind: number, input: ByteReader, count: number, values: unknown[]): unknown[] {
  const lengths = readLengths(input, count);
  const isOneByte = kind === ColumnKind.LATIN1;
  for (let i = 0; i < count; ) {
    let characters = lengths[i] as number;
    let end = i + 1;
    while (end < count && characters + (lengths[end] as number) <= MAX_SHARED_CHARACTERS)
      characters += lengths[end++] as number;
    const shared = isOneByte ? input.readLatin1(characters) : input.readUtf16(characters);
    let from = 0;
    for (; i < end; i++) {
      const to = from + (lengths[i] as number);
      values[i] = shared.substring(from, to);
      from = to;
    }
  }
  return values;
}

let lengthRoom = new Uint32Array(64);

function readLengths(input: ByteReader, count: number): Uint32Array {
  const width = input.readUint8();
  if (width !== 1 && width !== 4) throw corrupt(`lengths of ${width} bytes`);
  input.need(count * width);
  if (lengthRoom.length < count) lengthRoom = new Uint32Array(2 * count);
  const { buffer, view, position } = input;
  if (width === 1) for (let i = 0; i < count; i++) lengthRoom[i] = buffer[position + i] as number;
  else for (let i = 0; i < count; i++) lengthRoom[i] = view.getUint32(position + 4 * i, true);
  input.position = position + count * width;
  return lengthRoom;
}
