/**
 * A TaskExecutor without threads and tasks: it registers, gives slots, and answers as the test wants. Tasks go to RUNNING
 * by themselves, end when they are told to, and are otherwise moved by the test.
 */
import { FlinkError, serializeError } from '../../src/core/errors.js';
import {
  type AllocationId,
  type ExecutionAttemptId,
  type FencingToken,
  type InstanceId,
  type JobId,
  type OperatorId,
  type ResourceId,
  type SlotId,
  slotIdOf,
} from '../../src/core/ids.js';
import type { JobGraph } from '../../src/graph/job-graph.js';
import {
  ACKNOWLEDGE,
  type Acknowledge,
  type JobMasterGateway,
  type ResourceManagerGateway,
  type SlotReport,
  type TaskExecutorGateway,
} from '../../src/protocol/gateways.js';
import type { ProgramReference } from '../../src/protocol/job-messages.js';
import type { TaskDeploymentDescriptor } from '../../src/protocol/task-deployment-descriptor.js';
import { type ExecutionState, isTerminal } from '../../src/protocol/task-execution-state.js';
import { gatewayMethods, RpcEndpoint } from '../../src/rpc/rpc-endpoint.js';
import type { RpcService } from '../../src/rpc/rpc-service.js';

interface FakeSlot {
  readonly slotId: SlotId;
  readonly index: number;
  jobId: JobId | undefined;
  allocationId: AllocationId | undefined;
}

export interface FakeTask {
  readonly descriptor: TaskDeploymentDescriptor;
  state: ExecutionState;
}

export class FakeTaskExecutor extends RpcEndpoint implements TaskExecutorGateway {
  readonly remoteMethods = gatewayMethods<TaskExecutorGateway>({
    requestSlot: true,
    freeSlot: true,
    prepareSlot: true,
    submitTask: true,
    cancelTask: true,
    commitTask: true,
    startCoordinatorHost: true,
    stopCoordinatorHost: true,
    sendOperatorEventToHost: true,
    sendOperatorEventToTask: true,
    heartbeatFromResourceManager: true,
    heartbeatFromJobMaster: true,
    disconnectResourceManager: true,
    disconnectJobMaster: true,
  });
  readonly resourceId: ResourceId;
  readonly slots: readonly FakeSlot[];
  readonly tasks = new Map<ExecutionAttemptId, FakeTask>();
  readonly hosts: string[] = [];
  readonly stoppedHosts: string[] = [];
  readonly hostEvents: unknown[] = [];
  readonly taskEvents: { readonly attemptId: ExecutionAttemptId; readonly event: unknown }[] = [];
  readonly commits: ExecutionAttemptId[] = [];
  readonly preparations: { readonly allocationId: AllocationId; readonly attemptNumber: number }[] = [];
  readonly disconnects: string[] = [];
  readonly expectedAttempts: ExecutionAttemptId[] = [];
  private readonly jobMasters = new Map<JobId, JobMasterGateway>();
  /** Throw in these to refuse; return a promise to answer later. */
  onRequestSlot: () => void | Promise<void> = () => undefined;
  onPrepare: () => void | Promise<void> = () => undefined;
  onSubmit: () => void | Promise<void> = () => undefined;
  /** What happens by itself. */
  startsTasks = true;
  startsHosts = true;
  obeysCancel = true;
  obeysCommit = true;
  answersHeartbeats = true;
  private readonly resourceManagerAddress: string;
  private resourceManager: ResourceManagerGateway | undefined;
  private instanceId: InstanceId | undefined;

  constructor(rpcService: RpcService, resourceId: string, numSlots: number, resourceManagerAddress: string) {
    super(rpcService, 'taskmanager');
    this.resourceId = resourceId as ResourceId;
    this.resourceManagerAddress = resourceManagerAddress;
    this.slots = Array.from({ length: numSlots }, (_, index) => ({
      slotId: slotIdOf(this.resourceId, index),
      index,
      jobId: undefined,
      allocationId: undefined,
    }));
  }

