/**
 * The worker: offers its slots to the jobs they were given to, runs one attempt after the other in each, and reports.
 * The endpoint translates messages; slots, threads and connections are kept by the classes beside it.
 * Mirrors: TaskExecutor.
 */
import { JobManagerOptions, TaskManagerOptions } from '../config/options.js';
import { FlinkError, serializeError } from '../core/errors.js';
import type {
  AllocationId,
  ExecutionAttemptId,
  FencingToken,
  JobId,
  OperatorId,
  ResourceId,
  SlotId,
} from '../core/ids.js';
import type { JobGraph } from '../graph/job-graph.js';
import { ACKNOWLEDGE, type Acknowledge, type TaskExecutorGateway } from '../protocol/gateways.js';
import type { ProgramReference } from '../protocol/job-messages.js';
import type { TaskDeploymentDescriptor } from '../protocol/task-deployment-descriptor.js';
import type { HeartbeatOptions } from '../rpc/heartbeat-manager.js';
import { gatewayMethods, RpcEndpoint } from '../rpc/rpc-endpoint.js';
import type { RpcService } from '../rpc/rpc-service.js';
import { CoordinatorHosts } from './coordinator-hosts.js';
import { type EstablishedConnection, type JobConnection, JobLeaderService } from './job-leader-service.js';
import { isUnanswered } from './job-master-reporter.js';
import { ResourceManagerConnection } from './resource-manager-connection.js';
import type { ShuffleEnvironment } from './shuffle-environment.js';
import { SlotExecution } from './slot-execution.js';
import type { SlotHost } from './slot-host.js';
import { SlotTable, type TaskSlot } from './slot-table.js';
import { SlotThreads } from './slot-worker.js';
import { TaskSlots } from './task-slots.js';

export interface TaskExecutorServices {
  readonly endpointId: string;
  readonly resourceId: ResourceId;
  readonly resourceManagerAddress: string;
  readonly slotHost: SlotHost;
  /** Shared by all TaskExecutors of the process. */
  readonly shuffleEnvironment: ShuffleEnvironment;
}

/** What a TaskExecutor holds at the moment; an idle one holds nothing. */
export interface TaskExecutorUsage {
  readonly slots: readonly TaskSlot[];
  readonly runningTasks: readonly ExecutionAttemptId[];
  readonly threads: number;
  readonly jobs: number;
  readonly pendingReports: number;
}

export class TaskExecutor extends RpcEndpoint implements TaskExecutorGateway {
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
  private readonly shuffle: ShuffleEnvironment;
  private readonly table: SlotTable;
  private readonly threads: SlotThreads;
  private readonly resourceManager: ResourceManagerConnection;
  private readonly jobs: JobLeaderService;
  private readonly slots: TaskSlots;
  private readonly hosts: CoordinatorHosts;
  private readonly cancellationTimeoutMs: number;

  constructor(rpcService: RpcService, services: TaskExecutorServices) {
    super(rpcService, services.endpointId);
    const { configuration } = rpcService;
    const { mainThread, log, address } = this;
    const { resourceId } = services;
    this.resourceId = resourceId;
    this.shuffle = services.shuffleEnvironment;
    this.cancellationTimeoutMs = configuration.get(TaskManagerOptions.cancellationTimeout);
    this.table = new SlotTable(resourceId, configuration.get(TaskManagerOptions.numTaskSlots));
    this.threads = new SlotThreads(services.slotHost, mainThread, log);
    const heartbeat: HeartbeatOptions = {
      intervalMs: configuration.get(JobManagerOptions.heartbeatInterval),
      timeoutMs: configuration.get(JobManagerOptions.heartbeatTimeout),
      rpcFailureThreshold: configuration.get(JobManagerOptions.heartbeatRpcFailureThreshold),
    };
    this.resourceManager = new ResourceManagerConnection({
      rpcService,
      mainThread,
      log,
      heartbeat,
      resourceManagerAddress: services.resourceManagerAddress,
      registration: { address, resourceId, numSlots: this.table.size },
      slotReport: () => this.table.report(),
    });
    this.jobs = new JobLeaderService(
      { rpcService, mainThread, log, heartbeat, address, resourceId },
      {
        onJobMasterGained: (connection) => this.slots.offer(connection),
        onJobMasterLost: (connection, reason) => this.onJobMasterLost(connection, reason),
      },
    );
    this.hosts = new CoordinatorHosts(resourceId, this.shuffle, this.threads);
    this.slots = new TaskSlots(
      {
        resourceId,
        table: this.table,
        mainThread,
        log,
        faults: rpcService.environment.faults,
        slotTimeoutMs: configuration.get(TaskManagerOptions.slotTimeout),
        connectionOf: (jobId) => this.jobs.get(jobId),
      },
      {
        onSlotFree: (slotId, allocationId) => this.resourceManager.notifySlotAvailable(slotId, allocationId),
        onJobWithoutSlots: (jobId) => this.leaveJob(jobId),
      },
    );
  }

