/**
 * The master of one job: connects the scheduler, the slot pool and what the TaskManagers say. It decides nothing itself.
 * Mirrors: JobMaster.
 */
import { type AccumulatorSnapshots, mergeSnapshots } from '../../api/accumulators/accumulator-snapshots.js';
import type { JobStatus, VertexMetrics } from '../../api/job-client.js';
import { TERMINAL_JOB_STATES } from '../../api/job-client.js';
import { JobManagerOptions, TaskManagerOptions } from '../../config/options.js';
import { FlinkError, type SerializedError, serializeError } from '../../core/errors.js';
import type { AllocationId, ExecutionAttemptId, FencingToken, OperatorId, ResourceId } from '../../core/ids.js';
import { ACKNOWLEDGE, type Acknowledge, type JobMasterGateway, type SlotOffer } from '../../protocol/gateways.js';
import type { JobDetails, JobResult, JobSubmission } from '../../protocol/job-messages.js';
import type { TaskExecutorGateway } from '../../protocol/gateways.js';
import type { TaskExecutionState, TaskMetrics } from '../../protocol/task-execution-state.js';
import { FencedRpcEndpoint } from '../../rpc/fenced-rpc-endpoint.js';
import { gatewayMethods } from '../../rpc/rpc-endpoint.js';
import type { RpcService } from '../../rpc/rpc-service.js';
import { heartbeatOptionsOf } from '../heartbeat-options.js';
import { CollectedRecordsStore } from './collected-records.js';
import { deliver } from './command.js';
import type { Committables } from './execution-graph/execution.js';
import type { JobContext } from './job-context.js';
import { describeJob } from './job-details.js';
import { ReceivedSequences } from './received-sequences.js';
import { ResourceManagerConnection } from './resource-manager-connection.js';
import { createRestartStrategy } from './scheduler/restart-strategy.js';
import { Scheduler } from './scheduler/scheduler.js';
import { type PhysicalSlot, SlotPool } from './slot-pool.js';
import { SlotReconciliation } from './slot-reconciliation.js';
import { TaskManagerConnections } from './task-manager-connections.js';
import { VertexMetricsAggregator } from './vertex-metrics-aggregator.js';

/** Told once, on the JobMaster's main thread, when the job is FINISHED, FAILED or CANCELED. */
export type JobTerminationListener = (result: JobResult) => void;

export class JobMaster extends FencedRpcEndpoint implements JobMasterGateway {
  readonly remoteMethods = gatewayMethods<JobMasterGateway>({
    registerTaskManager: true,
    offerSlots: true,
    failSlot: true,
    updateTaskExecutionState: true,
    notifyReadyToCommit: true,
    sendOperatorEventToCoordinator: true,
    sendOperatorEventFromCoordinator: true,
    notifyCoordinatorHostState: true,
    reportCollectedRecords: true,
    reportMetrics: true,
    heartbeatFromTaskManager: true,
    disconnectTaskManager: true,
    heartbeatFromResourceManager: true,
  });
  /** Outlives the JobMaster: the client may fetch records after the job's end. */
  readonly collectedRecords = new CollectedRecordsStore();
  private readonly submission: JobSubmission;
  private readonly onTerminated: JobTerminationListener;
  private readonly resourceId: ResourceId;
  private readonly context: JobContext;
  private readonly slotPool: SlotPool;
  private readonly reconciliation: SlotReconciliation;
  private readonly scheduler: Scheduler;
  private readonly taskManagers: TaskManagerConnections;
  private readonly resourceManager: ResourceManagerConnection;
  private readonly metrics: VertexMetricsAggregator;
  private readonly sequences = new ReceivedSequences();
  private readonly startTime: number;
  private endTime = -1;

  /** Throws when the job's configuration is refused. */
  constructor(
    rpcService: RpcService,
    jobMasterId: FencingToken,
    submission: JobSubmission,
    resourceManagerAddress: string,
    onTerminated: JobTerminationListener,
  ) {
    const { jobGraph, program } = submission;
    const { jobId } = jobGraph;
    super(rpcService, `jobmanager_${jobId}`, jobMasterId);
    const { environment } = rpcService;
    const configuration = rpcService.configuration.with(jobGraph.configuration);
    const heartbeat = heartbeatOptionsOf(rpcService.configuration);
    const log = environment.log.child({ component: 'jobmaster', jobId });
    this.submission = submission;
    this.onTerminated = onTerminated;
    this.resourceId = this.endpointId as ResourceId;
    this.startTime = environment.clock.now();
    this.slotPool = new SlotPool(this.mainThread);
    this.reconciliation = new SlotReconciliation(this.slotPool);
    this.taskManagers = new TaskManagerConnections(jobId, this.mainThread, log, heartbeat, {
      onTaskManagerLost: (taskManager, reason) => this.onTaskManagerLost(taskManager, reason),
      attemptsOn: (taskManager) => this.scheduler.graph.deployedOn(taskManager).map(({ attemptId }) => attemptId),
    });
    this.context = {
      jobGraph,
      program,
      jobMasterId,
      environment,
      mainThread: this.mainThread,
      log,
      taskManagers: this.taskManagers,
      timeouts: {
        slotRequestMs: configuration.get(JobManagerOptions.slotRequestTimeout),
        repeatMs: rpcService.configuration.get(JobManagerOptions.rpcTimeout),
        preparationMs: heartbeat.timeoutMs,
        cancellationMs: configuration.get(TaskManagerOptions.cancellationTimeout),
      },
    };
    this.scheduler = new Scheduler(this.context, this.slotPool, createRestartStrategy(configuration), {
      onJobStatusChanged: (status, failure) => this.onJobStatusChanged(status, failure),
      onRestarted: (isFromBeginning) => this.onRestarted(isFromBeginning),
    });
    this.metrics = new VertexMetricsAggregator(this.scheduler.graph);
    const identity = { jobId, jobMasterId, jobMasterAddress: this.address };
    this.resourceManager = new ResourceManagerConnection(
      rpcService,
      this.mainThread,
      log,
      resourceManagerAddress,
      identity,
      heartbeat,
    );
  }

