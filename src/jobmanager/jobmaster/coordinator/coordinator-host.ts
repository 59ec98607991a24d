/**
 * The thread, in one of the job's TaskManagers, in which the enumerators of its sources run, and the events between them
 * and their readers. One host a job attempt; what comes from hosts of older attempts never gets here.
 * Mirrors: OperatorCoordinatorHandler, OperatorCoordinatorHolder.
 */
import { checkNotNull } from '../../../core/assert.js';
import type { Cancel } from '../../../core/clock.js';
import { FlinkError, type SerializedError, serializeError } from '../../../core/errors.js';
import type { OperatorId, ResourceId } from '../../../core/ids.js';
import { deliver } from '../command.js';
import type { Execution } from '../execution-graph/execution.js';
import type { JobContext } from '../job-context.js';
import { failureOf } from '../job-failure.js';
import { EventChannel } from './event-channel.js';

export interface CoordinatorHostListener {
  /** The enumerators run. */
  onHostRunning(): void;
  /** The host, or the way to it, failed: the job cannot go on without it. Called at most once. */
  onHostFailed(failure: SerializedError): void;
  /** A reader's TaskExecutor refused an event: the task missed something and cannot go on. */
  onEventLost(execution: Execution, error: unknown): void;
}

type State = 'starting' | 'running' | 'closed';

export class CoordinatorHost {
  readonly hostId: string;
  readonly taskManager: ResourceId;
  private readonly context: JobContext;
  private readonly listener: CoordinatorHostListener;
  private readonly toHost: EventChannel;
  private readonly toTasks = new Map<Execution, EventChannel>();
  private state: State = 'starting';
  private isAccepted = false;
  private isReportedRunning = false;
  private isStopSent = false;
  private cancelDeadline: Cancel = () => undefined;

  constructor(context: JobContext, hostId: string, taskManager: ResourceId, listener: CoordinatorHostListener) {
    this.context = context;
    this.hostId = hostId;
    this.taskManager = taskManager;
    this.listener = listener;
    this.toHost = new EventChannel(context, taskManager, (error) => this.fail(serializeError(error)));
  }

  start(): void {
    const { jobGraph, jobMasterId, program, mainThread, timeouts } = this.context;
    const { preparationMs } = timeouts;
    this.cancelDeadline = mainThread.schedule(preparationMs, () =>
      this.fail(serializeError(startTimeout(preparationMs))),
    );
    deliver(this.context, {
      taskManager: this.taskManager,
      call: (gateway) => gateway.startCoordinatorHost(this.hostId, jobGraph.jobId, jobMasterId, jobGraph, program),
      isObsolete: () => this.state !== 'starting',
      onAcknowledged: () => {
        this.isAccepted = true;
        this.checkRunning();
      },
      onRefused: (error) => this.fail(serializeError(error)),
    });
  }

  /** What the host says about itself; may overtake the answer to `start`. */
  onStateReported(state: 'RUNNING' | 'FAILED', cause: SerializedError | undefined): void {
    if (state === 'FAILED') {
      this.fail(cause ?? serializeError(new FlinkError('COORDINATOR_FAILED', 'no reason was given')));
      return;
    }
    this.isReportedRunning = true;
    this.checkRunning();
  }

  /** From the reader of a subtask to its enumerator, in order. */
  sendToCoordinator(operatorId: OperatorId, subtask: number, event: unknown): void {
    this.toHost.send((gateway, sequence) =>
      gateway.sendOperatorEventToHost(this.hostId, operatorId, subtask, event, sequence),
    );
  }

  /** From an enumerator to the reader in `execution`, in order; held back until the task is deployed. */
  sendToTask(execution: Execution, operatorId: OperatorId, event: unknown): void {
    const { attemptId } = execution;
    this.channelTo(execution).send((gateway, sequence) =>
      gateway.sendOperatorEventToTask(attemptId, operatorId, event, sequence),
    );
  }

  onTaskDeployed(execution: Execution): void {
    this.channelTo(execution).open();
  }

  /** It cannot work any more, for the given reason. */
  fail(cause: SerializedError): void {
    const { state, taskManager, hostId } = this;
    if (state === 'closed') return;
    this.close();
    const what = state === 'starting' ? 'did not start' : 'failed';
    const subject = `The source coordinators on TaskManager ${taskManager} ${what}`;
    this.listener.onHostFailed(failureOf('COORDINATOR_FAILED', subject, cause, { taskManager, hostId }));
  }

  /** Ends the host without waiting for it: the next attempt has one of its own. Idempotent. */
  stop(): void {
    this.close();
    if (this.isStopSent) return;
    this.isStopSent = true;
    deliver(this.context, {
      taskManager: this.taskManager,
      call: (gateway) => gateway.stopCoordinatorHost(this.hostId),
      isObsolete: () => false,
      onAcknowledged: () => undefined,
      onRefused: (error) => this.context.log.debug('Coordinator host is gone', { hostId: this.hostId, error }),
    });
  }

  private checkRunning(): void {
    if (this.state !== 'starting' || !this.isAccepted || !this.isReportedRunning) return;
    this.state = 'running';
    this.cancelDeadline();
    this.toHost.open();
    this.listener.onHostRunning();
  }

  private channelTo(execution: Execution): EventChannel {
    let channel = this.toTasks.get(execution);
    if (channel === undefined) {
      const { taskManager } = checkNotNull(execution.slot, `The slot of ${execution.taskName}`);
      channel = new EventChannel(this.context, taskManager, (error) => this.listener.onEventLost(execution, error));
      if (this.state === 'closed') channel.close();
      this.toTasks.set(execution, channel);
    }
    return channel;
  }

  private close(): void {
    this.state = 'closed';
    this.cancelDeadline();
    this.toHost.close();
    for (const channel of this.toTasks.values()) channel.close();
  }
}

function startTimeout(timeoutMs: number): FlinkError {
  return new FlinkError('TIMEOUT', `no word from them within ${timeoutMs} ms`, { domain: 'external' });
}
