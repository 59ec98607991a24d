/** A clock that stands still until a test moves it: timers run inside `advance`, in time order. */
import { type Cancel, type Clock, SystemClock } from '../core/clock.js';

interface Timer {
  readonly at: number;
  readonly sequence: number;
  readonly callback: () => void;
}

/** How often `flush` lets promises and turns run before it gives up on ever seeing an end. */
const MAX_FLUSH_ROUNDS = 10_000;

export class ManualClock implements Clock {
  private time: number;
  private sequence = 0;
  private timers: Timer[] = [];
  private turns: (() => void)[] = [];
  private readonly system = new SystemClock();

  /** `startMs` is both the wall clock and the origin of `monotonic`. */
  constructor(startMs = 0) {
    this.time = startMs;
  }

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time;
  }

  schedule(delayMs: number, callback: () => void): Cancel {
    const timer: Timer = { at: this.time + Math.max(0, delayMs), sequence: this.sequence++, callback };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  nextTurn(callback: () => void): void {
    this.turns.push(callback);
  }

  /** Timers and turns that have not run yet: 0 when nothing is left behind. */
  get pending(): number {
    return this.timers.length + this.turns.length;
  }

  /** When the next timer is due, in ms of this clock; undefined without timers. */
  get nextDue(): number | undefined {
    return this.earliest()?.at;
  }

  /** Runs turns and every timer due within `ms`, also those that they add; promises do not settle in between. */
  advance(ms: number): void {
    const end = this.time + ms;
    this.runTurns();
    for (let timer = this.earliest(); timer !== undefined && timer.at <= end; timer = this.earliest()) {
      this.run(timer);
      this.runTurns();
    }
    this.time = end;
  }

  /** As `advance`, but lets promises settle before the first and after each timer. */
  async advanceAsync(ms: number): Promise<void> {
    const end = this.time + ms;
    await this.flush();
    for (let timer = this.earliest(); timer !== undefined && timer.at <= end; timer = this.earliest()) {
      this.run(timer);
      await this.flush();
    }
    this.time = end;
  }

  /** Settles promises and runs turns until neither is left; time stands still. */
  async flush(): Promise<void> {
    for (let round = 0; round < MAX_FLUSH_ROUNDS; round++) {
      await new Promise<void>((resolve) => this.system.nextTurn(resolve));
      if (this.turns.length === 0) return;
      this.runTurns();
    }
    throw new Error(`turns of the clock still add turns after ${MAX_FLUSH_ROUNDS} rounds`);
  }

  private run(timer: Timer): void {
    this.timers = this.timers.filter((other) => other !== timer);
    this.time = Math.max(this.time, timer.at);
    timer.callback();
  }

  private runTurns(): void {
    const due = this.turns;
    this.turns = [];
    for (const callback of due) callback();
  }

  private earliest(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) {
      if (first === undefined || timer.at < first.at || (timer.at === first.at && timer.sequence < first.sequence))
        first = timer;
    }
    return first;
  }
}
