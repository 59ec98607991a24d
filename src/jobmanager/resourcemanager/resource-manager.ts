/**
 * Knows the TaskExecutors with their slots and the JobMasters with their needs, watches both, and lets the SlotManager
 * match them. Never sees a task. Mirrors: ResourceManager, StandaloneResourceManager.
 */
import { TaskManagerOptions } from '../../config/options.js';
import { FlinkError } from '../../core/errors.js';
import {
  type AllocationId,
  type FencingToken,
  type InstanceId,
  type JobId,
  newId,
  type ResourceId,
  type SlotId,
} from '../../core/ids.js';
import {
  ACKNOWLEDGE,
  type Acknowledge,
  type JobMasterGateway,
  type ResourceManagerGateway,
  type ResourceRequirements,
  type SlotReport,
  type TaskExecutorGateway,
  type TaskExecutorRegistration,
} from '../../protocol/gateways.js';
import { FencedRpcEndpoint } from '../../rpc/fenced-rpc-endpoint.js';
import { HeartbeatManager } from '../../rpc/heartbeat-manager.js';
import { gatewayMethods } from '../../rpc/rpc-endpoint.js';
import type { RpcService } from '../../rpc/rpc-service.js';
import { heartbeatOptionsOf } from '../heartbeat-options.js';
import type { ResourceManagerDriver } from './resource-manager-driver.js';
import { type JobRequirements, SlotManager } from './slot-manager.js';
import { WorkerProvisioning } from './worker-provisioning.js';

export const RESOURCE_MANAGER_ENDPOINT = 'resourcemanager';

interface RegisteredTaskExecutor {
  readonly registration: TaskExecutorRegistration;
  readonly instanceId: InstanceId;
  readonly gateway: TaskExecutorGateway;
}

interface RegisteredJobMaster {
  readonly jobMasterId: FencingToken;
  readonly gateway: JobMasterGateway;
}

export class ResourceManager extends FencedRpcEndpoint implements ResourceManagerGateway {
  readonly remoteMethods = gatewayMethods<ResourceManagerGateway>({
    registerTaskExecutor: true,
    sendSlotReport: true,
    registerJobMaster: true,
    declareRequiredResources: true,
    notifySlotAvailable: true,
    heartbeatFromTaskExecutor: true,
    heartbeatFromJobMaster: true,
    disconnectTaskExecutor: true,
    disconnectJobMaster: true,
    requestClusterOverview: true,
  });
  private readonly resourceId: ResourceId;
  private readonly slotManager: SlotManager;
  private readonly provisioning: WorkerProvisioning | undefined;
  private readonly driver: ResourceManagerDriver | undefined;
  private readonly taskExecutors = new Map<ResourceId, RegisteredTaskExecutor>();
  private readonly jobMasters = new Map<JobId, RegisteredJobMaster>();
  private readonly taskExecutorHeartbeats: HeartbeatManager<ResourceId>;
  private readonly jobMasterHeartbeats: HeartbeatManager<JobId>;

  /** Without a driver only TaskManagers that somebody else starts are used. */
  constructor(rpcService: RpcService, fencingToken: FencingToken, driver?: ResourceManagerDriver) {
    super(rpcService, RESOURCE_MANAGER_ENDPOINT, fencingToken);
    const { environment, configuration } = rpcService;
    this.resourceId = newId<ResourceId>(environment.random);
    this.driver = driver;
    this.slotManager = new SlotManager(this.mainThread, environment.random, this.log, (...request) =>
      this.requestSlot(...request),
    );
    if (driver !== undefined) {
      const slotsPerWorker = configuration.get(TaskManagerOptions.numTaskSlots);
      const missingSlots = (): number => this.slotManager.numMissingSlots;
      this.provisioning = new WorkerProvisioning(this.mainThread, this.log, driver, slotsPerWorker, missingSlots);
    }
    const heartbeat = heartbeatOptionsOf(configuration);
    this.taskExecutorHeartbeats = new HeartbeatManager(heartbeat, this.mainThread, {
      onHeartbeatTimeout: (id, reason) => this.closeTaskExecutor(id, reason),
    });
    this.jobMasterHeartbeats = new HeartbeatManager(heartbeat, this.mainThread, {
      onHeartbeatTimeout: (id, reason) => this.closeJobMaster(id, reason),
    });
  }