  // --- for the Dispatcher, in this process and on this main thread

  cancel(): void {
    this.mainThread.assertMainThread();
    this.scheduler.cancel();
  }

  details(): JobDetails {
    const { startTime, endTime } = this;
    return describeJob(this.scheduler, startTime, endTime);
  }

  vertexMetrics(): readonly VertexMetrics[] {
    return this.metrics.aggregate();
  }

  /** Merged over the subtasks of the current attempt. */
  accumulators(): AccumulatorSnapshots {
    return mergeSnapshots(this.scheduler.graph.executions().map((execution) => execution.accumulators));
  }

  // --- remote

  registerTaskManager(resourceId: ResourceId, address: string): Promise<{ readonly jobMasterResourceId: ResourceId }> {
    const connection = this.rpcService.connect<TaskExecutorGateway>(address);
    return this.mainThread.continueWith(connection, (gateway) => {
      this.taskManagers.register(resourceId, address, gateway);
      return { jobMasterResourceId: this.resourceId };
    });
  }

  async offerSlots(resourceId: ResourceId, offers: readonly SlotOffer[]): Promise<readonly AllocationId[]> {
    if (!this.taskManagers.has(resourceId)) {
      throw new FlinkError('UNKNOWN_TASK_MANAGER', `TaskManager ${resourceId} is not registered at ${this.address}`, {
        domain: 'external',
      });
    }
    return this.slotPool.offer(resourceId, offers);
  }

  async failSlot(resourceId: ResourceId, allocationId: AllocationId, cause: SerializedError): Promise<Acknowledge> {
    if (this.slotPool.slotsOf(resourceId).some((slot) => slot.allocationId === allocationId)) {
      this.loseSlots([allocationId], cause);
    }
    return ACKNOWLEDGE;
  }

  async updateTaskExecutionState(state: TaskExecutionState): Promise<Acknowledge> {
    this.scheduler.updateTaskExecutionState(state);
    return ACKNOWLEDGE;
  }

  async notifyReadyToCommit(
    attemptId: ExecutionAttemptId,
    committables: Committables,
    accumulators?: AccumulatorSnapshots,
  ): Promise<Acknowledge> {
    this.scheduler.notifyReadyToCommit(attemptId, committables, accumulators);
    return ACKNOWLEDGE;
  }

  async sendOperatorEventToCoordinator(
    attemptId: ExecutionAttemptId,
    operatorId: OperatorId,
    event: unknown,
    sequence: number,
  ): Promise<Acknowledge> {
    const vertex = this.scheduler.vertexOf(attemptId);
    if (vertex !== undefined && this.sequences.accept(attemptId, sequence)) {
      this.scheduler.coordinatorHost()?.sendToCoordinator(operatorId, vertex.subtaskIndex, event);
    }
    return ACKNOWLEDGE;
  }

  async sendOperatorEventFromCoordinator(
    hostId: string,
    operatorId: OperatorId,
    subtask: number,
    event: unknown,
    sequence: number,
  ): Promise<Acknowledge> {
    const host = this.scheduler.coordinatorHost(hostId);
    const execution = this.scheduler.graph.vertexOfOperator(operatorId, subtask)?.currentExecution;
    if (host !== undefined && execution !== undefined && this.sequences.accept(hostId, sequence)) {
      host.sendToTask(execution, operatorId, event);
    }
    return ACKNOWLEDGE;
  }

  async notifyCoordinatorHostState(
    hostId: string,
    state: 'RUNNING' | 'FAILED',
    cause?: SerializedError,
  ): Promise<Acknowledge> {
    this.scheduler.onCoordinatorHostState(hostId, state, cause);
    return ACKNOWLEDGE;
  }

  async reportCollectedRecords(
    attemptId: ExecutionAttemptId,
    operatorUid: string,
    records: readonly unknown[],
    sequence: number,
  ): Promise<Acknowledge> {
    if (this.scheduler.vertexOf(attemptId) !== undefined) {
      await this.collectedRecords.report(attemptId, operatorUid, records, sequence);
    }
    return ACKNOWLEDGE;
  }

