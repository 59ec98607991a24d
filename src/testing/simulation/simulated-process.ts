/**
 * A process in the simulation: everything that it schedules dies with it, and waits while it is paused. What waited runs
 * at once and in order when it goes on, late timers among it, as after a long garbage collection.
 */
import type { Cancel, Clock } from '../../core/clock.js';
import type { Environment, FaultPoints } from '../../core/environment.js';
import { type Logger, silentLogger } from '../../core/logger.js';
import { type Random, SeededRandom } from '../../core/random.js';
import type { SimulatedScheduler } from './simulated-scheduler.js';

export interface SimulatedProcessOptions {
  readonly name: string;
  readonly seed: number;
  readonly faults: FaultPoints;
  readonly log?: Logger;
  /** Its wall clock is off by this much from virtual time. */
  readonly clockOffsetMs?: number;
}

/** The wall clock at virtual time 0: 2001-01-01. */
const EPOCH_MS = 978_307_200_000;
/** The longest that a turn of an event loop takes. */
const MAX_TURN_MS = 0.05;
/** Keeps what waited in its order, ahead of everything that is still on its way. */
const RELEASE_GAP_MS = 1e-6;

export class SimulatedProcess {
  readonly name: string;
  readonly environment: Environment;
  private readonly scheduler: SimulatedScheduler;
  private readonly faults: FaultPoints;
  private readonly random: Random;
  private readonly clockOffsetMs: number;
  private held: (() => void)[] = [];
  private paused = false;
  private dead = false;

  constructor(scheduler: SimulatedScheduler, options: SimulatedProcessOptions) {
    this.scheduler = scheduler;
    this.name = options.name;
    this.faults = options.faults;
    this.random = new SeededRandom(options.seed);
    this.clockOffsetMs = options.clockOffsetMs ?? 0;
    this.environment = this.environmentWithTurns(MAX_TURN_MS, options.log);
  }

  get isDead(): boolean {
    return this.dead;
  }

  get isPaused(): boolean {
    return this.paused;
  }

  /** The same process seen by code whose turns take up to `maxTurnMs`: slots, which do real work in each. */
  environmentWithTurns(maxTurnMs: number, log: Logger = silentLogger): Environment {
    return { clock: new ProcessClock(this, maxTurnMs), random: this.random, log, faults: this.faults };
  }

  /** Wall-clock time of this process. */
  wallTime(): number {
    return EPOCH_MS + this.scheduler.now + this.clockOffsetMs;
  }

  monotonicTime(): number {
    return this.scheduler.now;
  }

  schedule(delayMs: number, run: () => void): Cancel {
    let isCancelled = false;
    const guarded = (): void => {
      if (!isCancelled) run();
    };
    const event = this.scheduler.schedule(delayMs, () => this.enter(guarded));
    return () => {
      isCancelled = true;
      event.isCancelled = true;
    };
  }

  turnDelay(maxTurnMs: number): number {
    return this.random.next() * maxTurnMs;
  }

  /** Nothing of it runs any more. */
  kill(): void {
    this.dead = true;
    this.held = [];
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    const { held } = this;
    this.held = [];
    held.forEach((run, index) => void this.scheduler.schedule(index * RELEASE_GAP_MS, () => this.enter(run)));
  }

  private enter(run: () => void): void {
    if (this.dead) return;
    if (this.paused) this.held.push(run);
    else run();
  }
}

/** Turns run in order, one after the other; each takes a little virtual time. */
class ProcessClock implements Clock {
  private readonly process: SimulatedProcess;
  private readonly maxTurnMs: number;
  private readonly turns: (() => void)[] = [];

  constructor(process: SimulatedProcess, maxTurnMs: number) {
    this.process = process;
    this.maxTurnMs = maxTurnMs;
  }

  now(): number {
    return this.process.wallTime();
  }

  monotonic(): number {
    return this.process.monotonicTime();
  }

  schedule(delayMs: number, callback: () => void): Cancel {
    return this.process.schedule(delayMs, callback);
  }

  nextTurn(callback: () => void): void {
    this.turns.push(callback);
    if (this.turns.length === 1) this.scheduleTurn();
  }

  private scheduleTurn(): void {
    this.process.schedule(this.process.turnDelay(this.maxTurnMs), () => {
      const [turn] = this.turns;
      try {
        turn?.();
      } finally {
        this.turns.shift();
        if (this.turns.length > 0) this.scheduleTurn();
      }
    });
  }
}
