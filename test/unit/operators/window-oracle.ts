/** Event-time windows computed the slow, obvious way: everything is kept, every rule is written out. */
import type { Reading } from './operator-fixture.js';

export type WindowEvent = { readonly record: Reading; readonly timestamp: number } | { readonly watermark: number };

export interface OracleResult {
  /** Descriptions of fired windows, per watermark: those fired by records before it and by itself. */
  readonly fired: readonly (readonly string[])[];
  readonly late: readonly number[];
}

interface OracleWindow {
  readonly key: string;
  start: number;
  end: number;
  values: number[];
}

export abstract class WindowOracle {
  protected windows: OracleWindow[] = [];
  protected watermark = Number.NEGATIVE_INFINITY;
  protected readonly lateness: number;
  private fired: string[] = [];

  constructor(lateness: number) {
    this.lateness = lateness;
  }

  run(events: readonly WindowEvent[]): OracleResult {
    const fired: string[][] = [];
    const late: number[] = [];
    for (const event of [...events, { watermark: Number.POSITIVE_INFINITY }]) {
      if ('watermark' in event) {
        this.advance(event.watermark);
        fired.push(this.fired);
        this.fired = [];
        continue;
      }
      const touched = this.assign(event.record.key, event.timestamp, event.record.value);
      const isLate = event.timestamp + this.lateness <= this.watermark;
      if (touched.length === 0 && isLate) late.push(event.record.value);
      for (const window of touched) if (window.end - 1 <= this.watermark) this.fire(window);
    }
    return { fired, late };
  }

  /** Puts the record in its windows and returns them; none when all are gone. */
  protected abstract assign(key: string, timestamp: number, value: number): OracleWindow[];

  protected isGone(end: number): boolean {
    return end - 1 + this.lateness <= this.watermark;
  }

  private advance(watermark: number): void {
    if (watermark <= this.watermark) return;
    const previous = this.watermark;
    this.watermark = watermark;
    for (const window of this.windows) if (window.end - 1 > previous && window.end - 1 <= watermark) this.fire(window);
    this.windows = this.windows.filter((window) => !this.isGone(window.end));
  }

  private fire(window: OracleWindow): void {
    const values = [...window.values].sort((a, b) => a - b);
    this.fired.push(`${window.key} [${window.start},${window.end}): ${values.join(' ')}`);
  }
}

export class SlidingOracle extends WindowOracle {
  private readonly size: number;
  private readonly slide: number;
  private readonly offset: number;

  constructor(size: number, slide: number, offset: number, lateness: number) {
    super(lateness);
    this.size = size;
    this.slide = slide;
    this.offset = offset;
  }

  protected assign(key: string, timestamp: number, value: number): OracleWindow[] {
    const touched: OracleWindow[] = [];
    for (let start = timestamp - this.size + 1; start <= timestamp; start++) {
      const isStart = (((start - this.offset) % this.slide) + this.slide) % this.slide === 0;
      if (!isStart || this.isGone(start + this.size)) continue;
      let window = this.windows.find((other) => other.key === key && other.start === start);
      if (window === undefined) {
        window = { key, start, end: start + this.size, values: [] };
        this.windows.push(window);
      }
      window.values.push(value);
      touched.push(window);
    }
    return touched;
  }
}

export class SessionOracle extends WindowOracle {
  private readonly gap: (value: number) => number;

  constructor(gap: (value: number) => number, lateness: number) {
    super(lateness);
    this.gap = gap;
  }

  protected assign(key: string, timestamp: number, value: number): OracleWindow[] {
    const session: OracleWindow = {
      key,
      start: timestamp,
      end: timestamp + this.gap(value),
      values: [value],
    };
    const touching = this.windows.filter(
      (other) => other.key === key && other.start <= session.end && other.end >= session.start,
    );
    if (touching.length === 0 && this.isGone(session.end)) return [];
    for (const other of touching) {
      session.start = Math.min(session.start, other.start);
      session.end = Math.max(session.end, other.end);
      session.values.push(...other.values);
    }
    this.windows = [...this.windows.filter((other) => !touching.includes(other)), session];
    return [session];
  }
}
