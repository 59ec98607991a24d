/** Arithmetic of windows that are aligned with the epoch. */
import { FlinkError } from '../../core/errors.js';
import { NO_TIMESTAMP } from '../../core/time-constants.js';

/** The start of the latest window that holds `time`, for windows that start every `slideMs` from `offsetMs` on. */
export function windowStart(time: number, offsetMs: number, slideMs: number): number {
  const remainder = (time - offsetMs) % slideMs;
  return remainder < 0 ? time - (remainder + slideMs) : time - remainder;
}

/** As plans show them: the offset only where there is one. */
export function formatWindowArguments(...millis: readonly number[]): string {
  return millis.at(-1) === 0 ? millis.slice(0, -1).join(', ') : millis.join(', ');
}

/** Throws TIMESTAMP_MISSING for a record without event time. */
export function requireTimestamp(timestamp: number, assigner: string): void {
  if (timestamp !== NO_TIMESTAMP) return;
  throw new FlinkError('TIMESTAMP_MISSING', `${assigner}: the record has no timestamp`, {
    domain: 'user',
    remedy:
      'Give the WatermarkStrategy a timestamp assigner (withTimestampAssigner), or use windows in processing time.',
  });
}
