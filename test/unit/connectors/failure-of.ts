/** What an action fails with. */
import type { FlinkError } from '../../../src/core/errors.js';

export async function failureOf(action: () => unknown): Promise<FlinkError> {
  try {
    await action();
  } catch (error) {
    return error as FlinkError;
  }
  throw new Error('expected a failure, but it succeeded');
}
