/** Checks for what a programmer can get wrong. Input from outside is validated with errors of its own, never with these. */
import { FlinkError } from './errors.js';

/** Throws ILLEGAL_ARGUMENT unless the caller kept the contract of an argument. */
export function checkArgument(condition: boolean, message: string): asserts condition {
  if (!condition) throw new FlinkError('ILLEGAL_ARGUMENT', message, { domain: 'user' });
}

/** Throws ILLEGAL_STATE unless the object is in a state in which the call is allowed. */
export function checkState(condition: boolean, message: string): asserts condition {
  if (!condition) throw new FlinkError('ILLEGAL_STATE', message, { domain: 'internal' });
}

/** Returns the value, which the surrounding code guarantees to be present. */
export function checkNotNull<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new FlinkError('ILLEGAL_STATE', `${what} is missing`);
  return value;
}

/** The branch that the types say cannot be taken. */
export function unreachable(value: never): never {
  throw new FlinkError('ILLEGAL_STATE', `unexpected value ${JSON.stringify(value)}`);
}