  async register(): Promise<void> {
    this.resourceManager = await this.rpcService.connect<ResourceManagerGateway>(this.resourceManagerAddress);
    const { address, resourceId } = this;
    const numSlots = this.slots.length;
    const answer = await this.resourceManager.registerTaskExecutor({ address, resourceId, numSlots });
    this.instanceId = answer.instanceId;
    await this.resourceManager.sendSlotReport(resourceId, answer.instanceId, this.slotReport());
  }

  // --- what the test lets happen

  async report(attemptId: ExecutionAttemptId, state: ExecutionState, error?: unknown): Promise<void> {
    const task = this.task(attemptId);
    task.state = state;
    await this.master(task.descriptor.jobId).updateTaskExecutionState({
      attemptId,
      state,
      ...(error === undefined ? {} : { error: serializeError(error) }),
    });
  }

  async readyToCommit(attemptId: ExecutionAttemptId, committable: unknown = 'file'): Promise<void> {
    const operatorId = 'operator-Sink' as OperatorId;
    await this.master().notifyReadyToCommit(attemptId, { [operatorId]: [committable] });
  }

  runningTasks(): readonly FakeTask[] {
    return [...this.tasks.values()].filter(({ state }) => !isTerminal(state));
  }

  slotReport(): SlotReport {
    return { slots: this.slots.map(({ slotId, jobId, allocationId }) => ({ slotId, jobId, allocationId })) };
  }

  /** The JobMaster of the job; without one, that of the only job here. */
  master(jobId?: JobId): JobMasterGateway {
    const jobMaster = jobId === undefined ? [...this.jobMasters.values()][0] : this.jobMasters.get(jobId);
    if (jobMaster === undefined) throw new Error(`${this.resourceId} knows no JobMaster`);
    return jobMaster;
  }

  // --- remote

  async requestSlot(
    slotId: SlotId,
    jobId: JobId,
    allocationId: AllocationId,
    jobMasterAddress: string,
    jobMasterId: FencingToken,
  ): Promise<Acknowledge> {
    await this.onRequestSlot();
    const slot = this.slots.find((candidate) => candidate.slotId === slotId);
    if (slot === undefined || slot.allocationId !== undefined)
      throw new FlinkError('SLOT_OCCUPIED', `${slotId} is taken`);
    slot.jobId = jobId;
    slot.allocationId = allocationId;
    void this.offer(slot, jobId, allocationId, jobMasterAddress, jobMasterId);
    return ACKNOWLEDGE;
  }

  async freeSlot(allocationId: AllocationId): Promise<Acknowledge> {
    const slot = this.slots.find((candidate) => candidate.allocationId === allocationId);
    if (slot === undefined) return ACKNOWLEDGE;
    slot.jobId = undefined;
    slot.allocationId = undefined;
    if (this.instanceId !== undefined) {
      void this.resourceManager?.notifySlotAvailable(this.instanceId, slot.slotId, allocationId).catch(() => undefined);
    }
    return ACKNOWLEDGE;
  }

  async prepareSlot(
    allocationId: AllocationId,
    _jobMasterId: FencingToken,
    _jobGraph: JobGraph,
    _program: ProgramReference,
    attemptNumber: number,
  ): Promise<Acknowledge> {
    this.preparations.push({ allocationId, attemptNumber });
    await this.onPrepare();
    return ACKNOWLEDGE;
  }

  async submitTask(descriptor: TaskDeploymentDescriptor): Promise<Acknowledge> {
    await this.onSubmit();
    this.tasks.set(descriptor.attemptId, { descriptor, state: 'DEPLOYING' });
    if (this.startsTasks) void this.report(descriptor.attemptId, 'RUNNING').catch(() => undefined);
    return ACKNOWLEDGE;
  }

