/** Life of one attempt of one subtask, and how a TaskExecutor reports it. Mirrors: ExecutionState, TaskExecutionState. */
import type { AccumulatorSnapshots } from '../api/accumulators/accumulator-snapshots.js';
import type { SerializedError } from '../core/errors.js';
import type { ExecutionAttemptId } from '../core/ids.js';

export type ExecutionState =
  | 'CREATED'
  | 'SCHEDULED'
  | 'DEPLOYING'
  | 'INITIALIZING'
  | 'RUNNING'
  | 'FINISHED'
  | 'CANCELING'
  | 'CANCELED'
  | 'FAILED'
  | 'RECONCILING';

export function isTerminal(state: ExecutionState): boolean {
  return state === 'FINISHED' || state === 'CANCELED' || state === 'FAILED';
}

export interface TaskExecutionState {
  readonly attemptId: ExecutionAttemptId;
  readonly state: ExecutionState;
  readonly error?: SerializedError;
  /** Complete, with the state that ends the attempt; absent when no function added any. */
  readonly accumulators?: AccumulatorSnapshots;
}

/** Counters and gauges of one subtask, sent about twice a second and once at the end. */
export interface TaskMetrics {
  readonly attemptId: ExecutionAttemptId;
  readonly numRecordsIn: number;
  readonly numRecordsOut: number;
  readonly currentOutputWatermark: number;
  /** Milliseconds since the task started, by what it was doing. */
  readonly busyMs: number;
  readonly backPressuredMs: number;
  readonly idleMs: number;
  /** The longest time between the beginnings of two steps while there was more to do. */
  readonly longestStepGapMs: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** As far as they are small; absent when no function added any. */
  readonly accumulators?: AccumulatorSnapshots;
}
