/**
 * A one-way stream of events to one receiver: numbered, one at a time, repeated until acknowledged.
 * Mirrors: SubtaskGatewayImpl, and the mailbox order of OperatorCoordinatorHolder.
 */
import type { ResourceId } from '../../../core/ids.js';
import type { TaskExecutorGateway } from '../../../protocol/gateways.js';
import { deliver } from '../command.js';
import type { JobContext } from '../job-context.js';

export type SendEvent = (gateway: TaskExecutorGateway, sequence: number) => Promise<unknown>;

export class EventChannel {
  private readonly context: JobContext;
  private readonly taskManager: ResourceId;
  private readonly onFailure: (error: unknown) => void;
  private readonly queue: SendEvent[] = [];
  private sequence = 0;
  private isOpen = false;
  private isSending = false;
  private isClosed = false;

  /** `onFailure` is called once, for the first event that was refused; nothing is sent after it. */
  constructor(context: JobContext, taskManager: ResourceId, onFailure: (error: unknown) => void) {
    this.context = context;
    this.taskManager = taskManager;
    this.onFailure = onFailure;
  }

  /** The receiver is there: what was held back is sent. Idempotent. */
  open(): void {
    this.isOpen = true;
    this.sendNext();
  }

  /** Drops what was not acknowledged yet. Idempotent. */
  close(): void {
    this.isClosed = true;
    this.queue.length = 0;
  }

  send(event: SendEvent): void {
    if (this.isClosed) return;
    this.queue.push(event);
    this.sendNext();
  }

  private sendNext(): void {
    if (!this.isOpen || this.isSending || this.isClosed) return;
    const send = this.queue.shift();
    if (send === undefined) return;
    this.isSending = true;
    const sequence = this.sequence++;
    deliver(this.context, {
      taskManager: this.taskManager,
      call: (gateway) => send(gateway, sequence),
      isObsolete: () => this.isClosed,
      onAcknowledged: () => {
        this.isSending = false;
        this.sendNext();
      },
      onRefused: (error) => {
        this.close();
        this.onFailure(error);
      },
    });
  }
}
