/** Spans of time in the API: a number of milliseconds or a text such as `'1 h'`. Mirrors: java.time.Duration. */
import { parseDurationMs } from '../core/duration.js';
import { FlinkError } from '../core/errors.js';

type Unit =
  | 'ms'
  | 's'
  | 'min'
  | 'h'
  | 'd'
  | 'second'
  | 'seconds'
  | 'minute'
  | 'minutes'
  | 'hour'
  | 'hours'
  | 'day'
  | 'days';

/** Milliseconds, or a whole number and a unit: `'200 ms'`, `'10 s'`, `'5 min'`, `'1 h'`, `'1 d'`. */
export type Duration = number | `${number} ${Unit}` | `${number}${Unit}`;

/** Makes durations in Flink's words; each is a number of milliseconds. */
export const Duration = {
  ofMillis: (millis: number): number => millis,
  ofSeconds: (seconds: number): number => seconds * 1_000,
  ofMinutes: (minutes: number): number => minutes * 60_000,
  ofHours: (hours: number): number => hours * 3_600_000,
  ofDays: (days: number): number => days * 86_400_000,
  /** Milliseconds of a text that is only known at run time. Throws INVALID_DURATION. */
  parse: (text: string): number => toMillis(text as Duration, 'duration'),
} as const;

/** The duration in milliseconds, a whole number. `what` names the argument in the error INVALID_DURATION. */
export function toMillis(duration: Duration, what: string): number {
  const millis = typeof duration === 'number' ? duration : parseDurationMs(duration);
  if (millis === undefined || !Number.isSafeInteger(millis)) {
    throw new FlinkError('INVALID_DURATION', `${what}: '${duration}' is not a duration in whole milliseconds`, {
      domain: 'user',
      details: { value: duration },
      remedy: "Give a number of milliseconds, Duration.ofHours(1), or a text such as '1 h', '5 min', '200 ms'.",
    });
  }
  return millis;
}

/** Like `toMillis`, and greater than zero. */
export function toPositiveMillis(duration: Duration, what: string): number {
  const millis = toMillis(duration, what);
  if (millis <= 0) {
    throw new FlinkError('INVALID_DURATION', `${what} must be greater than 0 ms, but is ${millis} ms`, {
      domain: 'user',
    });
  }
  return millis;
}
