/**
 * Columns of numbers and booleans that are staged row by row: value i is cells[(from + i) * stride + place]. A column of
 * numbers takes the narrowest kind that gives every one of them back exactly.
 */
import type { ByteWriter } from './byte-writer.js';
import { ColumnKind } from './column-kinds.js';

/** Appends the column. hot path */
export function writeNumbers(
  cells: Float64Array,
  from: number,
  count: number,
  place: number,
  stride: number,
  out: ByteWriter,
): void {
  out.ensure(9 + 8 * count);
  const start = from * stride + place;
  if (tryInt32(cells, start, stride, count, out) || tryNear(cells, start, stride, count, out)) return;
  const { view } = out;
  view.setUint8(out.position, ColumnKind.FLOAT64);
  let position = out.position + 1;
  for (let i = 0, at = start; i < count; i++, at += stride, position += 8)
    view.setFloat64(position, cells[at] as number, true);
  out.position = position;
}

function tryInt32(cells: Float64Array, start: number, stride: number, count: number, out: ByteWriter): boolean {
  const { view } = out;
  let position = out.position + 1;
  for (let i = 0, at = start; i < count; i++, at += stride, position += 4) {
    const value = cells[at] as number;
    const int = value | 0;
    if (int !== value || (int === 0 && Object.is(value, -0))) return false;
    view.setInt32(position, int, true);
  }
  view.setUint8(out.position, ColumnKind.INT32);
  out.position = position;
  return true;
}

/** As distances from the first: times in milliseconds, ids that are counted up. */
function tryNear(cells: Float64Array, start: number, stride: number, count: number, out: ByteWriter): boolean {
  const { view } = out;
  const first = cells[start] as number;
  let position = out.position + 9;
  for (let i = 0, at = start; i < count; i++, at += stride, position += 4) {
    const value = cells[at] as number;
    const distance = (value - first) | 0;
    if (!Object.is(first + distance, value)) return false;
    view.setInt32(position, distance, true);
  }
  view.setUint8(out.position, ColumnKind.NEAR);
  view.setFloat64(out.position + 1, first, true);
  out.position = position;
  return true;
}

/** Appends the column. hot path */
export function writeBooleans(
  cells: Float64Array,
  from: number,
  count: number,
  place: number,
  stride: number,
  out: ByteWriter,
): void {
  out.ensure(1 + count);
  const { buffer } = out;
  buffer[out.position++] = ColumnKind.BOOLEAN;
  for (let i = 0, at = from * stride + place; i < count; i++, at += stride)
    buffer[out.position++] = cells[at] as number;
}
