/** Writes an error to stderr, as a person wants to read it. */
import { describeError } from '../api/describe-error.js';

export function printError(error: unknown): void {
  for (const line of describeError(error)) process.stderr.write(`${line}\n`);
}