  async cancelTask(attemptId: ExecutionAttemptId): Promise<Acknowledge> {
    const task = this.tasks.get(attemptId);
    if (this.obeysCancel && task !== undefined && !isTerminal(task.state)) {
      void this.report(attemptId, 'CANCELED').catch(() => undefined);
    }
    return ACKNOWLEDGE;
  }

  async commitTask(attemptId: ExecutionAttemptId): Promise<Acknowledge> {
    this.commits.push(attemptId);
    if (this.obeysCommit) void this.report(attemptId, 'FINISHED').catch(() => undefined);
    return ACKNOWLEDGE;
  }

  async startCoordinatorHost(hostId: string, jobId: JobId): Promise<Acknowledge> {
    this.hosts.push(hostId);
    if (this.startsHosts)
      void this.master(jobId)
        .notifyCoordinatorHostState(hostId, 'RUNNING')
        .catch(() => undefined);
    return ACKNOWLEDGE;
  }

  async stopCoordinatorHost(hostId: string): Promise<Acknowledge> {
    this.stoppedHosts.push(hostId);
    return ACKNOWLEDGE;
  }

  async sendOperatorEventToHost(
    hostId: string,
    operatorId: OperatorId,
    subtask: number,
    event: unknown,
    sequence: number,
  ): Promise<Acknowledge> {
    this.hostEvents.push({ hostId, operatorId, subtask, event, sequence });
    return ACKNOWLEDGE;
  }

  async sendOperatorEventToTask(
    attemptId: ExecutionAttemptId,
    _operatorId: OperatorId,
    event: unknown,
  ): Promise<Acknowledge> {
    this.taskEvents.push({ attemptId, event });
    return ACKNOWLEDGE;
  }

  async heartbeatFromResourceManager(): Promise<Acknowledge> {
    if (this.answersHeartbeats)
      await this.resourceManager?.heartbeatFromTaskExecutor(this.resourceId, this.slotReport());
    return ACKNOWLEDGE;
  }

  async heartbeatFromJobMaster(jobId: JobId, attempts: readonly ExecutionAttemptId[]): Promise<Acknowledge> {
    this.expectedAttempts.splice(0, Infinity, ...attempts);
    if (!this.answersHeartbeats) return ACKNOWLEDGE;
    const allocations = this.slots
      .filter((slot) => slot.jobId === jobId)
      .map((slot) => slot.allocationId as AllocationId);
    await this.master(jobId).heartbeatFromTaskManager(this.resourceId, allocations);
    return ACKNOWLEDGE;
  }

  async disconnectResourceManager(reason: string): Promise<Acknowledge> {
    this.disconnects.push(reason);
    return ACKNOWLEDGE;
  }

  async disconnectJobMaster(jobId: JobId, reason: string): Promise<Acknowledge> {
    this.disconnects.push(reason);
    for (const slot of this.slots) {
      if (slot.jobId === jobId && slot.allocationId !== undefined) await this.freeSlot(slot.allocationId);
    }
    return ACKNOWLEDGE;
  }

  private async offer(
    slot: FakeSlot,
    jobId: JobId,
    allocationId: AllocationId,
    address: string,
    token: FencingToken,
  ): Promise<void> {
    try {
      const gateway = await this.rpcService.connect<JobMasterGateway>(address, token);
      await gateway.registerTaskManager(this.resourceId, this.address);
      this.jobMasters.set(jobId, gateway);
      const accepted = await gateway.offerSlots(this.resourceId, [{ allocationId, slotIndex: slot.index }]);
      if (!accepted.includes(allocationId)) await this.freeSlot(allocationId);
    } catch {
      await this.freeSlot(allocationId);
    }
  }

  private task(attemptId: ExecutionAttemptId): FakeTask {
    const task = this.tasks.get(attemptId);
    if (task === undefined) throw new Error(`${this.resourceId} has no task ${attemptId}`);
    return task;
  }
}
