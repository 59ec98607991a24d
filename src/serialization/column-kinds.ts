/**
 * The layout of a column, shared by encoder and decoder. A column is an uint8 kind, then for `count` values:
 *
 *   GENERAL    value codec each; shapes are learned anew in each batch
 *   INT32      int32 each (never -0)           BOOLEAN  uint8 0 or 1 each
 *   FLOAT64    float64 each                    DATE     float64 milliseconds each
 *   NEAR       float64 first | int32 each, to be added to the first (exactly; the first too)
 *   BIGINT64   int64 each
 *   LATIN1, UTF16   uint8 width 1 or 4 | length in UTF-16 units each, of that width | all characters, joined
 *   DICTIONARY uint8 number of entries less one | int32 length of what follows | a column LATIN1 or UTF16 of the entries |
 *              uint8 entry each, which is left out when there is only one entry
 *   OBJECT     a shape (object-shape.ts) | a column for each key
 *   TUPLE      uint8 number of elements | a column for each element
 *
 *   SPARSE     uint8 PRESENT, NULL or UNDEFINED each | a column, not sparse, of those that are present
 *   UNION      uint8 number of columns | uint8 number of its column each | the columns, not unions, each of as many values
 *              as have its number. Only the column of the records themselves.
 *
 * A dictionary of one entry takes no byte a value: what bounds a count is MAX_BATCH_RECORDS.
 */
export const ColumnKind = {
  GENERAL: 0,
  INT32: 1,
  FLOAT64: 2,
  BOOLEAN: 3,
  BIGINT64: 4,
  DATE: 5,
  LATIN1: 6,
  UTF16: 7,
  OBJECT: 8,
  TUPLE: 9,
  SPARSE: 10,
  NEAR: 11,
  DICTIONARY: 12,
  UNION: 13,
} as const;

export const Presence = { PRESENT: 0, NULL: 1, UNDEFINED: 2 } as const;

/** Records of one batch. */
export const MAX_BATCH_RECORDS = 4096;
export const MAX_DICTIONARY_ENTRIES = 256;
/** Layouts of records in one batch. */
export const MAX_UNION_COLUMNS = 8;
/** Objects in objects become columns down to this depth. */
export const MAX_COLUMN_DEPTH = 4;
export const MAX_TUPLE_COLUMNS = 16;

/** Arrays for the columns of one batch after the other, so that no batch allocates them. Values stay until overwritten. */
export class ColumnScratch {
  private readonly columns: unknown[][][] = [];

  /** `count` arrays for the columns of an object or tuple at a depth; the same ones each time. */
  at(depth: number, count: number): unknown[][] {
    let columns = this.columns[depth];
    if (columns === undefined) {
      columns = [];
      this.columns[depth] = columns;
    }
    while (columns.length < count) columns.push([]);
    return columns;
  }
}
