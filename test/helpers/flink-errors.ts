/** Expectations on errors of the product. */
import { AssertionError } from 'chai';
import { type FlinkError, isFlinkError } from '../../src/core/errors.js';

/** The FlinkError with this code that `action` throws. */
export function flinkErrorOf(code: string, action: () => unknown): FlinkError {
  try {
    action();
  } catch (error) {
    return withCode(code, error);
  }
  throw new AssertionError(`expected ${code}, but nothing was thrown`);
}

/** The FlinkError with this code that the promise rejects with. */
export async function flinkRejectionOf(code: string, promise: Promise<unknown>): Promise<FlinkError> {
  const error = await promise.then(
    () => new AssertionError(`expected ${code}, but the promise was fulfilled`),
    (reason: unknown) => reason,
  );
  return withCode(code, error);
}

function withCode(code: string, error: unknown): FlinkError {
  if (isFlinkError(error) && error.code === code) return error;
  throw error;
}
