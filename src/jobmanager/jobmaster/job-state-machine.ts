/** Which status of a job may follow which, and since when it holds. Mirrors: JobStatus transitions of ExecutionGraph. */
import type { JobStatus } from '../../api/job-client.js';
import { TERMINAL_JOB_STATES } from '../../api/job-client.js';
import { FlinkError } from '../../core/errors.js';

const TRANSITIONS: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  INITIALIZING: ['CREATED'],
  CREATED: ['RUNNING', 'RESTARTING', 'FAILING', 'CANCELLING'],
  RUNNING: ['FINISHED', 'RESTARTING', 'FAILING', 'CANCELLING'],
  RESTARTING: ['RUNNING', 'FAILING', 'CANCELLING'],
  FAILING: ['FAILED'],
  CANCELLING: ['CANCELED'],
  FAILED: [],
  CANCELED: [],
  FINISHED: [],
  SUSPENDED: [],
  RECONCILING: [],
};

export class JobStateMachine {
  private readonly onTransition: (from: JobStatus, to: JobStatus) => void;
  private current: JobStatus = 'INITIALIZING';

  /** `onTransition` is told after each change. */
  constructor(onTransition: (from: JobStatus, to: JobStatus) => void) {
    this.onTransition = onTransition;
  }

  get status(): JobStatus {
    return this.current;
  }

  get isTerminal(): boolean {
    return TERMINAL_JOB_STATES.has(this.current);
  }

  /** True once the job is on its way to FAILED or CANCELED, or ended. */
  get isEnding(): boolean {
    return this.isTerminal || this.current === 'FAILING' || this.current === 'CANCELLING';
  }

  /** Throws ILLEGAL_TRANSITION when the table does not have it. */
  transitionTo(status: JobStatus): void {
    const from = this.current;
    if (!TRANSITIONS[from].includes(status)) {
      throw new FlinkError('ILLEGAL_TRANSITION', `The job cannot go from ${from} to ${status}`);
    }
    this.current = status;
    this.onTransition(from, status);
  }
}
