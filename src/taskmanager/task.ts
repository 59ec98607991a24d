/** What the TaskExecutor keeps of one task: its state, and where its streams of messages stand. Mirrors: Task. */
import type { Cancel } from '../core/clock.js';
import type { TaskDeploymentDescriptor } from '../protocol/task-deployment-descriptor.js';
import { type ExecutionState, isTerminal } from '../protocol/task-execution-state.js';
import { EventSequence } from './event-sequence.js';

export class Task {
  readonly descriptor: TaskDeploymentDescriptor;
  /** Events from its enumerators. */
  readonly incomingEvents = new EventSequence();
  isCommitRequested = false;
  private currentState: ExecutionState = 'DEPLOYING';
  private nextOutgoingEvent = 0;
  private readonly nextCollected = new Map<string, number>();
  private cancelTimeout: Cancel | undefined;

  constructor(descriptor: TaskDeploymentDescriptor) {
    this.descriptor = descriptor;
  }

  get state(): ExecutionState {
    return this.currentState;
  }

  get isTerminal(): boolean {
    return isTerminal(this.currentState);
  }

  get isCanceling(): boolean {
    return this.cancelTimeout !== undefined;
  }

  /** A task that has ended stays as it is: false then. */
  transitionTo(state: ExecutionState): boolean {
    if (this.isTerminal || state === this.currentState) return false;
    this.currentState = state;
    if (this.isTerminal) this.cancelTimeout?.();
    return true;
  }

  /** `timeout` is what ends the task by force; it is called off when the task has ended. */
  startCanceling(timeout: Cancel): void {
    this.cancelTimeout = timeout;
  }

  /** Position of the next event to an enumerator. */
  nextEventSequence(): number {
    return this.nextOutgoingEvent++;
  }

  /** Position of the next records of this sink for the client. */
  nextCollectedSequence(operatorUid: string): number {
    const sequence = this.nextCollected.get(operatorUid) ?? 0;
    this.nextCollected.set(operatorUid, sequence + 1);
    return sequence;
  }
}
