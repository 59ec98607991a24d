/** Prices in another currency, exact: DECIMAL(23, 3) as a whole number of thousandths. */
import { exact } from './exact-integers.js';

/** One dollar is 0.908 euros. */
const EUROS_FOR_1000_DOLLARS = 908;

/** Thousandths of a euro cent for a price in dollar cents. */
export function euroThousandths(price: number): number {
  return price * EUROS_FOR_1000_DOLLARS;
}

/** `12.345` for 12345 thousandths. */
export function decimalText(thousandths: number): string {
  const digits = String(Math.abs(exact(thousandths))).padStart(4, '0');
  return `${thousandths < 0 ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`;
}
