/** What one operator of a task may do while it waits for something outside. Mirrors: MailboxExecutorImpl. */
import type { OperatorMailbox } from '../../operators/stream-operator.js';
import type { FlowControl } from './flow-control.js';
import type { SlotTimers } from './slot-timers.js';

export class TaskOperatorMailbox implements OperatorMailbox {
  private readonly flow: FlowControl;
  private readonly timers: SlotTimers;
  private readonly post: (callback: () => void) => void;
  private holds = false;
  private awaits = false;

  constructor(flow: FlowControl, timers: SlotTimers, post: (callback: () => void) => void) {
    this.flow = flow;
    this.timers = timers;
    this.post = post;
  }

  execute(callback: () => void): void {
    this.post(callback);
  }

  executeAt(time: number, callback: () => void): () => void {
    return this.timers.schedule(time, () => this.post(callback));
  }

  get isHolding(): boolean {
    return this.holds;
  }

  set isHolding(holds: boolean) {
    if (holds === this.holds) return;
    this.holds = holds;
    this.flow.numHolding += holds ? 1 : -1;
  }

  get isAwaiting(): boolean {
    return this.awaits;
  }

  set isAwaiting(awaits: boolean) {
    if (awaits === this.awaits) return;
    this.awaits = awaits;
    this.flow.numAwaiting += awaits ? 1 : -1;
  }
}
