/** Stages records by walking their layout: the twin of the code that append-code.ts generates. */
import { MAX_JOINED_STRING, type RecordLayout, type StagedRows } from './record-layout.js';

const NOT_STAGED: readonly unknown[] = [];

/** What generated code for the layout of `rows` does, for every layout. */
export function appendInterpreted(rows: StagedRows, record: unknown): boolean {
  const { layout } = rows;
  const values = valuesOf(layout, record);
  if (values === NOT_STAGED) return false;
  for (let i = 0; i < values.length; i++) if (!fits(layout, i, values[i])) return false;
  const at = rows.count * layout.numCells;
  let strings = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const place = layout.places[i] as number;
    if (layout.kinds[i] === 'general') rows.generals[place]?.push(value);
    else if (typeof value === 'string') rows.cells[at + place] = rows.strings[strings++]?.add(value) ?? 0;
    else rows.cells[at + place] = Number(value);
  }
  rows.count++;
  return true;
}

function valuesOf(layout: RecordLayout, record: unknown): readonly unknown[] {
  if (layout.form === 'value') return [record];
  if (typeof record !== 'object' || record === null) return NOT_STAGED;
  return layout.form === 'tuple' ? elementsOf(layout, record) : propertiesOf(layout, record);
}

function elementsOf(layout: RecordLayout, record: object): readonly unknown[] {
  const isTuple =
    Array.isArray(record) && record.length === layout.kinds.length && Object.getPrototypeOf(record) === Array.prototype;
  if (!isTuple) return NOT_STAGED;
  for (let i = 0; i < record.length; i++) if (record[i] === undefined && !(i in record)) return NOT_STAGED;
  return record as readonly unknown[];
}

/** Compares keys as `for-in` shows them: an inherited one makes the record another one. */
function propertiesOf(layout: RecordLayout, record: object): readonly unknown[] {
  if (Object.getPrototypeOf(record) !== Object.prototype) return NOT_STAGED;
  const { keys } = layout;
  const values: unknown[] = [];
  for (const key in record) {
    if (values.length === keys.length || key !== keys[values.length]) return NOT_STAGED;
    values.push((record as Readonly<Record<string, unknown>>)[key]);
  }
  return values.length === keys.length ? values : NOT_STAGED;
}

function fits(layout: RecordLayout, field: number, value: unknown): boolean {
  const kind = layout.kinds[field];
  return (
    kind === 'general' ||
    (typeof value === kind && (kind !== 'string' || (value as string).length <= MAX_JOINED_STRING))
  );
}