  /**
   * Dies as a process does: threads are ended at once, nobody is told anything. The RPC service goes with it. Settles when
   * the threads are gone.
   */
  async kill(): Promise<void> {
    this.mainThread.stop();
    void this.rpcService.stop();
    for (const connection of this.jobs.all()) this.hosts.stopAll(connection);
    for (const execution of this.slots.allExecutions()) execution.failAll(killed(this.address));
    await this.threads.terminateAll();
  }

  /** Hears and does nothing until `resume`, as in a long garbage collection; its slot threads go on. */
  pause(): void {
    this.mainThread.pause();
  }

  resume(): void {
    this.mainThread.resume();
  }

  get usage(): TaskExecutorUsage {
    let pendingReports = 0;
    let jobs = 0;
    for (const { established } of this.jobs.all()) {
      jobs++;
      pendingReports += established?.reporter.pending ?? 0;
    }
    const attempts = [...this.slots.allExecutions()].flatMap((execution) => [...execution.attempts]);
    const runningTasks = attempts.filter(([, task]) => !task.isTerminal).map(([attemptId]) => attemptId);
    return { slots: this.table.all(), runningTasks, threads: this.threads.numAlive, jobs, pendingReports };
  }

  async requestSlot(
    slotId: SlotId,
    jobId: JobId,
    allocationId: AllocationId,
    jobMasterAddress: string,
    jobMasterId: FencingToken,
  ): Promise<Acknowledge> {
    const leader = this.jobs.get(jobId)?.jobMasterId;
    if (leader !== undefined && leader !== jobMasterId) this.jobs.lose(jobId, 'another JobMaster leads the job');
    this.slots.allocate(slotId, jobId, allocationId);
    this.slots.offer(this.jobs.addJob(jobId, jobMasterAddress, jobMasterId));
    return ACKNOWLEDGE;
  }

  async freeSlot(allocationId: AllocationId, reason: string): Promise<Acknowledge> {
    this.slots.release(allocationId, reason);
    return ACKNOWLEDGE;
  }

  async prepareSlot(
    allocationId: AllocationId,
    jobMasterId: FencingToken,
    jobGraph: JobGraph,
    program: ProgramReference,
    attemptNumber: number,
  ): Promise<Acknowledge> {
    const { reporter } = this.establishedConnection(jobGraph.jobId, jobMasterId);
    const slot = this.table.byAllocation(allocationId);
    if (slot?.jobId !== jobGraph.jobId || slot.state === 'RELEASING') throw slotNotHeld(allocationId);
    // Who prepares a slot has accepted it, even if the answer to the offer is still on its way.
    this.slots.activate(allocationId);
    const current = this.slots.executionIn(allocationId);
    if (current !== undefined && current.attemptNumber > attemptNumber)
      throw staleAttempt(attemptNumber, current.attemptNumber);
    if (current?.attemptNumber !== attemptNumber) {
      current?.failAll(staleAttempt(current.attemptNumber, attemptNumber));
      const execution = new SlotExecution(
        {
          location: { taskManager: this.resourceId, allocationId },
          name: `slot ${slot.slotId} of ${jobGraph.name} (attempt ${attemptNumber})`,
          attemptNumber,
          prepare: { type: 'prepare', jobGraph, program, role: 'slot' },
          onEnded: (ended) => this.slots.onExecutionEnded(allocationId, ended),
        },
        { threads: this.threads, shuffle: this.shuffle, reporter, cancellationTimeoutMs: this.cancellationTimeoutMs },
      );
      this.slots.setExecution(allocationId, execution);
    }
    await this.slots.executionIn(allocationId)?.prepared;
    return ACKNOWLEDGE;
  }

