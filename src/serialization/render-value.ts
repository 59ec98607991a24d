/** A value in a few words, for error messages: one line, bounded, runs no code of the value's author. */
import { inspect } from 'node:util';

const MAX_LENGTH = 200;

export function renderValue(value: unknown): string {
  let text: string;
  try {
    text = inspect(value, {
      depth: 2,
      breakLength: Number.POSITIVE_INFINITY,
      compact: true,
      maxArrayLength: 8,
      maxStringLength: 80,
      customInspect: false,
    });
  } catch {
    text = `a value of type ${typeof value} that cannot be shown`;
  }
  const line = text.replaceAll('\n', ' ');
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}
