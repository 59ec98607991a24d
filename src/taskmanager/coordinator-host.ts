/**
 * The thread in which the enumerators of a job's sources run, and the events between it and the JobMaster. On the
 * TaskExecutor's main thread. It has no Flink counterpart: there coordinators run in the JobManager.
 */
import { type SerializedError, serializeError } from '../core/errors.js';
import type { OperatorId } from '../core/ids.js';
import { EventSequence } from './event-sequence.js';
import type { JobMasterReporter } from './job-master-reporter.js';
import { type PrepareMessage, type SlotThreads, SlotWorker, type WorkMessage } from './slot-worker.js';

export class CoordinatorHost {
  private readonly hostId: string;
  private readonly reporter: JobMasterReporter;
  private readonly worker: SlotWorker;
  private readonly incoming = new EventSequence();
  private nextOutgoing = 0;

  constructor(
    hostId: string,
    doorbell: number,
    prepare: PrepareMessage,
    threads: SlotThreads,
    reporter: JobMasterReporter,
  ) {
    this.hostId = hostId;
    this.reporter = reporter;
    this.worker = new SlotWorker(`coordinators of ${hostId}`, doorbell, prepare, threads, {
      onPrepared: () => this.reportState('RUNNING'),
      onMessage: (message) => this.receive(message),
      onFailed: (error) => this.reportState('FAILED', serializeError(error)),
    });
  }

  /** From a reader to its enumerator. Throws EVENT_LOST when an event before this one did not arrive. */
  sendEvent(operatorId: OperatorId, subtask: number, event: unknown, sequence: number): void {
    if (this.incoming.accept(sequence)) this.worker.post({ type: 'eventToCoordinator', operatorId, subtask, event });
  }

  /** Ends the thread in good order. Idempotent. */
  stop(): void {
    this.worker.shutdown();
  }

  private receive(message: WorkMessage): void {
    if (message.type !== 'eventToReader') return;
    const { operatorId, subtask, event } = message;
    const sequence = this.nextOutgoing++;
    this.reporter.send(this.hostId, {
      what: `event of ${this.hostId} to subtask ${subtask}`,
      send: (gateway) => gateway.sendOperatorEventFromCoordinator(this.hostId, operatorId, subtask, event, sequence),
    });
  }

  private reportState(state: 'RUNNING' | 'FAILED', cause?: SerializedError): void {
    this.reporter.send(this.hostId, {
      what: `${this.hostId} ${state}`,
      send: (gateway) => gateway.notifyCoordinatorHostState(this.hostId, state, cause),
    });
  }
}