  async submitTask(descriptor: TaskDeploymentDescriptor, jobMasterId: FencingToken): Promise<Acknowledge> {
    const { jobId, allocationId, attemptNumber } = descriptor;
    this.establishedConnection(jobId, jobMasterId);
    const execution = this.slots.executionIn(allocationId);
    if (execution === undefined || this.table.byAllocation(allocationId)?.jobId !== jobId)
      throw slotNotHeld(allocationId);
    if (execution.attemptNumber !== attemptNumber) throw staleAttempt(attemptNumber, execution.attemptNumber);
    execution.submit(descriptor);
    return ACKNOWLEDGE;
  }

  async cancelTask(attemptId: ExecutionAttemptId): Promise<Acknowledge> {
    this.executionOf(attemptId)?.cancel(attemptId);
    return ACKNOWLEDGE;
  }

  async commitTask(attemptId: ExecutionAttemptId): Promise<Acknowledge> {
    const execution = this.executionOf(attemptId);
    if (execution === undefined) throw taskUnknown(attemptId);
    execution.commit(attemptId);
    return ACKNOWLEDGE;
  }

  async startCoordinatorHost(
    hostId: string,
    jobId: JobId,
    jobMasterId: FencingToken,
    jobGraph: JobGraph,
    program: ProgramReference,
  ): Promise<Acknowledge> {
    const established = this.establishedConnection(jobId, jobMasterId);
    const connection = this.jobs.get(jobId);
    if (connection !== undefined) this.hosts.start(hostId, connection, established, { jobGraph, program });
    return ACKNOWLEDGE;
  }

  async stopCoordinatorHost(hostId: string): Promise<Acknowledge> {
    this.hosts.stop(hostId);
    return ACKNOWLEDGE;
  }

  async sendOperatorEventToHost(
    hostId: string,
    operatorId: OperatorId,
    subtask: number,
    event: unknown,
    sequence: number,
  ): Promise<Acknowledge> {
    this.hosts.sendEvent(hostId, operatorId, subtask, event, sequence);
    return ACKNOWLEDGE;
  }

  async sendOperatorEventToTask(
    attemptId: ExecutionAttemptId,
    operatorId: OperatorId,
    event: unknown,
    sequence: number,
  ): Promise<Acknowledge> {
    const execution = this.executionOf(attemptId);
    if (execution === undefined) throw taskUnknown(attemptId);
    execution.sendEvent(attemptId, operatorId, event, sequence);
    return ACKNOWLEDGE;
  }

  async heartbeatFromResourceManager(resourceId: ResourceId): Promise<Acknowledge> {
    this.resourceManager.heartbeat(resourceId);
    return ACKNOWLEDGE;
  }

  async heartbeatFromJobMaster(jobId: JobId, attempts: readonly ExecutionAttemptId[]): Promise<Acknowledge> {
    const connection = this.jobs.get(jobId);
    if (connection === undefined) {
      throw new FlinkError('JOB_UNKNOWN', `job ${jobId} holds nothing on TaskManager ${this.resourceId}`, {
        domain: 'external',
      });
    }
    const { established } = connection;
    // Its first heartbeat may overtake the answer to our registration.
    if (established === undefined) return ACKNOWLEDGE;
    this.jobs.receiveHeartbeat(jobId);
    this.reconcile(jobId, established, new Set(attempts));
    const allocations = this.table.ofJob(jobId).filter(({ state }) => state !== 'RELEASING');
    this.mainThread.handle(
      established.gateway.heartbeatFromTaskManager(
        this.resourceId,
        allocations.map(({ allocationId }) => allocationId),
      ),
      () => undefined,
      (error) => {
        if (!isUnanswered(error) && this.jobs.get(jobId) === connection) this.jobs.lose(jobId, messageOf(error));
      },
    );
    return ACKNOWLEDGE;
  }

  async disconnectResourceManager(reason: string): Promise<Acknowledge> {
    this.resourceManager.reconnect(reason);
    return ACKNOWLEDGE;
  }

