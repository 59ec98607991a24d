/** The final table of a query: what is left of its results when updates have replaced what they update, in order. */
import { createHash } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NexmarkQuery, Row } from './queries.js';

/** Lines in the canonical encoding, sorted. */
export type Lines = readonly string[];

export interface Difference {
  /** From 1 on. */
  readonly line: number;
  /** Null where the table has ended. */
  readonly expected: string | null;
  readonly found: string | null;
}

/** `rows` as they were emitted: of those with the same key the last one counts. */
export function finalTable(query: NexmarkQuery, rows: readonly Row[]): Lines {
  const lines = latestRows(query, rows).map((row) => query.encode(row));
  // All characters are ASCII: the order of strings is the order of bytes.
  return lines.sort();
}

function latestRows(query: NexmarkQuery, rows: readonly Row[]): readonly Row[] {
  if (query.key === undefined) return rows;
  const latest = new Map<string, Row>();
  for (const row of rows) latest.set(query.key(row), row);
  return [...latest.values()];
}

/** SHA-256 of the file that `writeTable` writes, in hexadecimal digits. */
export function hashOf(lines: Lines): string {
  const hash = createHash('sha256');
  for (const text of chunks(lines)) hash.update(text);
  return hash.digest('hex');
}

/** Writes `folder/name.ndjson`, which appears when it is complete or not at all. */
export async function writeTable(folder: string, name: string, lines: Lines): Promise<void> {
  const unfinished = join(folder, `.${name}.ndjson.${process.pid}`);
  try {
    await writeFile(unfinished, chunks(lines));
    await rename(unfinished, join(folder, `${name}.ndjson`));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Null when the tables are equal. */
export function firstDifference(expected: Lines, found: Lines): Difference | null {
  for (let i = 0; i < Math.max(expected.length, found.length); i++)
    if (expected[i] !== found[i]) return { line: i + 1, expected: expected[i] ?? null, found: found[i] ?? null };
  return null;
}

const CHUNK_LINES = 4_096;

function* chunks(lines: Lines): Generator<string> {
  for (let begin = 0; begin < lines.length; begin += CHUNK_LINES)
    yield lines
      .slice(begin, begin + CHUNK_LINES)
      .map((line) => `${line}\n`)
      .join('');
}
