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

/** The duration in milliseconds: whole, 0 or more. `what` names the argument in the error INVALID_DURATION. */
export function toMillis(duration: Duration, what: string): number {
  const millis = toSignedMillis(duration, what);
  if (millis < 0) throw invalidDuration(`${what} must not be negative, but is ${millis} ms`, duration);
  return millis;
}

/** Like `toMillis`, and greater than 0. */
export function toPositiveMillis(duration: Duration, what: string): number {
  const millis = toSignedMillis(duration, what);
  if (millis <= 0) throw invalidDuration(`${what} must be greater than 0 ms, but is ${millis} ms`, duration);
  return millis;
}

/** Like `toMillis`, with durations below 0 such as `'-8 h'`: for offsets. */
export function toSignedMillis(duration: Duration, what: string): number {
  const millis = typeof duration === 'number' ? duration : parseSigned(duration);
  if (millis !== undefined && Number.isSafeInteger(millis)) return millis;
  throw invalidDuration(`${what}: '${duration}' is not a duration in whole milliseconds`, duration);
}

function parseSigned(text: string): number | undefined {
  if (!text.startsWith('-')) return parseDurationMs(text);
  const millis = parseDurationMs(text.slice(1));
  return millis === undefined ? undefined : -millis;
}

function invalidDuration(message: string, value: Duration): FlinkError {
  return new FlinkError('INVALID_DURATION', message, {
    domain: 'user',
    details: { value },
    remedy: "Give a number of milliseconds, Duration.ofHours(1), or a text such as '1 h', '5 min', '200 ms'.",
  });
}
