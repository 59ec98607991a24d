/**
 * The contract between an operator and the task that runs it. Operators never wait, do no I/O and do not know the
 * network: records come in by method call and leave through an Output. Mirrors: StreamOperator, Output.
 */
import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/logger.js';
import type { MetricGroup, RuntimeContext } from '../api/runtime-context.js';
import type { TimerServiceState } from '../state/internal-timer-service.js';
import type { KeyedStateBackend } from '../state/keyed-state-backend.js';
import type { UserStateStores } from '../state/ttl/user-state-stores.js';

/** Takes what an operator emits. Calls may come at any time during processing, timers and endInput. */
export interface Output {
  /** `timestamp` is event time in ms or NO_TIMESTAMP. */
  collect(value: unknown, timestamp: number): void;
  collectSide(tagId: string, value: unknown, timestamp: number): void;
  emitWatermark(timestamp: number): void;
  /** Says that no records come for now (true), or that they do again (false). */
  emitIdle(isIdle: boolean): void;
}

/**
 * Work that may emit without bound (firing 100,000 windows): does one small piece and returns true once all is done.
 * The task calls it only while its outputs have room, and takes no record before it is done.
 */
export type ResumableWork = () => boolean;

/** For operators that wait for something outside of their task. Mirrors: MailboxExecutor. */
export interface OperatorMailbox {
  /**
   * Runs `callback` on the task's turn, between two records; also while the task goes to its end, which timers of
   * `scheduleAt` do not. May be called at any time on the task's thread; does nothing once the task is closed.
   */
  execute(callback: () => void): void;
  /** As `execute`, at that processing time. */
  executeAt(time: number, callback: () => void): () => void;
  /** While true the task takes no record, and does not go on to its end. */
  isHolding: boolean;
  /** While true a promise is pending, which only the event loop can settle. */
  isAwaiting: boolean;
}

export interface OperatorContext {
  readonly name: string;
  readonly uid: string;
  readonly runtimeContext: RuntimeContext;
  readonly subtaskIndex: number;
  readonly parallelism: number;
  readonly maxParallelism: number;
  readonly attemptNumber: number;
  readonly attemptId: string;
  readonly output: Output;
  /** Set for operators with keyed inputs; the task sets the current key before each record. */
  readonly keyedState: KeyedStateBackend | undefined;
  /** What user functions get of it. */
  readonly userState: UserStateStores | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: MetricGroup;
  readonly autoWatermarkIntervalMs: number;
  /** Runs as much as there is room for now, and the rest before the task takes its next record. */
  runResumable(work: ResumableWork): void;
  /** Calls `callback` on the task's thread at that processing time, unless the task ended; between two records. */
  scheduleAt(time: number, callback: () => void): () => void;
  readonly mailbox: OperatorMailbox;
  /** Sends a record to the client that submitted the job. */
  sendToClient(record: unknown): void;
}

/** State of an operator beyond its keyed state, as plain data. */
export interface OperatorSnapshot {
  readonly timers?: TimerServiceState;
  /** By state name; the same on every subtask. */
  readonly broadcastStates?: Readonly<Record<string, readonly (readonly [key: unknown, value: unknown])[]>>;
  readonly watermark?: number;
  /** Records without an answer yet, and the watermarks between them, in the order in which they came. */
  readonly pendingElements?: readonly PendingElement[];
}

export type PendingElement = { readonly value: unknown; readonly timestamp: number } | { readonly watermark: number };

export interface StreamOperator {
  /** Called before `open`, if the operator goes on from a snapshot. */
  restoreState?(snapshot: OperatorSnapshot): void;
  open?(): void | Promise<void>;
  /** Between two records, with no work pending. The keyed state is written by its backend. */
  snapshotState?(): OperatorSnapshot;
  /** All inputs ended and MAX_WATERMARK was processed: emit what is left. */
  endInput?(): void | Promise<void>;
  /** Called once, after endInput on success or at any time on failure and cancellation (`aborted`). */
  close?(aborted: boolean): void | Promise<void>;
}

export interface OneInputOperator extends StreamOperator {
  processElement(value: unknown, timestamp: number): void;
  /** Must pass the watermark on, through resumable work if it fires something first. */
  processWatermark(timestamp: number): void;
  processIdle(isIdle: boolean): void;
}

/** Watermarks of both inputs are combined by the task: the operator sees their minimum. */
export interface TwoInputOperator extends StreamOperator {
  processElement1(value: unknown, timestamp: number): void;
  processElement2(value: unknown, timestamp: number): void;
  processWatermark(timestamp: number): void;
  processIdle(isIdle: boolean): void;
}

/** What a sink's task does at the end of input, driven by the JobMaster once every task got there. */
export interface CommittingOperator extends StreamOperator {
  /** True while no record may be taken before `flush` is done. */
  readonly wantsFlush: boolean;
  /** Makes what was written durable; called by the task while `wantsFlush`. `endInput` flushes by itself. */
  flush(): void | Promise<void>;
  /** After endInput: makes all output durable and returns what has to be committed; plain data. */
  prepareCommit(): Promise<readonly unknown[]>;
  commit(committables: readonly unknown[]): Promise<void>;
}

export type AnyOperator = OneInputOperator | TwoInputOperator;

export function isTwoInput(operator: AnyOperator): operator is TwoInputOperator {
  return 'processElement1' in operator;
}
