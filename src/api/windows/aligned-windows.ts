/** Arithmetic of windows that are aligned with the epoch. */

/** The start of the latest window that holds `time`, for windows that start every `slideMs` from `offsetMs` on. */
export function windowStart(time: number, offsetMs: number, slideMs: number): number {
  const remainder = (time - offsetMs) % slideMs;
  return remainder < 0 ? time - (remainder + slideMs) : time - remainder;
}

/** As plans show them: the offset only where there is one. */
export function formatWindowArguments(...millis: readonly number[]): string {
  return millis.at(-1) === 0 ? millis.slice(0, -1).join(', ') : millis.join(', ');
}
