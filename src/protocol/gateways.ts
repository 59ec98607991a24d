/**
 * The remote interfaces of the four components. Every call is asynchronous, has a timeout, and is fenced: a message
 * for an old leader is refused with FENCING_TOKEN_MISMATCH. Arguments are plain data.
 * Calls are repeated when their answer is missing, so each is idempotent: what is not by nature carries a `sequence`, which
 * counts the messages of one stream from 0; the sender waits for each acknowledgement before the next, the receiver
 * acknowledges a repeated message without doing it again.
 * Mirrors: DispatcherGateway, ResourceManagerGateway, JobMasterGateway, TaskExecutorGateway.
 */
import type { AccumulatorSnapshots } from '../api/accumulators/accumulator-snapshots.js';
import type { SerializedError } from '../core/errors.js';
import type {
  AllocationId,
  ExecutionAttemptId,
  FencingToken,
  InstanceId,
  JobId,
  OperatorId,
  ResourceId,
  SlotId,
} from '../core/ids.js';
import type { JobGraph } from '../graph/job-graph.js';
import type {
  CollectedRecords,
  JobDetails,
  JobResult,
  JobStatus,
  JobSubmission,
  ProgramReference,
  VertexMetrics,
} from './job-messages.js';
import type { TaskDeploymentDescriptor } from './task-deployment-descriptor.js';
import type { TaskExecutionState, TaskMetrics } from './task-execution-state.js';

/** Any gateway: methods that return promises. */
export type Acknowledge = { readonly acknowledged: true };
export const ACKNOWLEDGE: Acknowledge = { acknowledged: true };

export interface DispatcherGateway {
  /** Resolves once a JobMaster for the job exists; DUPLICATE_JOB when the id is taken. */
  submitJob(submission: JobSubmission): Promise<Acknowledge>;
  listJobs(): Promise<readonly JobDetails[]>;
  requestJobDetails(jobId: JobId): Promise<JobDetails>;
  requestJobStatus(jobId: JobId): Promise<JobStatus>;
  /** Settles when the job reached a terminal state (long poll: answers `undefined` after `timeoutMs`, ask again). */
  requestJobResult(jobId: JobId, timeoutMs: number): Promise<JobResult | undefined>;
  cancelJob(jobId: JobId): Promise<Acknowledge>;
  requestVertexMetrics(jobId: JobId): Promise<readonly VertexMetrics[]>;
  /** Merged over the subtasks: as of their last reports while the job runs, complete once it has ended. */
  requestAccumulators(jobId: JobId): Promise<AccumulatorSnapshots>;
  /** Records sent by sinks to the client, from position `offset` of `attempt`; waits up to `timeoutMs` for some. */
  requestCollectedRecords(
    jobId: JobId,
    operatorUid: string,
    attempt: number,
    offset: number,
    timeoutMs: number,
  ): Promise<CollectedRecords>;
}

export interface SlotReport {
  readonly slots: readonly SlotStatus[];
}
export interface SlotStatus {
  readonly slotId: SlotId;
  readonly jobId: JobId | undefined;
  readonly allocationId: AllocationId | undefined;
}
export interface TaskExecutorRegistration {
  readonly address: string;
  readonly resourceId: ResourceId;
  readonly numSlots: number;
}
export interface ResourceRequirements {
  readonly jobId: JobId;
  readonly jobMasterAddress: string;
  /** How many slots the job needs in all; 0 gives all back. */
  readonly numSlots: number;
}

export interface ResourceManagerGateway {
  registerTaskExecutor(
    registration: TaskExecutorRegistration,
  ): Promise<{ readonly instanceId: InstanceId; readonly resourceManagerId: ResourceId }>;
  sendSlotReport(resourceId: ResourceId, instanceId: InstanceId, report: SlotReport): Promise<Acknowledge>;
  registerJobMaster(
    jobId: JobId,
    jobMasterId: FencingToken,
    jobMasterAddress: string,
  ): Promise<{ readonly resourceManagerId: ResourceId }>;
  declareRequiredResources(jobMasterId: FencingToken, requirements: ResourceRequirements): Promise<Acknowledge>;
  notifySlotAvailable(instanceId: InstanceId, slotId: SlotId, allocationId: AllocationId): Promise<Acknowledge>;
  heartbeatFromTaskExecutor(resourceId: ResourceId, report: SlotReport): Promise<Acknowledge>;
  heartbeatFromJobMaster(jobId: JobId): Promise<Acknowledge>;
  disconnectTaskExecutor(resourceId: ResourceId, reason: string): Promise<Acknowledge>;
  disconnectJobMaster(jobId: JobId, reason: string): Promise<Acknowledge>;
  requestClusterOverview(): Promise<{
    readonly taskManagers: number;
    readonly slotsTotal: number;
    readonly slotsAvailable: number;
  }>;
}

export interface SlotOffer {
  readonly allocationId: AllocationId;
  readonly slotIndex: number;
}

