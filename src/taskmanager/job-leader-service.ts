/**
 * The connections of a TaskExecutor to the JobMasters of the jobs that hold slots here: registers at each until it works,
 * watches that they live. On the TaskExecutor's main thread. Mirrors: DefaultJobLeaderService, DefaultJobTable.
 */
import type { FencingToken, JobId, ResourceId } from '../core/ids.js';
import type { Logger } from '../core/logger.js';
import type { MainThread } from '../core/main-thread.js';
import type { JobMasterGateway } from '../protocol/gateways.js';
import { HeartbeatManager, type HeartbeatOptions } from '../rpc/heartbeat-manager.js';
import { RetryingRegistration } from '../rpc/retrying-registration.js';
import type { RpcService } from '../rpc/rpc-service.js';
import { JobMasterReporter } from './job-master-reporter.js';

/** A JobMaster with whom this TaskManager is registered. */
export interface EstablishedConnection {
  readonly gateway: JobMasterGateway;
  readonly reporter: JobMasterReporter;
}

export interface JobConnection {
  readonly jobId: JobId;
  readonly jobMasterId: FencingToken;
  /** Undefined until the registration worked. */
  readonly established: EstablishedConnection | undefined;
  /** Coordinator hosts that this JobMaster ever started on this TaskManager. */
  readonly hostIds: Set<string>;
  /** True while an offer of slots waits for its answer. */
  isOffering: boolean;
}

export interface JobLeaderListener {
  onJobMasterGained(connection: JobConnection): void;
  /** The connection is closed and removed already. */
  onJobMasterLost(connection: JobConnection, reason: string): void;
}

export interface JobLeaderServices {
  readonly rpcService: RpcService;
  readonly mainThread: MainThread;
  readonly log: Logger;
  readonly heartbeat: HeartbeatOptions;
  /** How the JobMaster reaches this TaskExecutor. */
  readonly address: string;
  readonly resourceId: ResourceId;
}

interface Entry extends JobConnection {
  established: EstablishedConnection | undefined;
  readonly registration: RetryingRegistration<JobMasterGateway, unknown>;
}

export class JobLeaderService {
  private readonly services: JobLeaderServices;
  private readonly listener: JobLeaderListener;
  private readonly jobs = new Map<JobId, Entry>();
  private readonly heartbeats: HeartbeatManager<JobId>;

  constructor(services: JobLeaderServices, listener: JobLeaderListener) {
    this.services = services;
    this.listener = listener;
    this.heartbeats = new HeartbeatManager(services.heartbeat, services.mainThread, {
      onHeartbeatTimeout: (jobId, reason) => this.lose(jobId, reason),
    });
  }

  /** Connects to the job's JobMaster unless that is done or under way. Another leader must have been lost before. */
  addJob(jobId: JobId, address: string, jobMasterId: FencingToken): JobConnection {
    const known = this.jobs.get(jobId);
    if (known !== undefined) return known;
    const entry: Entry = {
      jobId,
      jobMasterId,
      established: undefined,
      hostIds: new Set(),
      isOffering: false,
      registration: this.register(jobId, address, jobMasterId),
    };
    this.jobs.set(jobId, entry);
    entry.registration.start();
    return entry;
  }

  /** The connection to the job's current JobMaster, established or not. */
  get(jobId: JobId): JobConnection | undefined {
    return this.jobs.get(jobId);
  }

  all(): Iterable<JobConnection> {
    return this.jobs.values();
  }

  receiveHeartbeat(jobId: JobId): void {
    this.heartbeats.receiveHeartbeat(jobId);
  }

  /** The JobMaster is gone, says so itself or leads no more: whoever depends on it hears of it. */
  lose(jobId: JobId, reason: string): void {
    const entry = this.close(jobId);
    if (entry !== undefined) this.listener.onJobMasterLost(entry, reason);
  }

  /** Nothing here is the job's any more: says so to the JobMaster and forgets it. */
  removeJob(jobId: JobId, reason: string): void {
    const entry = this.close(jobId);
    const { resourceId, log } = this.services;
    entry?.established?.gateway.disconnectTaskManager(resourceId, reason).catch((error: unknown) => {
      log.debug('The JobMaster did not take the disconnect', { jobId, error });
    });
  }

  private register(
    jobId: JobId,
    address: string,
    jobMasterId: FencingToken,
  ): RetryingRegistration<JobMasterGateway, unknown> {
    const { rpcService, mainThread, log, resourceId, address: ownAddress } = this.services;
    const register = (gateway: JobMasterGateway): Promise<unknown> =>
      gateway.registerTaskManager(resourceId, ownAddress);
    const target = { name: 'JobMaster', address, fencingToken: jobMasterId, register };
    return new RetryingRegistration(rpcService, mainThread, log, target, {
      onRegistered: (gateway) => this.onRegistered(jobId, gateway),
    });
  }

  private onRegistered(jobId: JobId, gateway: JobMasterGateway): void {
    const entry = this.jobs.get(jobId);
    if (entry === undefined) return;
    const { mainThread, log } = this.services;
    const onLost = (reason: string): void => {
      if (this.jobs.get(jobId) === entry) this.lose(jobId, reason);
    };
    entry.established = { gateway, reporter: new JobMasterReporter(gateway, mainThread, log, onLost) };
    this.heartbeats.monitorTarget(jobId);
    log.info('Registered at the JobMaster', { jobId });
    this.listener.onJobMasterGained(entry);
  }

  private close(jobId: JobId): Entry | undefined {
    const entry = this.jobs.get(jobId);
    if (entry === undefined) return undefined;
    this.jobs.delete(jobId);
    this.heartbeats.unmonitorTarget(jobId);
    entry.registration.cancel();
    entry.established?.reporter.close();
    return entry;
  }
}