  registerTaskExecutor(
    registration: TaskExecutorRegistration,
  ): Promise<{ readonly instanceId: InstanceId; readonly resourceManagerId: ResourceId }> {
    const connection = this.rpcService.connect<TaskExecutorGateway>(registration.address);
    return this.mainThread.continueWith(connection, (gateway) => {
      const instanceId = this.admit(registration, gateway);
      return { instanceId, resourceManagerId: this.resourceId };
    });
  }

  async sendSlotReport(resourceId: ResourceId, instanceId: InstanceId, report: SlotReport): Promise<Acknowledge> {
    const known = this.taskExecutors.get(resourceId);
    if (known === undefined || known.instanceId !== instanceId) throw unknownTaskExecutor(resourceId);
    this.taskExecutorHeartbeats.receiveHeartbeat(resourceId);
    this.slotManager.processSlotReport(resourceId, report);
    this.provisioning?.reconcile();
    return ACKNOWLEDGE;
  }

  registerJobMaster(
    jobId: JobId,
    jobMasterId: FencingToken,
    jobMasterAddress: string,
  ): Promise<{ readonly resourceManagerId: ResourceId }> {
    const connection = this.rpcService.connect<JobMasterGateway>(jobMasterAddress, jobMasterId);
    return this.mainThread.continueWith(connection, (gateway) => {
      this.jobMasters.set(jobId, { jobMasterId, gateway });
      this.jobMasterHeartbeats.monitorTarget(jobId, () => gateway.heartbeatFromResourceManager(this.resourceId));
      this.log.info('JobMaster registered', { jobId, address: jobMasterAddress });
      return { resourceManagerId: this.resourceId };
    });
  }

  async declareRequiredResources(jobMasterId: FencingToken, requirements: ResourceRequirements): Promise<Acknowledge> {
    const { jobId, jobMasterAddress, numSlots } = requirements;
    if (this.jobMasters.get(jobId)?.jobMasterId !== jobMasterId) {
      throw new FlinkError('UNKNOWN_JOB_MASTER', `The JobMaster of job ${jobId} is not registered`, {
        domain: 'external',
      });
    }
    this.slotManager.processRequirements({ jobId, jobMasterId, jobMasterAddress, numSlots });
    this.log.info('Resources declared', { jobId, numSlots, missing: this.slotManager.numMissingSlots });
    this.provisioning?.reconcile();
    return ACKNOWLEDGE;
  }

  async notifySlotAvailable(instanceId: InstanceId, slotId: SlotId, allocationId: AllocationId): Promise<Acknowledge> {
    for (const [resourceId, taskExecutor] of this.taskExecutors) {
      if (taskExecutor.instanceId === instanceId) this.slotManager.freeSlot(resourceId, slotId, allocationId);
    }
    return ACKNOWLEDGE;
  }

  async heartbeatFromTaskExecutor(resourceId: ResourceId, report: SlotReport): Promise<Acknowledge> {
    if (!this.taskExecutors.has(resourceId)) throw unknownTaskExecutor(resourceId);
    this.taskExecutorHeartbeats.receiveHeartbeat(resourceId);
    this.slotManager.processSlotReport(resourceId, report);
    this.provisioning?.reconcile();
    return ACKNOWLEDGE;
  }

  async heartbeatFromJobMaster(jobId: JobId): Promise<Acknowledge> {
    this.jobMasterHeartbeats.receiveHeartbeat(jobId);
    return ACKNOWLEDGE;
  }

  async disconnectTaskExecutor(resourceId: ResourceId, reason: string): Promise<Acknowledge> {
    this.closeTaskExecutor(resourceId, reason);
    return ACKNOWLEDGE;
  }

  async disconnectJobMaster(jobId: JobId, reason: string): Promise<Acknowledge> {
    this.closeJobMaster(jobId, reason);
    return ACKNOWLEDGE;
  }

