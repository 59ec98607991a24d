/**
 * One attempt of a job in one slot: the slot's thread and the tasks in it, from `prepare` to the end of the thread.
 * What the tasks say goes to the JobMaster; a thread that dies or hangs fails them. On the TaskExecutor's main thread.
 */
import type { AccumulatorSnapshots } from '../api/accumulators/accumulator-snapshots.js';
import { FlinkError, type SerializedError, serializeError } from '../core/errors.js';
import type { ExecutionAttemptId, OperatorId } from '../core/ids.js';
import type { TaskDeploymentDescriptor, SlotLocation } from '../protocol/task-deployment-descriptor.js';
import type { ExecutionState, TaskExecutionState } from '../protocol/task-execution-state.js';
import type { JobMasterReporter, Report } from './job-master-reporter.js';
import type { ShuffleEnvironment } from './shuffle-environment.js';
import { type PrepareMessage, type SlotThreads, SlotWorker, type WorkMessage } from './slot-worker.js';
import { Task } from './task.js';

export interface SlotExecutionServices {
  readonly threads: SlotThreads;
  readonly shuffle: ShuffleEnvironment;
  readonly reporter: JobMasterReporter;
  readonly cancellationTimeoutMs: number;
}

export interface SlotExecutionOptions {
  readonly location: SlotLocation;
  /** Shown in logs and thread dumps. */
  readonly name: string;
  readonly attemptNumber: number;
  readonly prepare: PrepareMessage;
  /** Called once, when the thread is gone or told to end and nothing of it is held any more. */
  readonly onEnded: (execution: SlotExecution) => void;
}

export class SlotExecution {
  readonly attemptNumber: number;
  /** Settles when the thread can take tasks, or with the reason why it never will. */
  readonly prepared: Promise<void>;
  private readonly options: SlotExecutionOptions;
  private readonly services: SlotExecutionServices;
  private readonly worker: SlotWorker;
  private readonly tasks = new Map<ExecutionAttemptId, Task>();
  private isReleasing = false;
  private isOver = false;

  constructor(options: SlotExecutionOptions, services: SlotExecutionServices) {
    this.options = options;
    this.services = services;
    this.attemptNumber = options.attemptNumber;
    const doorbell = services.shuffle.acquireDoorbell(options.location);
    this.worker = new SlotWorker(options.name, doorbell, options.prepare, services.threads, {
      onMessage: (message) => this.receive(message),
      onFailed: (error) => this.failAll(error),
    });
    this.prepared = this.worker.prepared;
  }

  get isEnded(): boolean {
    return this.isOver;
  }

  /** Attempts that were ever submitted here, with what became of them. */
  get attempts(): ReadonlyMap<ExecutionAttemptId, Task> {
    return this.tasks;
  }

  /** A second submission of the same attempt does nothing. */
  submit(descriptor: TaskDeploymentDescriptor): void {
    const { attemptId } = descriptor;
    if (this.tasks.has(attemptId)) return;
    if (this.isOver || this.isReleasing) throw slotEnding(this.options.name);
    this.tasks.set(attemptId, new Task(descriptor));
    const { outputs, inputs } = this.services.shuffle.openChannels(descriptor);
    this.worker.post({ type: 'deploy', descriptor, outputs, inputs });
  }

  /** Asks the task to end; after the cancellation timeout the whole thread is ended. */
  cancel(attemptId: ExecutionAttemptId): void {
    const task = this.tasks.get(attemptId);
    if (task === undefined || task.isTerminal || task.isCanceling) return;
    const { cancellationTimeoutMs, threads } = this.services;
    task.startCanceling(
      threads.mainThread.schedule(cancellationTimeoutMs, () => this.failAll(hung(task, cancellationTimeoutMs))),
    );
    this.worker.post({ type: 'cancel', attemptId });
  }

  commit(attemptId: ExecutionAttemptId): void {
    const task = this.tasks.get(attemptId);
    if (task === undefined || task.isCommitRequested) return;
    task.isCommitRequested = true;
    this.worker.post({ type: 'commit', attemptId });
  }

  /** Throws EVENT_LOST when an event before this one did not arrive. */
  sendEvent(attemptId: ExecutionAttemptId, operatorId: OperatorId, event: unknown, sequence: number): void {
    const task = this.tasks.get(attemptId);
    // Nobody misses it: the sender will hear that the task has finished.
    if (task?.state === 'FINISHED') return;
    if (task === undefined || task.isTerminal) throw taskEnded(attemptId);
    if (task.incomingEvents.accept(sequence)) this.worker.post({ type: 'eventToTask', attemptId, operatorId, event });
  }

  /** Ends tasks and thread in good order, however long that takes. Idempotent. */
  release(): void {
    if (this.isReleasing || this.isOver) return;
    this.isReleasing = true;
    for (const attemptId of this.tasks.keys()) this.cancel(attemptId);
    this.endIfDone();
  }

