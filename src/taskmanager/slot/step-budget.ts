/** How many records a step may take: fixed in the simulation, elsewhere adapted so that a slot stays responsive. */

export interface StepBudget {
  readonly records: number;
  /** Told after each step how long it took and whether it used its budget. */
  onStep(elapsedMs: number, hadMore: boolean): void;
}

export function fixedBudget(records: number): StepBudget {
  return { records, onStep: () => undefined };
}

const MAX_RECORDS = 4_096;
const MIN_RECORDS = 1;
const SLOW_STEP_MS = 4;
const FAST_STEP_MS = 1;

/** Halves after a step of more than 4 ms, so that messages and timers are seen every few ms whatever functions cost. */
export class AdaptiveBudget implements StepBudget {
  records = 512;

  onStep(elapsedMs: number, hadMore: boolean): void {
    if (elapsedMs > SLOW_STEP_MS) this.records = Math.max(MIN_RECORDS, this.records >> 1);
    else if (hadMore && elapsedMs < FAST_STEP_MS) this.records = Math.min(MAX_RECORDS, this.records * 2);
  }
}