  async disconnectJobMaster(jobId: JobId, reason: string): Promise<Acknowledge> {
    this.jobs.lose(jobId, reason);
    return ACKNOWLEDGE;
  }

  protected override onStart(): void {
    this.resourceManager.start();
  }

  protected override async onStop(): Promise<void> {
    const reason = 'The TaskManager stops';
    for (const { jobId } of [...this.jobs.all()]) this.jobs.removeJob(jobId, reason);
    for (const execution of this.slots.allExecutions()) execution.failAll(stopped(this.address));
    await Promise.all([this.threads.terminateAll(), this.resourceManager.stop(reason)]);
  }

  /** Makes both sides agree on which attempts run here. */
  private reconcile(
    jobId: JobId,
    { reporter }: EstablishedConnection,
    expected: ReadonlySet<ExecutionAttemptId>,
  ): void {
    const known = new Set<ExecutionAttemptId>();
    for (const { allocationId } of this.table.ofJob(jobId)) {
      const execution = this.slots.executionIn(allocationId);
      for (const [attemptId, task] of execution?.attempts ?? []) {
        known.add(attemptId);
        if (!task.isTerminal && !expected.has(attemptId)) execution?.cancel(attemptId);
      }
    }
    for (const attemptId of expected) {
      if (known.has(attemptId) || reporter.isBusy(attemptId)) continue;
      const error = serializeError(taskUnknown(attemptId));
      reporter.send(attemptId, {
        what: `${attemptId} is unknown`,
        send: (gateway) => gateway.updateTaskExecutionState({ attemptId, state: 'FAILED', error }),
      });
    }
  }

  private leaveJob(jobId: JobId): void {
    const connection = this.jobs.get(jobId);
    if (connection === undefined) return;
    this.hosts.stopAll(connection);
    this.jobs.removeJob(jobId, 'no slot of the job is left here');
  }

  private onJobMasterLost(connection: JobConnection, reason: string): void {
    this.log.warn('Lost the JobMaster, ending its tasks', { jobId: connection.jobId, reason });
    this.hosts.stopAll(connection);
    for (const { allocationId } of this.table.ofJob(connection.jobId)) this.slots.release(allocationId, reason);
  }

  private executionOf(attemptId: ExecutionAttemptId): SlotExecution | undefined {
    for (const execution of this.slots.allExecutions()) if (execution.attempts.has(attemptId)) return execution;
    return undefined;
  }

  private establishedConnection(jobId: JobId, jobMasterId: FencingToken): EstablishedConnection {
    const connection = this.jobs.get(jobId);
    if (connection !== undefined && connection.jobMasterId !== jobMasterId) {
      throw new FlinkError(
        'FENCING_TOKEN_MISMATCH',
        `job ${jobId} is led by ${connection.jobMasterId}, not by ${jobMasterId}`,
        {
          domain: 'external',
          details: { jobId, expected: connection.jobMasterId, presented: jobMasterId },
        },
      );
    }
    if (connection?.established === undefined) {
      throw new FlinkError(
        'JOB_UNKNOWN',
        `TaskManager ${this.resourceId} is not registered at the JobMaster of job ${jobId}`,
        { domain: 'external' },
      );
    }
    return connection.established;
  }
}

function slotNotHeld(allocationId: AllocationId): FlinkError {
  return new FlinkError('SLOT_UNKNOWN', `allocation ${allocationId} holds no slot here`, {
    domain: 'external',
    details: { allocationId },
  });
}

function staleAttempt(attempt: number, current: number): FlinkError {
  return new FlinkError('STALE_ATTEMPT', `attempt ${attempt} of the job came where attempt ${current} is current`, {
    domain: 'external',
  });
}

function taskUnknown(attemptId: ExecutionAttemptId): FlinkError {
  return new FlinkError('TASK_UNKNOWN', `attempt ${attemptId} is not on this TaskManager`, {
    domain: 'external',
    details: { attemptId },
  });
}

function stopped(address: string): FlinkError {
  return new FlinkError('TASK_MANAGER_STOPPED', `${address} stops`, { domain: 'external' });
}

function killed(address: string): FlinkError {
  return new FlinkError('TASK_MANAGER_KILLED', `${address} was killed`, { domain: 'external' });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
