/** Failures as a job reports them: what failed and where, with the original error as the cause. */
import type { SerializedError } from '../../core/errors.js';

/**
 * Wraps `cause` without losing it: its retry hint, domain and remedy stay, `subject` says who it happened to. The wrapper
 * has no stack of its own; the cause's one leads to the line.
 */
export function failureOf(
  code: string,
  subject: string,
  cause: SerializedError,
  details: Readonly<Record<string, unknown>>,
): SerializedError {
  return {
    name: 'FlinkError',
    message: `${subject}: ${cause.message}`,
    stack: undefined,
    code,
    domain: cause.domain,
    retry: cause.retry,
    remedy: cause.remedy,
    details,
    cause,
  };
}
