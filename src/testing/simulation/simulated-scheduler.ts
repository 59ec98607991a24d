/**
 * Virtual time: a heap of events, ordered by time, then by a seeded tie-break, then by order of creation. Each event runs
 * until nothing is left that it caused without waiting; then comes the next. Equal seeds give equal runs.
 */
import type { Random } from '../../core/random.js';

export interface ScheduledEvent {
  readonly at: number;
  readonly tieBreak: number;
  readonly sequence: number;
  readonly run: () => void;
  isCancelled: boolean;
}

export class SimulatedScheduler {
  /** Virtual milliseconds since the start. */
  now = 0;
  numEvents = 0;
  private readonly random: Random;
  private readonly heap: ScheduledEvent[] = [];
  private sequence = 0;
  private hash = 0x811c9dc5;

  constructor(random: Random) {
    this.random = random;
  }

  /** Events that are still to come. */
  get pending(): number {
    let count = 0;
    for (const event of this.heap) if (!event.isCancelled) count++;
    return count;
  }

  /** Mixes everything that happened, and in which order: equal for equal runs. */
  get traceHash(): string {
    return (this.hash >>> 0).toString(16).padStart(8, '0');
  }

  schedule(delayMs: number, run: () => void): ScheduledEvent {
    const event = {
      at: this.now + Math.max(0, delayMs),
      tieBreak: this.random.next(),
      sequence: this.sequence++,
      run,
      isCancelled: false,
    };
    this.push(event);
    return event;
  }

  /** Adds a fact to the trace. */
  note(fact: string): void {
    for (let i = 0; i < fact.length; i++) this.mix(fact.charCodeAt(i));
  }

  /** Runs events until `isDone`, or none is left, or virtual time would pass `deadlineMs`. False at the deadline. */
  run(deadlineMs: number, isDone: () => boolean): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const step = (): void => {
        try {
          if (isDone()) return resolve(true);
          const event = this.pop();
          if (event === undefined) return resolve(true);
          if (event.at > deadlineMs) {
            this.push(event);
            this.now = Math.max(this.now, deadlineMs);
            return resolve(false);
          }
          this.execute(event);
          // A tick that is asked for by a microtask runs when all microtasks are done: exact, and without a turn of the
          // event loop, which would cost ten times as much.
          queueMicrotask(() => process.nextTick(step));
        } catch (error) {
          reject(error);
        }
      };
      step();
    });
  }

  private execute(event: ScheduledEvent): void {
    this.now = event.at;
    this.numEvents++;
    this.mix(event.sequence);
    this.mix(Math.round(event.at * 1_000));
    event.run();
  }

  /** FNV-1a over 32-bit words. */
  private mix(word: number): void {
    this.hash = Math.imul(this.hash ^ (word | 0), 0x01000193);
  }

  private push(event: ScheduledEvent): void {
    const { heap } = this;
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as ScheduledEvent;
      if (!isBefore(event, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  }

  /** The next event that is not cancelled. */
  private pop(): ScheduledEvent | undefined {
    const { heap } = this;
    for (;;) {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (heap.length > 0) this.sink(last);
      if (!first.isCancelled) return first;
    }
  }

  private sink(event: ScheduledEvent): void {
    const { heap } = this;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      const right = child + 1;
      if (right < heap.length && isBefore(heap[right] as ScheduledEvent, heap[child] as ScheduledEvent)) child = right;
      const below = heap[child] as ScheduledEvent;
      if (!isBefore(below, event)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = event;
  }
}

function isBefore(a: ScheduledEvent, b: ScheduledEvent): boolean {
  if (a.at !== b.at) return a.at < b.at;
  if (a.tieBreak !== b.tieBreak) return a.tieBreak < b.tieBreak;
  return a.sequence < b.sequence;
}
