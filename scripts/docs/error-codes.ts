/**
 * What each error code means and what to do about it; the source of docs/reference/errors.md. One row a code that src/
 * throws, no more and no fewer: test/architecture/docs.test.ts compares.
 */
import { PROGRAM_ERRORS } from './program-error-codes.js';
import { RUNTIME_ERRORS } from './runtime-error-codes.js';

/** Meaning, and what to do. */
export type ErrorMeaning = readonly [meaning: string, action: string];

export const ERROR_CODES: Readonly<Record<string, ErrorMeaning>> = { ...PROGRAM_ERRORS, ...RUNTIME_ERRORS };