  /** Ends the thread now; tasks that still run fail with `error`. Idempotent. */
  failAll(error: unknown): void {
    if (this.isOver) return;
    this.worker.terminate();
    const cause = serializeError(error);
    for (const task of this.tasks.values()) this.transition(task, 'FAILED', cause);
    this.end();
  }

  private receive(message: WorkMessage): void {
    if (message.type === 'metrics') {
      this.services.reporter.sendOnce((gateway) => gateway.reportMetrics(message.metrics));
      return;
    }
    // Events of the coordinator role do not come from a slot.
    if (message.type === 'eventToReader') return;
    const task = this.tasks.get(message.attemptId);
    if (task === undefined || task.isTerminal) return;
    if (message.type === 'collected')
      this.report(task, { ...reportOf(task, message), onDone: () => this.acknowledgeCollected(message) });
    else if (message.type !== 'taskState') this.report(task, reportOf(task, message));
    else {
      this.transition(task, message.state, message.error, message.accumulators);
      this.endIfDone();
    }
  }

  private acknowledgeCollected({ attemptId, operatorUid }: Extract<WorkMessage, { type: 'collected' }>): void {
    this.worker.post({ type: 'collectedAcknowledged', attemptId, operatorUid });
  }

  private transition(
    task: Task,
    state: ExecutionState,
    error: SerializedError | undefined,
    accumulators?: AccumulatorSnapshots,
  ): void {
    const { attemptId } = task.descriptor;
    if (!task.transitionTo(state)) return;
    const update: TaskExecutionState = {
      attemptId,
      state,
      ...(error === undefined ? {} : { error }),
      ...(accumulators === undefined ? {} : { accumulators }),
    };
    const report: Report = {
      what: `${attemptId} ${state}`,
      send: (gateway) => gateway.updateTaskExecutionState(update),
    };
    // What a failed attempt had still to say is of no use; records of a finished one come first.
    if (state === 'FAILED' || state === 'CANCELED') this.services.reporter.sendUrgently(attemptId, report);
    else this.report(task, report);
    if (task.isTerminal) this.services.shuffle.releaseAttempt(attemptId);
  }

  private report(task: Task, report: Report): void {
    this.services.reporter.send(task.descriptor.attemptId, report);
  }

  /**
   * Once a task failed or was cancelled the whole attempt goes, so that the thread ends with its last task. A thread whose
   * tasks all finished stays until its slot is freed: the next task of the attempt may be on its way.
   */
  private endIfDone(): void {
    let isAttemptLost = this.isReleasing;
    for (const task of this.tasks.values()) {
      if (!task.isTerminal) return;
      if (task.state !== 'FINISHED') isAttemptLost = true;
    }
    if (isAttemptLost) this.end();
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.worker.shutdown();
    this.services.shuffle.releaseLocation(this.options.location);
    this.options.onEnded(this);
  }
}

function reportOf(
  task: Task,
  message: Extract<WorkMessage, { type: 'readyToCommit' | 'eventToCoordinator' | 'collected' }>,
): Report {
  const { attemptId } = task.descriptor;
  const what = `${attemptId} ${message.type}`;
  if (message.type === 'readyToCommit') {
    const { committables, accumulators } = message;
    return { what, send: (gateway) => gateway.notifyReadyToCommit(attemptId, committables, accumulators) };
  }
  if (message.type === 'collected') {
    const { operatorUid, records } = message;
    const sequence = task.nextCollectedSequence(operatorUid);
    return { what, send: (gateway) => gateway.reportCollectedRecords(attemptId, operatorUid, records, sequence) };
  }
  const { operatorId, event } = message;
  const sequence = task.nextEventSequence();
  return { what, send: (gateway) => gateway.sendOperatorEventToCoordinator(attemptId, operatorId, event, sequence) };
}

function slotEnding(name: string): FlinkError {
  return new FlinkError('SLOT_ENDING', `${name} takes no more tasks of this attempt`, { domain: 'external' });
}

function taskEnded(attemptId: ExecutionAttemptId): FlinkError {
  return new FlinkError('TASK_NOT_RUNNING', `attempt ${attemptId} does not run here`, {
    domain: 'external',
    details: { attemptId },
  });
}

function hung(task: Task, timeoutMs: number): FlinkError {
  const { attemptId } = task.descriptor;
  return new FlinkError(
    'TASK_CANCELLATION_TIMEOUT',
    `attempt ${attemptId} did not react to cancellation for ${timeoutMs} ms; its slot thread was ended`,
    {
      domain: 'user',
      retry: 'restart',
      details: { attemptId },
      remedy: 'Look for a function that loops or waits without end; task.cancellation.timeout sets the time.',
    },
  );
}
