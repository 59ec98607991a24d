/**
 * Carries what the tasks of a job have to say to their JobMaster: one message after the other in each lane, repeated until
 * it is acknowledged or the JobMaster is gone. A lane is one attempt or one coordinator host, so that a task whose records
 * wait for the client does not hold up the others. On the TaskExecutor's main thread.
 */
import { type FlinkError, isFlinkError } from '../core/errors.js';
import type { Logger } from '../core/logger.js';
import type { MainThread } from '../core/main-thread.js';
import type { JobMasterGateway } from '../protocol/gateways.js';

const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 2_000;

export interface Report {
  /** For the log. */
  readonly what: string;
  send(gateway: JobMasterGateway): Promise<unknown>;
  /** The JobMaster has it, or refused it for good. */
  onDone?(): void;
}

interface Lane {
  readonly waiting: Report[];
  inFlight: Report | undefined;
}

export class JobMasterReporter {
  private readonly gateway: JobMasterGateway;
  private readonly mainThread: MainThread;
  private readonly log: Logger;
  private readonly onJobMasterLost: (reason: string) => void;
  private readonly lanes = new Map<string, Lane>();
  private isClosed = false;

  /** `onJobMasterLost` is called when the JobMaster at the address is not the one that is meant. */
  constructor(
    gateway: JobMasterGateway,
    mainThread: MainThread,
    log: Logger,
    onJobMasterLost: (reason: string) => void,
  ) {
    this.gateway = gateway;
    this.mainThread = mainThread;
    this.log = log;
    this.onJobMasterLost = onJobMasterLost;
  }

  send(lane: string, report: Report): void {
    if (this.isClosed) return;
    const { waiting } = this.laneOf(lane);
    waiting.push(report);
    this.next(lane);
  }

  /** Says this instead of everything that still waits in the lane, without waiting for the message on its way. */
  sendUrgently(lane: string, report: Report): void {
    if (this.isClosed) return;
    const { waiting, inFlight } = this.laneOf(lane);
    inFlight?.onDone?.();
    for (const dropped of waiting) dropped.onDone?.();
    this.lanes.delete(lane);
    this.send(lane, report);
  }

  /** Says it without waiting and without repeating: for what the next message replaces. */
  sendOnce(send: (gateway: JobMasterGateway) => Promise<unknown>): void {
    if (this.isClosed) return;
    send(this.gateway).catch((error: unknown) => this.log.debug('The JobMaster missed a message', { error }));
  }

  /** True while the JobMaster may not know all that was said in the lane. */
  isBusy(lane: string): boolean {
    return this.lanes.has(lane);
  }

  /** Messages that are not acknowledged. */
  get pending(): number {
    let count = 0;
    for (const lane of this.lanes.values()) count += lane.waiting.length + (lane.inFlight === undefined ? 0 : 1);
    return count;
  }

  /** Drops everything: the JobMaster is gone or needs to hear no more. Idempotent. */
  close(): void {
    this.isClosed = true;
    this.lanes.clear();
  }

  private laneOf(name: string): Lane {
    let lane = this.lanes.get(name);
    if (lane === undefined) {
      lane = { waiting: [], inFlight: undefined };
      this.lanes.set(name, lane);
    }
    return lane;
  }

  private next(name: string): void {
    const lane = this.lanes.get(name);
    if (lane === undefined || lane.inFlight !== undefined) return;
    lane.inFlight = lane.waiting.shift();
    if (lane.inFlight === undefined) this.lanes.delete(name);
    else this.attempt(name, lane, lane.inFlight, FIRST_RETRY_MS);
  }

  private attempt(name: string, lane: Lane, report: Report, retryMs: number): void {
    const isCurrent = (): boolean => this.lanes.get(name) === lane;
    this.mainThread.handle(
      report.send(this.gateway),
      () => {
        if (isCurrent()) this.done(name, lane, report);
      },
      (error) => {
        if (isCurrent()) this.onFailed(name, lane, report, retryMs, error);
      },
    );
  }

  private done(name: string, lane: Lane, report: Report): void {
    lane.inFlight = undefined;
    report.onDone?.();
    this.next(name);
  }

  private onFailed(name: string, lane: Lane, report: Report, retryMs: number, error: unknown): void {
    if (isFlinkError(error) && error.code === 'FENCING_TOKEN_MISMATCH') {
      this.onJobMasterLost(error.message);
    } else if (isUnanswered(error)) {
      this.log.debug('The JobMaster did not answer, trying again', { what: report.what, retryMs, error });
      this.mainThread.schedule(retryMs, () => {
        if (this.lanes.get(name) === lane) this.attempt(name, lane, report, Math.min(retryMs * 2, MAX_RETRY_MS));
      });
    } else {
      this.log.warn('The JobMaster refused a message', { what: report.what, error });
      this.done(name, lane, report);
    }
  }
}

/** True when nobody knows whether the other side got the message: saying it again is right, and safe. */
export function isUnanswered(error: unknown): error is FlinkError {
  return isFlinkError(error) && (error.code === 'TIMEOUT' || error.code === 'RECIPIENT_UNREACHABLE');
}
