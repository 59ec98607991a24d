/** Tells of requests whose time is over. All have the same timeout, so one timer for the oldest serves all. */
import type { OperatorContext } from '../stream-operator.js';
import type { AsyncRequest } from './async-request.js';

export class RequestTimeouts {
  private readonly context: Pick<OperatorContext, 'clock' | 'mailbox'>;
  private readonly onTimeout: (request: AsyncRequest) => void;
  /** In order of their deadlines. */
  private readonly waiting = new Set<AsyncRequest>();
  private cancelAlarm: (() => void) | undefined;

  constructor(context: Pick<OperatorContext, 'clock' | 'mailbox'>, onTimeout: (request: AsyncRequest) => void) {
    this.context = context;
    this.onTimeout = onTimeout;
  }

  add(request: AsyncRequest): void {
    this.waiting.add(request);
    this.arm();
  }

  /** It has an answer. */
  remove(request: AsyncRequest): void {
    this.waiting.delete(request);
  }

  close(): void {
    this.waiting.clear();
    this.cancelAlarm?.();
  }

  private arm(): void {
    if (this.cancelAlarm !== undefined) return;
    for (const { deadline } of this.waiting) {
      this.cancelAlarm = this.context.mailbox.executeAt(deadline, () => this.onAlarm());
      return;
    }
  }

  private onAlarm(): void {
    this.cancelAlarm = undefined;
    const now = this.context.clock.now();
    for (const request of this.waiting) {
      if (request.deadline > now) break;
      this.waiting.delete(request);
      this.onTimeout(request);
    }
    this.arm();
  }
}