export interface JobMasterGateway {
  registerTaskManager(resourceId: ResourceId, address: string): Promise<{ readonly jobMasterResourceId: ResourceId }>;
  /** Answers the offers that are accepted; the TaskExecutor frees the others. */
  offerSlots(resourceId: ResourceId, offers: readonly SlotOffer[]): Promise<readonly AllocationId[]>;
  failSlot(resourceId: ResourceId, allocationId: AllocationId, cause: SerializedError): Promise<Acknowledge>;
  updateTaskExecutionState(state: TaskExecutionState): Promise<Acknowledge>;
  /**
   * The subtask has ended its input; all its output is durable, `committables` (by operator) make it visible. What it
   * counted comes along: should only the commit be repeated, nothing will be counted again.
   */
  notifyReadyToCommit(
    attemptId: ExecutionAttemptId,
    committables: Readonly<Record<OperatorId, readonly unknown[]>>,
    accumulators?: AccumulatorSnapshots,
  ): Promise<Acknowledge>;
  /** From a source reader in a task to its enumerator; `sequence` counts per attempt. */
  sendOperatorEventToCoordinator(
    attemptId: ExecutionAttemptId,
    operatorId: OperatorId,
    event: unknown,
    sequence: number,
  ): Promise<Acknowledge>;
  /** From an enumerator in the coordinator host to one of its readers; FIFO; `sequence` counts per host. */
  sendOperatorEventFromCoordinator(
    hostId: string,
    operatorId: OperatorId,
    subtask: number,
    event: unknown,
    sequence: number,
  ): Promise<Acknowledge>;
  /** The coordinator host is bound and its enumerators are started, or it failed. */
  notifyCoordinatorHostState(
    hostId: string,
    state: 'RUNNING' | 'FAILED',
    cause?: SerializedError,
  ): Promise<Acknowledge>;
  /** Records for the client; acknowledged when there is room for more. `sequence` counts per attempt and operator. */
  reportCollectedRecords(
    attemptId: ExecutionAttemptId,
    operatorUid: string,
    records: readonly unknown[],
    sequence: number,
  ): Promise<Acknowledge>;
  reportMetrics(metrics: readonly TaskMetrics[]): Promise<Acknowledge>;
  heartbeatFromTaskManager(resourceId: ResourceId, allocations: readonly AllocationId[]): Promise<Acknowledge>;
  disconnectTaskManager(resourceId: ResourceId, reason: string): Promise<Acknowledge>;
  heartbeatFromResourceManager(resourceId: ResourceId): Promise<Acknowledge>;
}

export interface TaskExecutorGateway {
  /** Allocates the slot to the job; the TaskExecutor then registers at the JobMaster and offers it. */
  requestSlot(
    slotId: SlotId,
    jobId: JobId,
    allocationId: AllocationId,
    jobMasterAddress: string,
    jobMasterId: FencingToken,
  ): Promise<Acknowledge>;
  freeSlot(allocationId: AllocationId, reason: string): Promise<Acknowledge>;
  /** Prepares the slot's thread for one attempt of the job: load the program, bind functions. Precedes submitTask. */
  prepareSlot(
    allocationId: AllocationId,
    jobMasterId: FencingToken,
    jobGraph: JobGraph,
    program: ProgramReference,
    attemptNumber: number,
  ): Promise<Acknowledge>;
  /** Resolves once the task is accepted; its further life is reported by updateTaskExecutionState. */
  submitTask(descriptor: TaskDeploymentDescriptor, jobMasterId: FencingToken): Promise<Acknowledge>;
  cancelTask(attemptId: ExecutionAttemptId): Promise<Acknowledge>;
  /** All tasks of the job are ready: make the output visible and finish. */
  commitTask(attemptId: ExecutionAttemptId): Promise<Acknowledge>;
  /** Starts the thread in which the enumerators of the job's sources run. */
  startCoordinatorHost(
    hostId: string,
    jobId: JobId,
    jobMasterId: FencingToken,
    jobGraph: JobGraph,
    program: ProgramReference,
  ): Promise<Acknowledge>;
  stopCoordinatorHost(hostId: string): Promise<Acknowledge>;
  /** `sequence` counts per host. */
  sendOperatorEventToHost(
    hostId: string,
    operatorId: OperatorId,
    subtask: number,
    event: unknown,
    sequence: number,
  ): Promise<Acknowledge>;
  /** `sequence` counts per attempt. */
  sendOperatorEventToTask(
    attemptId: ExecutionAttemptId,
    operatorId: OperatorId,
    event: unknown,
    sequence: number,
  ): Promise<Acknowledge>;
  heartbeatFromResourceManager(resourceId: ResourceId): Promise<Acknowledge>;
  /**
   * `attempts` are those that the JobMaster has handed to submitTask, acknowledged or not, and has not seen end: the
   * TaskExecutor ends tasks that are not among them and reports those that it does not have as FAILED.
   */
  heartbeatFromJobMaster(jobId: JobId, attempts: readonly ExecutionAttemptId[]): Promise<Acknowledge>;
  disconnectResourceManager(reason: string): Promise<Acknowledge>;
  disconnectJobMaster(jobId: JobId, reason: string): Promise<Acknowledge>;
}
