/**
 * Reads the lines of a byte range of a text file. A line belongs to the range that holds its first byte, so that ranges
 * which touch yield each line exactly once. Lines end with LF or CRLF. Mirrors: TextLineInputFormat.
 */
import { type InputFile, inputFileMalformed, openInputFile } from './input-files.js';

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
  const file = await openInputFile(range.path, range.fileBytes);
  try {
    const from = await firstLineAt(file, range.startBytes, chunkBytes);
    const to = await firstLineAt(file, range.endBytes, chunkBytes);
    yield* linesBetween(file, from, to, chunkBytes);
  } finally {
    await file.close();
  }
}

/** The start of the first line that begins at `position` or behind it; the end of the file when there is none. */
async function firstLineAt(file: InputFile, position: number, chunkBytes: number): Promise<number> {
  if (position === 0) return 0;
  // One byte early: when it is a line end, a line begins at `position`.
  for (let at = position - 1; at < file.byteLength; at += chunkBytes) {
    const lineEnd = (await readChunk(file, at, file.byteLength, chunkBytes)).indexOf(LF);
    if (lineEnd >= 0) return at + lineEnd + 1;
  }
  return file.byteLength;
}

/** `from` and `to` are starts of lines, or the end of the file. */
async function* linesBetween(
  file: InputFile,
  from: number,
  to: number,
  chunkBytes: number,
): AsyncGenerator<readonly string[]> {
  /** The beginning of a line that ends in a later chunk. */
  let begun: Uint8Array[] = [];
  let begunAt = from;
  for (let at = from; at < to; at += chunkBytes) {
    const bytes = await readChunk(file, at, to, chunkBytes);
    const isLast = at + chunkBytes >= to;
    const end = isLast ? bytes.length : bytes.lastIndexOf(LF) + 1;
    if (end > 0) {
      yield decodeLines(file.path, begunAt, Buffer.concat([...begun, bytes.subarray(0, end)]));
      begun = [];
      begunAt = at + end;
    }
    if (end < bytes.length) begun.push(bytes.subarray(end));
  }
}

async function readChunk(file: InputFile, at: number, end: number, chunkBytes: number): Promise<Buffer> {
  const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, end - at));
  await file.read(at, chunk);
  return chunk;
}

/** `ignoreBOM` keeps U+FEFF in the text; only at the very beginning of a file it is no part of it. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeLines(path: string, at: number, bytes: Uint8Array): readonly string[] {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (error) {
    throw inputFileMalformed(path, `not UTF-8 text somewhere in bytes ${at} to ${at + bytes.length}`, error);
  }
  const lines = (at === 0 && text.startsWith(UTF8_BOM) ? text.slice(1) : text).split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    if (line.endsWith('\r')) lines[i] = line.slice(0, -1);
  }
  return lines;
}
