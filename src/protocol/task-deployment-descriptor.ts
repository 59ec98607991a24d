/** Everything a TaskExecutor needs to run one attempt of one subtask. Mirrors: TaskDeploymentDescriptor. */
import type {
  AllocationId,
  ExecutionAttemptId,
  IntermediateDataSetId,
  JobId,
  JobVertexId,
  OperatorId,
  ResourceId,
} from '../core/ids.js';

export interface TaskDeploymentDescriptor {
  readonly jobId: JobId;
  readonly vertexId: JobVertexId;
  readonly subtaskIndex: number;
  readonly attemptNumber: number;
  readonly attemptId: ExecutionAttemptId;
  readonly allocationId: AllocationId;
  readonly inputGates: readonly InputGateDescriptor[];
  readonly resultPartitions: readonly ResultPartitionDescriptor[];
  /** Set when this subtask has all its output durable and only has to commit it (after a failure while committing). */
  readonly finishedCommittables?: Readonly<Record<OperatorId, readonly unknown[]>>;
}

export interface ResultPartitionDescriptor {
  readonly dataSetId: IntermediateDataSetId;
  readonly edgeId: string;
  /** Where each channel of this subtask's output leads, in channel order. */
  readonly channels: readonly ChannelDescriptor[];
}

export interface InputGateDescriptor {
  readonly dataSetId: IntermediateDataSetId;
  readonly edgeId: string;
  readonly inputIndex: 0 | 1;
  /** Where each channel comes from, ordered by producing subtask. */
  readonly channels: readonly ChannelDescriptor[];
}

/** One channel between two subtasks; both ends name it the same way. Mirrors: ShuffleDescriptor. */
export interface ChannelDescriptor {
  readonly producer: ExecutionAttemptId;
  readonly producerSubtask: number;
  readonly consumer: ExecutionAttemptId;
  readonly consumerSubtask: number;
  readonly dataSetId: IntermediateDataSetId;
  /** How many channels the producer's result partition has: whichever end comes first creates its memory. */
  readonly numSubpartitions: number;
  /** TaskManager and slot at the other end. */
  readonly producerLocation: SlotLocation;
  readonly consumerLocation: SlotLocation;
}

export interface SlotLocation {
  readonly taskManager: ResourceId;
  readonly allocationId: AllocationId;
}
