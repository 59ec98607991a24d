/**
 * What a TaskExecutor and the thread of one of its slots say to each other. Plain data, structured-cloneable; shared
 * memory travels as handles. The same messages reach a slot that runs in the calling thread.
 */
import type { AccumulatorSnapshots } from '../api/accumulators/accumulator-snapshots.js';
import type { LogFields, LogLevel } from '../core/logger.js';
import type { SerializedError } from '../core/errors.js';
import type { ExecutionAttemptId, OperatorId } from '../core/ids.js';
import type { JobGraph } from '../graph/job-graph.js';
import type { ProgramReference } from '../protocol/job-messages.js';
import type { TaskDeploymentDescriptor } from '../protocol/task-deployment-descriptor.js';
import type { ExecutionState, TaskMetrics } from '../protocol/task-execution-state.js';
import type { ChannelHandle } from '../network/channel-handle.js';

export type ToSlot =
  /** First message. Answered by `prepared` or `failed`. */
  | {
      readonly type: 'prepare';
      readonly jobGraph: JobGraph;
      readonly program: ProgramReference;
      readonly role: 'slot' | 'coordinators';
    }
  | {
      readonly type: 'deploy';
      readonly descriptor: TaskDeploymentDescriptor;
      /** Per result partition, per channel. */
      readonly outputs: readonly (readonly ChannelHandle[])[];
      /** Per input gate, per channel. */
      readonly inputs: readonly (readonly ChannelHandle[])[];
    }
  | { readonly type: 'cancel'; readonly attemptId: ExecutionAttemptId }
  | { readonly type: 'commit'; readonly attemptId: ExecutionAttemptId }
  /** The last records of this sink arrived at the JobMaster: the next batch may follow. */
  | { readonly type: 'collectedAcknowledged'; readonly attemptId: ExecutionAttemptId; readonly operatorUid: string }
  /** To a reader in a task of this slot. */
  | {
      readonly type: 'eventToTask';
      readonly attemptId: ExecutionAttemptId;
      readonly operatorId: OperatorId;
      readonly event: unknown;
    }
  /** To an enumerator, when the role is `coordinators`. */
  | {
      readonly type: 'eventToCoordinator';
      readonly operatorId: OperatorId;
      readonly subtask: number;
      readonly event: unknown;
    }
  /** Ends the thread after closing what is open. */
  | { readonly type: 'shutdown' };

export type FromSlot =
  | { readonly type: 'prepared' }
  /** The slot as a whole cannot go on: binding failed, or an error outside any task. */
  | { readonly type: 'failed'; readonly error: SerializedError }
  | {
      readonly type: 'taskState';
      readonly attemptId: ExecutionAttemptId;
      readonly state: ExecutionState;
      readonly error?: SerializedError;
      readonly accumulators?: AccumulatorSnapshots;
    }
  | {
      readonly type: 'readyToCommit';
      readonly attemptId: ExecutionAttemptId;
      readonly committables: Readonly<Record<OperatorId, readonly unknown[]>>;
      readonly accumulators?: AccumulatorSnapshots;
    }
  | {
      readonly type: 'eventToCoordinator';
      readonly attemptId: ExecutionAttemptId;
      readonly operatorId: OperatorId;
      readonly event: unknown;
    }
  | {
      readonly type: 'eventToReader';
      readonly operatorId: OperatorId;
      readonly subtask: number;
      readonly event: unknown;
    }
  | {
      readonly type: 'collected';
      readonly attemptId: ExecutionAttemptId;
      readonly operatorUid: string;
      readonly records: readonly unknown[];
    }
  | { readonly type: 'metrics'; readonly metrics: readonly TaskMetrics[] }
  | { readonly type: 'log'; readonly level: LogLevel; readonly message: string; readonly fields: LogFields };
