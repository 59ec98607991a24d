/** What has to run on a task's turn, between two records, in the order in which it came. Mirrors: TaskMailbox. */
import type { FlowControl } from './flow-control.js';

interface Mail {
  readonly run: () => void;
  readonly until: 'endOfInput' | 'close';
}

export class TaskMailbox {
  private mails: Mail[] = [];
  private hasInputEnded = false;

  get isEmpty(): boolean {
    return this.mails.length === 0;
  }

  /** Timers and events: at the end of the input what has not run is dropped, and nothing more is taken. */
  post(run: () => void): void {
    if (!this.hasInputEnded) this.mails.push({ run, until: 'endOfInput' });
  }

  /** Answers that an operator waits for: the task does not end before it has them. */
  postUntilClosed(run: () => void): void {
    this.mails.push({ run, until: 'close' });
  }

  endInput(): void {
    this.hasInputEnded = true;
    this.mails = this.mails.filter(({ until }) => until === 'close');
  }

  /**
   * Runs what is there; what that adds runs the next time. Stops when a mail leaves work behind: what the next one emits,
   * a watermark perhaps, must not overtake it.
   */
  run(flow: FlowControl): void {
    const due = this.mails;
    this.mails = [];
    let at = 0;
    while (at < due.length && !flow.isBlocked && !flow.hasPendingWork) due[at++]?.run();
    if (at < due.length) this.mails = [...due.slice(at), ...this.mails];
  }
}
