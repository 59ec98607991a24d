/** Which state may follow which in the life of one attempt of one subtask. Mirrors: the transitions of Execution. */
import { FlinkError } from '../../../core/errors.js';
import type { ExecutionState } from '../../../protocol/task-execution-state.js';

const TRANSITIONS: Readonly<Record<ExecutionState, readonly ExecutionState[]>> = {
  CREATED: ['SCHEDULED', 'CANCELED', 'FAILED'],
  SCHEDULED: ['DEPLOYING', 'CANCELED', 'FAILED'],
  // Reports may be lost or overtake each other, so a state in between can be skipped.
  DEPLOYING: ['INITIALIZING', 'RUNNING', 'FINISHED', 'CANCELING', 'CANCELED', 'FAILED'],
  INITIALIZING: ['RUNNING', 'FINISHED', 'CANCELING', 'CANCELED', 'FAILED'],
  RUNNING: ['FINISHED', 'CANCELING', 'CANCELED', 'FAILED'],
  CANCELING: ['CANCELED', 'FINISHED', 'FAILED'],
  FINISHED: [],
  CANCELED: [],
  FAILED: [],
  RECONCILING: [],
};

export function canTransition(from: ExecutionState, to: ExecutionState): boolean {
  return TRANSITIONS[from].includes(to);
}

export function checkTransition(subject: string, from: ExecutionState, to: ExecutionState): void {
  if (!canTransition(from, to)) {
    throw new FlinkError('ILLEGAL_TRANSITION', `${subject} cannot go from ${from} to ${to}`, { details: { from, to } });
  }
}