  async requestClusterOverview(): Promise<{
    readonly taskManagers: number;
    readonly slotsTotal: number;
    readonly slotsAvailable: number;
  }> {
    const { numSlots, numFreeSlots } = this.slotManager;
    return { taskManagers: this.taskExecutors.size, slotsTotal: numSlots, slotsAvailable: numFreeSlots };
  }

  protected override async onStart(): Promise<void> {
    if (this.driver === undefined) return;
    await this.driver.initialize({
      onPreviousWorkersRecovered: (workers) =>
        this.mainThread.execute(() => {
          for (const worker of workers) this.provisioning?.onRecovered(worker);
        }),
      onWorkerTerminated: (worker, reason) =>
        this.mainThread.execute(() => {
          this.closeTaskExecutor(worker, reason);
          this.provisioning?.onTerminated(worker);
        }),
      onError: (error) => this.log.error('The resource manager driver failed', { error }),
    });
    await this.driver.recoverPreviousWorkers();
  }

  protected override async onStop(): Promise<void> {
    this.taskExecutorHeartbeats.stop();
    this.jobMasterHeartbeats.stop();
    for (const resourceId of [...this.taskExecutors.keys()])
      this.closeTaskExecutor(resourceId, 'The ResourceManager stops');
    await this.driver?.deregister('SUCCEEDED', 'The cluster was shut down');
  }

  private admit(registration: TaskExecutorRegistration, gateway: TaskExecutorGateway): InstanceId {
    const { resourceId, address, numSlots } = registration;
    const known = this.taskExecutors.get(resourceId);
    // A repeated registration (its answer was lost) must not forget what its slots hold.
    const isRepeated = known?.registration.address === address && known.registration.numSlots === numSlots;
    const instanceId = isRepeated ? known.instanceId : newId<InstanceId>(this.rpcService.environment.random);
    if (!isRepeated) this.slotManager.registerTaskManager(resourceId, numSlots);
    this.taskExecutors.set(resourceId, { registration, instanceId, gateway });
    this.taskExecutorHeartbeats.monitorTarget(resourceId, () => gateway.heartbeatFromResourceManager(this.resourceId));
    this.provisioning?.onRegistered(resourceId);
    this.log.info('TaskManager registered', { resourceId, address, numSlots });
    return instanceId;
  }

  private requestSlot(
    taskManager: ResourceId,
    slotId: SlotId,
    allocationId: AllocationId,
    { jobId, jobMasterAddress, jobMasterId }: JobRequirements,
  ): Promise<unknown> {
    const taskExecutor = this.taskExecutors.get(taskManager);
    if (taskExecutor === undefined) return Promise.reject(unknownTaskExecutor(taskManager));
    return taskExecutor.gateway.requestSlot(slotId, jobId, allocationId, jobMasterAddress, jobMasterId);
  }

  private closeTaskExecutor(resourceId: ResourceId, reason: string): void {
    const known = this.taskExecutors.get(resourceId);
    if (known === undefined) return;
    this.taskExecutors.delete(resourceId);
    this.taskExecutorHeartbeats.unmonitorTarget(resourceId);
    this.log.warn('TaskManager disconnected', { resourceId, reason });
    // If it still lives it registers again; if not, nobody needs to hear it.
    void known.gateway.disconnectResourceManager(reason).catch((error: unknown) => {
      this.log.debug('TaskManager did not take the disconnect', { resourceId, error });
    });
    this.slotManager.unregisterTaskManager(resourceId);
    this.provisioning?.reconcile();
  }

  private closeJobMaster(jobId: JobId, reason: string): void {
    if (!this.jobMasters.delete(jobId)) return;
    this.jobMasterHeartbeats.unmonitorTarget(jobId);
    this.slotManager.removeJob(jobId);
    this.log.info('JobMaster disconnected', { jobId, reason });
  }
}

function unknownTaskExecutor(resourceId: ResourceId): FlinkError {
  return new FlinkError('UNKNOWN_TASK_EXECUTOR', `TaskManager ${resourceId} is not registered`, { domain: 'external' });
}
