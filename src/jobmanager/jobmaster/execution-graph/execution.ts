/** One attempt to run one subtask. Mirrors: Execution. */
import type { AccumulatorSnapshots } from '../../../api/accumulators/accumulator-snapshots.js';
import { checkState } from '../../../core/assert.js';
import type { ExecutionAttemptId, OperatorId } from '../../../core/ids.js';
import { isTerminal, type ExecutionState } from '../../../protocol/task-execution-state.js';
import type { PhysicalSlot } from '../slot-pool.js';
import { checkTransition } from './execution-state-machine.js';

export type Committables = Readonly<Record<OperatorId, readonly unknown[]>>;

export class Execution {
  readonly attemptId: ExecutionAttemptId;
  readonly attemptNumber: number;
  /** `Map (2/4)`: how people call the subtask. */
  readonly taskName: string;
  /** Set when all output of the subtask was durable in an earlier attempt and only has to be committed. */
  readonly finishedCommittables: Committables | undefined;
  private currentState: ExecutionState = 'CREATED';
  private assignedSlot: PhysicalSlot | undefined;
  /** What makes the output visible; known once the subtask ended its input. */
  private committables: Committables | undefined;
  private userAccumulators: AccumulatorSnapshots;

  constructor(
    attemptId: ExecutionAttemptId,
    attemptNumber: number,
    taskName: string,
    finishedCommittables: Committables | undefined,
    accumulators: AccumulatorSnapshots,
  ) {
    this.attemptId = attemptId;
    this.attemptNumber = attemptNumber;
    this.taskName = taskName;
    this.finishedCommittables = finishedCommittables;
    this.committables = finishedCommittables;
    this.userAccumulators = accumulators;
  }

  get state(): ExecutionState {
    return this.currentState;
  }

  get isTerminal(): boolean {
    return isTerminal(this.currentState);
  }

  /** True from the moment a TaskExecutor may know of it until it ended there. */
  get isDeployed(): boolean {
    return !this.isTerminal && this.currentState !== 'CREATED' && this.currentState !== 'SCHEDULED';
  }

  get slot(): PhysicalSlot | undefined {
    return this.assignedSlot;
  }

  /** Undefined while the subtask still produces. */
  get readyCommittables(): Committables | undefined {
    return this.committables;
  }

  /** What the subtask has counted, as far as it was reported; of an attempt that only commits, what the one before had. */
  get accumulators(): AccumulatorSnapshots {
    return this.userAccumulators;
  }

  /** Input ended and output durable, or all done. */
  get isReadyToCommitOrFinished(): boolean {
    return this.currentState === 'FINISHED' || (this.currentState === 'RUNNING' && this.committables !== undefined);
  }

  transitionTo(state: ExecutionState): void {
    checkTransition(this.taskName, this.currentState, state);
    this.currentState = state;
  }

  assignSlot(slot: PhysicalSlot): void {
    checkState(this.currentState === 'SCHEDULED', `${this.taskName} gets a slot in state ${this.currentState}`);
    this.assignedSlot = slot;
  }

  markReadyToCommit(committables: Committables): void {
    this.committables = committables;
  }

  /** Ignored once the input has ended: a report that comes late knows less. Lists that it leaves out stay. */
  reportAccumulators(interim: AccumulatorSnapshots): void {
    if (this.committables !== undefined || this.isTerminal) return;
    this.userAccumulators = { ...this.userAccumulators, ...interim };
  }

  /** All that the subtask has counted. */
  setAccumulators(complete: AccumulatorSnapshots): void {
    this.userAccumulators = complete;
  }
}
