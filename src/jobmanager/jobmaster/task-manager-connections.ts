/**
 * The TaskManagers registered at a JobMaster, watched by heartbeats. One that is silent, or whose address nobody answers
 * at, is lost. On the JobMaster's main thread. Mirrors: JobMaster.registeredTaskManagers.
 */
import { isFlinkError } from '../../core/errors.js';
import type { ExecutionAttemptId, JobId, ResourceId } from '../../core/ids.js';
import type { Logger } from '../../core/logger.js';
import type { MainThread } from '../../core/main-thread.js';
import type { TaskExecutorGateway } from '../../protocol/gateways.js';
import { HeartbeatManager, type HeartbeatOptions } from '../../rpc/heartbeat-manager.js';
import type { TaskManagers } from './job-context.js';

export interface TaskManagerListener {
  /** It is forgotten already. */
  onTaskManagerLost(taskManager: ResourceId, reason: string): void;
  /** What the TaskManager should be running. */
  attemptsOn(taskManager: ResourceId): readonly ExecutionAttemptId[];
}

export class TaskManagerConnections implements TaskManagers {
  private readonly jobId: JobId;
  private readonly log: Logger;
  private readonly listener: TaskManagerListener;
  private readonly gateways = new Map<
    ResourceId,
    { readonly address: string; readonly gateway: TaskExecutorGateway }
  >();
  private readonly heartbeats: HeartbeatManager<ResourceId>;

  constructor(
    jobId: JobId,
    mainThread: MainThread,
    log: Logger,
    heartbeat: HeartbeatOptions,
    listener: TaskManagerListener,
  ) {
    this.jobId = jobId;
    this.log = log;
    this.listener = listener;
    this.heartbeats = new HeartbeatManager(heartbeat, mainThread, {
      onHeartbeatTimeout: (id, reason) => this.lose(id, reason),
    });
  }

  /** Again under the same address: the answer to the first registration was lost, nothing changes. */
  register(taskManager: ResourceId, address: string, gateway: TaskExecutorGateway): void {
    const known = this.gateways.get(taskManager);
    if (known !== undefined && known.address !== address) this.lose(taskManager, `it has come back at ${address}`);
    this.gateways.set(taskManager, { address, gateway });
    this.heartbeats.monitorTarget(taskManager, () =>
      gateway.heartbeatFromJobMaster(this.jobId, this.listener.attemptsOn(taskManager)),
    );
  }

  has(taskManager: ResourceId): boolean {
    return this.gateways.has(taskManager);
  }

  receiveHeartbeat(taskManager: ResourceId): void {
    this.heartbeats.receiveHeartbeat(taskManager);
  }

  gatewayOf(taskManager: ResourceId): TaskExecutorGateway | undefined {
    return this.gateways.get(taskManager)?.gateway;
  }

  onCallFailed(taskManager: ResourceId, error: unknown): void {
    if (isFlinkError(error) && error.code === 'RECIPIENT_UNREACHABLE') this.lose(taskManager, error.message);
  }

  /** It is gone: forgets it and tells it, should it live after all. */
  lose(taskManager: ResourceId, reason: string): void {
    const known = this.gateways.get(taskManager);
    if (known === undefined) return;
    this.gateways.delete(taskManager);
    this.heartbeats.unmonitorTarget(taskManager);
    this.log.warn('TaskManager lost', { taskManager, reason });
    void this.disconnect(taskManager, known.gateway, reason);
    this.listener.onTaskManagerLost(taskManager, reason);
  }

  /** The job is over or moves away: settles when all were told, or cannot be. */
  async close(reason: string): Promise<void> {
    this.heartbeats.stop();
    const entries = [...this.gateways];
    this.gateways.clear();
    await Promise.all(entries.map(([taskManager, { gateway }]) => this.disconnect(taskManager, gateway, reason)));
  }

  private async disconnect(taskManager: ResourceId, gateway: TaskExecutorGateway, reason: string): Promise<void> {
    try {
      await gateway.disconnectJobMaster(this.jobId, reason);
    } catch (error) {
      this.log.debug('The TaskManager did not take the disconnect', { taskManager, error });
    }
  }
}
