/** How a result row is written, so that outputs of different engines can be compared byte by byte. */
import { exact } from './exact-integers.js';

/** A JSON array without blanks. Throws RangeError for a number that is no exact whole number. */
export function canonicalLine(columns: readonly (number | string)[]): string {
  return `[${columns.map((column) => (typeof column === 'number' ? String(exact(column)) : JSON.stringify(column))).join()}]`;
}

/** The line of a row whose fields are the columns, in their order. */
export function lineOfRow(row: object): string {
  return canonicalLine(Object.values(row) as readonly (number | string)[]);
}