  async reportMetrics(metrics: readonly TaskMetrics[]): Promise<Acknowledge> {
    this.metrics.add(metrics);
    for (const { attemptId, accumulators } of metrics) {
      if (accumulators !== undefined) {
        this.scheduler.vertexOf(attemptId)?.currentExecution.reportAccumulators(accumulators);
      }
    }
    return ACKNOWLEDGE;
  }

  async heartbeatFromTaskManager(resourceId: ResourceId, allocations: readonly AllocationId[]): Promise<Acknowledge> {
    if (!this.taskManagers.has(resourceId)) return ACKNOWLEDGE;
    this.taskManagers.receiveHeartbeat(resourceId);
    const { lost, unknown } = this.reconciliation.compare(resourceId, allocations);
    for (const allocationId of unknown) this.freeSlot(resourceId, allocationId, 'the JobMaster does not use it');
    if (lost.length > 0) this.loseSlots(lost, serializeError(slotLost(resourceId)));
    return ACKNOWLEDGE;
  }

  async disconnectTaskManager(resourceId: ResourceId, reason: string): Promise<Acknowledge> {
    this.taskManagers.lose(resourceId, reason);
    return ACKNOWLEDGE;
  }

  async heartbeatFromResourceManager(resourceId: ResourceId): Promise<Acknowledge> {
    this.resourceManager.receiveHeartbeat(resourceId);
    return ACKNOWLEDGE;
  }

  protected override onStart(): void {
    const { numRequiredSlots } = this.scheduler;
    this.slotPool.setRequiredSlots(numRequiredSlots);
    this.resourceManager.setRequiredSlots(numRequiredSlots);
    this.resourceManager.start();
    this.scheduler.start();
  }

  /** Gives the slots back. A job that has not ended is dropped: its TaskManagers end the tasks when they hear of it. */
  protected override async onStop(): Promise<void> {
    const reason = TERMINAL_JOB_STATES.has(this.scheduler.status) ? 'The job has ended' : 'The JobMaster stops';
    this.slotPool.setRequiredSlots(0);
    this.collectedRecords.end();
    const frees = this.slotPool.clear().map((slot) => this.giveBack(slot, reason));
    await Promise.all([...frees, this.taskManagers.close(reason), this.resourceManager.close(reason)]);
  }

  protected override onUncaughtError(error: unknown): void {
    super.onUncaughtError(error);
    const failure = new FlinkError('INTERNAL_ERROR', 'The JobMaster failed', { retry: 'never', cause: error });
    this.scheduler.failGlobally(serializeError(failure));
  }

  private onTaskManagerLost(taskManager: ResourceId, reason: string): void {
    const error = new FlinkError('TASK_MANAGER_LOST', `TaskManager ${taskManager} is lost: ${reason}`, {
      domain: 'external',
      details: { taskManager },
    });
    const cause = serializeError(error);
    this.reconciliation.forget(taskManager);
    this.scheduler.onSlotsLost(this.slotPool.removeTaskManager(taskManager), cause);
    this.scheduler.onTaskManagerLost(taskManager, cause);
  }

  private loseSlots(allocationIds: readonly AllocationId[], cause: SerializedError): void {
    const lost: PhysicalSlot[] = [];
    for (const allocationId of allocationIds) {
      const slot = this.slotPool.remove(allocationId);
      if (slot !== undefined) lost.push(slot);
    }
    this.scheduler.onSlotsLost(lost, cause);
  }

  private freeSlot(taskManager: ResourceId, allocationId: AllocationId, reason: string): void {
    deliver(this.context, {
      taskManager,
      call: (gateway) => gateway.freeSlot(allocationId, reason),
      isObsolete: () => this.slotPool.has(allocationId),
      onAcknowledged: () => undefined,
      onRefused: (error) => this.context.log.debug('The slot was not freed', { allocationId, error }),
    });
  }

  /** One try: a TaskManager that does not hear it frees the slot when it misses the JobMaster's heartbeats. */
  private async giveBack({ taskManager, allocationId }: PhysicalSlot, reason: string): Promise<void> {
    try {
      await this.taskManagers.gatewayOf(taskManager)?.freeSlot(allocationId, reason);
    } catch (error) {
      this.context.log.debug('The slot was not freed', { allocationId, error });
    }
  }

  private onRestarted(isFromBeginning: boolean): void {
    this.sequences.clear();
    this.metrics.prune();
    if (isFromBeginning) this.collectedRecords.startNewAttempt();
  }

  private onJobStatusChanged(status: JobStatus, failure: SerializedError | undefined): void {
    if (status !== 'FINISHED' && status !== 'FAILED' && status !== 'CANCELED') return;
    this.endTime = this.context.environment.clock.now();
    this.collectedRecords.end();
    const { jobId, name: jobName } = this.submission.jobGraph;
    const netRuntimeMs = this.endTime - this.startTime;
    this.onTerminated({ jobId, jobName, status, netRuntimeMs, accumulators: this.accumulators(), failure });
  }
}

function slotLost(taskManager: ResourceId): FlinkError {
  return new FlinkError('SLOT_LOST', `TaskManager ${taskManager} does not hold the slot any more`, {
    domain: 'external',
    details: { taskManager },
  });
}
