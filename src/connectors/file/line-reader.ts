/**
 * Reads the lines of a byte range of a text file. A line belongs to the range that holds its first byte, so that ranges
 * which touch yield each line exactly once. Lines end with LF or CRLF. Mirrors: TextLineInputFormat.
 */
import type { FileReader } from '../../filesystem/file-system.js';
import { inputFileMalformed, inputFileTruncated, openInputFile } from './input-files.js';

export interface FileRange {
  readonly path: string;
  /** First byte of the range. */
  readonly startBytes: number;
  /** First byte behind it. */
  readonly endBytes: number;
  /** Length of the whole file when it was listed. */
  readonly fileBytes: number;
}

const LF = 0x0a;
const CHUNK_BYTES = 256 * 1024;
const UTF8_BOM = '\ufeff';

/** The lines of the range, without line ends, in arrays of about `chunkBytes` of text. Text must be UTF-8. */
export async function* readLines(range: FileRange, chunkBytes = CHUNK_BYTES): AsyncGenerator<readonly string[]> {
  const reader = await openInputFile(range.path);
  try {
    const from = await firstLineAt(reader, range, range.startBytes, chunkBytes);
    const to = await firstLineAt(reader, range, range.endBytes, chunkBytes);
    yield* linesBetween(reader, range, from, to, chunkBytes);
  } finally {
    await reader.close();
  }
}

/** The start of the first line that begins at `position` or behind it; the end of the file when there is none. */
async function firstLineAt(reader: FileReader, range: FileRange, position: number, chunkBytes: number): Promise<number> {
  if (position === 0) return 0;
  const chunk = Buffer.allocUnsafe(chunkBytes);
  // One byte early: when it is a line end, a line begins at `position`.
  for (let at = position - 1; at < range.fileBytes; at += chunkBytes) {
    const bytes = await readFully(reader, range, at, chunk);
    const lineEnd = bytes.indexOf(LF);
    if (lineEnd >= 0) return at + lineEnd + 1;
  }
  return range.fileBytes;
}

/** `from` and `to` are starts of lines, or the end of the file. */
async function* linesBetween(
  reader: FileReader,
  range: FileRange,
  from: number,
  to: number,
  chunkBytes: number,
): AsyncGenerator<readonly string[]> {
  /** The beginning of a line that ends in a later chunk. */
  let begun: Uint8Array[] = [];
  let begunAt = from;
  for (let at = from; at < to; at += chunkBytes) {
    const bytes = await readFully(reader, range, at, Buffer.allocUnsafe(Math.min(chunkBytes, to - at)));
    const isLast = at + chunkBytes >= to;
    const end = isLast ? bytes.length : bytes.lastIndexOf(LF) + 1;
    if (end > 0) {
      yield decodeLines(range, begunAt, Buffer.concat([...begun, bytes.subarray(0, end)]));
      begun = [];
      begunAt = at + end;
    }
    if (end < bytes.length) begun.push(bytes.subarray(end));
  }
}

/** Fills `target` from the file, up to the length that the file had when it was listed. */
async function readFully(reader: FileReader, range: FileRange, at: number, target: Buffer): Promise<Buffer> {
  const wanted = Math.min(target.length, range.fileBytes - at);
  const bytes = target.subarray(0, wanted);
  const length = await reader.read(at, bytes);
  if (length < wanted) throw await inputFileTruncated(range.path, range.fileBytes);
  return bytes;
}

/** `ignoreBOM` keeps U+FEFF in the text; only at the very beginning of a file it is no part of it. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeLines(range: FileRange, at: number, bytes: Uint8Array): readonly string[] {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (error) {
    const where = `bytes ${at} to ${at + bytes.length}`;
    throw inputFileMalformed(range.path, `not UTF-8 text somewhere in ${where}`, error);
  }
  const lines = (at === 0 && text.startsWith(UTF8_BOM) ? text.slice(1) : text).split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    if (line.endsWith('\r')) lines[i] = line.slice(0, -1);
  }
  return lines;
}
