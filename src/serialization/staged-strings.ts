/**
 * One column of strings that waits for its batch. Strings that repeat become a dictionary, whose entries stay the same from
 * batch to batch, so that the consumer too makes them once; others are joined, to be converted to bytes in one call.
 */
import { ByteWriter } from './byte-writer.js';
import { ColumnKind, MAX_DICTIONARY_ENTRIES } from './column-kinds.js';
import { tryStrings, writeJoined } from './string-column.js';

/** Together; each batch carries them all. */
const MAX_DICTIONARY_CHARACTERS = 2048;
/** A batch of fewer records says little about whether a dictionary pays. */
const MIN_JUDGED_RECORDS = 32;
/** Batches after a dictionary did not pay until the next attempt: doubled each time. */
const FIRST_PAUSE = 4;
const LONGEST_PAUSE = 4096;

/** The rows that the strings belong to. */
interface Rows {
  readonly count: number;
  readonly cells: Float64Array;
  readonly layout: { readonly numCells: number };
}

export class StagedStrings {
  private readonly rows: Rows;
  private readonly place: number;

  private isJoining = false;
  private joined = '';

  /** The entry that came last: strings of equal value often come in a row, or are the same object. */
  private last: string | undefined;
  private lastIndex = 0;
  private entries: string[] = [];
  private entryCharacters = 0;
  private readonly indexOf = new Map<string, number>();
  private readonly entryBytes = new ByteWriter(64);

  private pause = FIRST_PAUSE;
  private batchesToJoin = 0;

  /** The cell at `place` of each of `rows` is what `add` answered. */
  constructor(rows: Rows, place: number) {
    this.rows = rows;
    this.place = place;
  }

  /** Takes the string of the next row; answers its length or the number of its entry, to be kept in its cell. hot path */
  add(text: string): number {
    if (this.isJoining) {
      this.joined += text;
      return text.length;
    }
    return text === this.last ? this.lastIndex : this.look(text);
  }

  /** Appends the column of rows [from, from + count). Throws RECORD_TOO_LARGE. */
  write(from: number, count: number, out: ByteWriter): void {
    if (this.isJoining) return this.writeJoined(from, count, out);
    if (this.isDictionarySmaller()) return this.writeDictionary(from, count, out);
    if (this.rows.count < MIN_JUDGED_RECORDS) return this.writeEntriesJoined(from, count, out);
    this.giveUp();
    this.writeJoined(from, count, out);
  }

  /** For the next batch. */
  clear(): void {
    this.joined = '';
    if (this.isJoining && --this.batchesToJoin <= 0) this.isJoining = false;
  }

  private look(text: string): number {
    let index = this.indexOf.get(text);
    if (index === undefined) {
      const { length } = this.entries;
      const isTooLarge = this.entryCharacters + text.length > MAX_DICTIONARY_CHARACTERS && length > 0;
      if (length === MAX_DICTIONARY_ENTRIES || isTooLarge) {
        this.giveUp();
        return this.add(text);
      }
      index = length;
      this.entries.push(text);
      this.entryCharacters += text.length;
      this.indexOf.set(text, index);
      this.entryBytes.reset();
    }
    this.last = text;
    this.lastIndex = index;
    return index;
  }

  private isDictionarySmaller(): boolean {
    const { count, cells, layout } = this.rows;
    const { entries } = this;
    if (entries.length === 1) return true;
    let characters = 0;
    for (let i = 0, at = this.place; i < count; i++, at += layout.numCells)
      characters += (entries[cells[at] as number] as string).length;
    return 2 * (this.entryCharacters + entries.length) <= characters;
  }

  /** Joins what was staged as entries so far, and what comes, for some batches. */
  private giveUp(): void {
    const { count, cells, layout } = this.rows;
    for (let i = 0, at = this.place; i < count; i++, at += layout.numCells) {
      const text = this.entries[cells[at] as number] as string;
      this.joined += text;
      cells[at] = text.length;
    }
    this.isJoining = true;
    this.batchesToJoin = this.pause;
    this.pause = Math.min(2 * this.pause, LONGEST_PAUSE);
    this.last = undefined;
    this.entries = [];
    this.entryCharacters = 0;
    this.indexOf.clear();
    this.entryBytes.reset();
  }

  private writeJoined(from: number, count: number, out: ByteWriter): void {
    const { cells, layout } = this.rows;
    const stride = layout.numCells;
    const start = from * stride + this.place;
    let before = 0;
    for (let at = this.place; at < start; at += stride) before += cells[at] as number;
    let characters = 0;
    for (let i = 0, at = start; i < count; i++, at += stride) characters += cells[at] as number;
    const joined = characters === this.joined.length ? this.joined : this.joined.slice(before, before + characters);
    writeJoined(joined, cells, start, stride, count, out);
  }

  /** A batch too small to judge the dictionary by. */
  private writeEntriesJoined(from: number, count: number, out: ByteWriter): void {
    const { cells, layout } = this.rows;
    const texts: string[] = [];
    for (let i = 0, at = from * layout.numCells + this.place; i < count; i++, at += layout.numCells)
      texts.push(this.entries[cells[at] as number] as string);
    tryStrings(texts, count, out);
  }

  private writeDictionary(from: number, count: number, out: ByteWriter): void {
    const { entries, entryBytes } = this;
    if (entryBytes.position === 0) tryStrings(entries, entries.length, entryBytes);
    const bytes = entryBytes.bytes();
    out.ensure(10 + bytes.length + count);
    out.writeUint8(ColumnKind.DICTIONARY);
    out.writeUint8(entries.length - 1);
    out.writeInt32(bytes.length);
    out.writeBytes(bytes);
    if (entries.length === 1) return;
    const { cells, layout } = this.rows;
    const stride = layout.numCells;
    const { buffer } = out;
    let { position } = out;
    for (let i = 0, at = from * stride + this.place; i < count; i++, at += stride)
      buffer[position++] = cells[at] as number;
    out.position = position;
  }
}
