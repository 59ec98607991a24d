/**
 * The rows of one layout that wait for their batch, field by field as numbers and joined strings: the records themselves
 * are not kept, so that they die young. One channel's.
 */
import { type FlinkError, isFlinkError } from '../core/errors.js';
import { generateAppend } from './append-code.js';
import { appendInterpreted } from './append-interpreted.js';
import type { ByteWriter } from './byte-writer.js';
import { writeColumn, writeGeneral } from './column-encoder.js';
import { ColumnKind } from './column-kinds.js';
import { writeBooleans, writeNumbers } from './number-column.js';
import type { Append, RecordLayout, StagedRows } from './record-layout.js';
import { StagedStrings } from './staged-strings.js';

const FIRST_CAPACITY = 32;
/** Records that a layout has to take before code is made for it: compiling costs as much as staging some hundred of them. */
const RECORDS_BEFORE_CODE = 512;
const MAX_COMPILED = 256;
let numCompiled = 0;

export class RowStage implements StagedRows {
  readonly layout: RecordLayout;
  count = 0;
  /** A stage with the same fields takes its records and more. */
  isSuperseded = false;
  /** Whether the batch before this one had none of its rows. */
  isIdle = false;
  /** Rows that there is room for. */
  capacity = FIRST_CAPACITY;
  cells: Float64Array;
  readonly strings: readonly StagedStrings[];
  generals: unknown[][];
  append: Append;

  constructor(layout: RecordLayout) {
    this.layout = layout;
    const { kinds, places, numCells } = layout;
    this.cells = new Float64Array(FIRST_CAPACITY * numCells);
    const strings: StagedStrings[] = [];
    kinds.forEach((kind, i) => {
      if (kind === 'string') strings.push(new StagedStrings(this, places[i] as number));
    });
    this.strings = strings;
    this.generals = this.newGenerals();
    this.append = layout.compiled ?? appendSeldom;
  }

  /** Makes room for more rows. */
  grow(): void {
    this.capacity *= 2;
    const cells = new Float64Array(this.capacity * this.layout.numCells);
    cells.set(this.cells);
    this.cells = cells;
  }

  /** Appends the column of rows [from, from + count). Throws VALUE_NOT_SERIALIZABLE, RECORD_TOO_LARGE. */
  write(from: number, count: number, out: ByteWriter): void {
    const { form, kinds, shapeBytes } = this.layout;
    if (form === 'object') {
      out.writeUint8(ColumnKind.OBJECT);
      out.writeBytes(shapeBytes);
    } else if (form === 'tuple') {
      out.writeUint8(ColumnKind.TUPLE);
      out.writeUint8(kinds.length);
    }
    let strings = 0;
    for (let field = 0; field < kinds.length; field++) {
      const place = this.layout.places[field] as number;
      const kind = kinds[field];
      if (kind === 'general') this.writeGeneralField(field, place, from, count, out);
      else if (kind === 'string') this.strings[strings++]?.write(from, count, out);
      else if (kind === 'number') writeNumbers(this.cells, from, count, place, this.layout.numCells, out);
      else writeBooleans(this.cells, from, count, place, this.layout.numCells, out);
    }
  }

  /** For the next batch. General values go to new arrays: young ones in old arrays cost the garbage collector more. */
  clear(): void {
    if (this.count === 0) return;
    this.count = 0;
    for (const strings of this.strings) strings.clear();
    if (this.generals.length > 0) this.generals = this.newGenerals();
    if (this.layout.compiled !== undefined) this.append = this.layout.compiled;
  }

  private newGenerals(): unknown[][] {
    return this.layout.kinds.filter((kind) => kind === 'general').map(() => []);
  }

  private writeGeneralField(field: number, place: number, from: number, count: number, out: ByteWriter): void {
    const column = this.generals[place] as unknown[];
    const values = from === 0 && count === column.length ? column : column.slice(from, from + count);
    const start = out.position;
    try {
      writeColumn(values, count, this.layout.form === 'value' ? 0 : 1, out);
    } catch (error) {
      if (!isFlinkError(error) || error.code === 'RECORD_TOO_LARGE') throw error;
      out.position = start;
      throw this.withPath(error, field, values, out);
    }
  }

  /** The error that the record would give, whose path begins at the record. */
  private withPath(error: FlinkError, field: number, values: readonly unknown[], out: ByteWriter): unknown {
    const { form, keys } = this.layout;
    try {
      for (const value of values) {
        const record =
          form === 'object' ? { [keys[field] as string]: value } : form === 'tuple' ? at(field, value) : value;
        writeGeneral([record], 1, out);
      }
    } catch (better) {
      return better;
    }
    return error;
  }
}

function at(index: number, value: unknown): unknown[] {
  const tuple: unknown[] = new Array<unknown>(index).fill(0);
  tuple.push(value);
  return tuple;
}

/** By the interpreter, until the layout has proved to be worth code. */
function appendSeldom(rows: StagedRows, record: unknown): boolean {
  if (!appendInterpreted(rows, record)) return false;
  const { layout } = rows;
  if (++layout.uses >= RECORDS_BEFORE_CODE && numCompiled < MAX_COMPILED && layout.compiled === undefined) {
    numCompiled++;
    layout.compiled = generateAppend(layout);
  }
  return true;
}
