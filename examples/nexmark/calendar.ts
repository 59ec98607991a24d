/** Days, hours and minutes in UTC, by arithmetic: texts are made once for each day or minute, not once for each record. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The text of the period that holds a time; remembers the last one, since most records lie in the period of the one before. */
class PeriodText {
  private readonly periodMs: number;
  private readonly format: (begin: Date) => string;
  private begin = 0;
  private end = 0;
  private text = '';

  constructor(periodMs: number, format: (begin: Date) => string) {
    this.periodMs = periodMs;
    this.format = format;
  }

  at(time: number): string {
    if (time < this.begin || time >= this.end) this.enter(time);
    return this.text;
  }

  private enter(time: number): void {
    this.begin = Math.floor(time / this.periodMs) * this.periodMs;
    this.end = this.begin + this.periodMs;
    this.text = this.format(new Date(this.begin));
  }
}

const days = new PeriodText(DAY_MS, (day) => day.toISOString().slice(0, 10));
const minutes = new PeriodText(MINUTE_MS, (minute) => minute.toISOString().slice(11, 16));

/** `yyyy-MM-dd` of a time in ms since the epoch. */
export function dayOf(time: number): string {
  return days.at(time);
}

/** `HH:mm` of a time in ms since the epoch. */
export function minuteOf(time: number): string {
  return minutes.at(time);
}

/** 0 to 23. */
export function hourOf(time: number): number {
  return Math.floor(time / HOUR_MS) % 24;
}

/** Days since the epoch. */
export function dayNumberOf(time: number): number {
  return Math.floor(time / DAY_MS);
}

/** The last millisecond of the day that holds a time. */
export function endOfDay(time: number): number {
  return (dayNumberOf(time) + 1) * DAY_MS - 1;
}
