/**
 * Keeps the JobMaster registered at the ResourceManager and the ResourceManager informed of how many slots the job
 * needs. On the JobMaster's main thread. Mirrors: JobMaster.ResourceManagerConnection,
 * DefaultDeclareRequiredResourceServiceConnectionManager.
 */
import { isFlinkError } from '../../core/errors.js';
import type { FencingToken, JobId, ResourceId } from '../../core/ids.js';
import type { Logger } from '../../core/logger.js';
import type { MainThread } from '../../core/main-thread.js';
import type { ResourceManagerGateway } from '../../protocol/gateways.js';
import { HeartbeatManager, type HeartbeatOptions } from '../../rpc/heartbeat-manager.js';
import { RetryingRegistration } from '../../rpc/retrying-registration.js';
import type { RpcService } from '../../rpc/rpc-service.js';

/** Pause before the next registration after the connection was lost. */
const RECONNECT_DELAY_MS = 100;

/** Who registers. */
export interface JobMasterIdentity {
  readonly jobId: JobId;
  readonly jobMasterId: FencingToken;
  readonly jobMasterAddress: string;
}

type Registration = RetryingRegistration<ResourceManagerGateway, { readonly resourceManagerId: ResourceId }>;

export class ResourceManagerConnection {
  private readonly rpcService: RpcService;
  private readonly mainThread: MainThread;
  private readonly log: Logger;
  private readonly address: string;
  private readonly identity: JobMasterIdentity;
  private readonly heartbeats: HeartbeatManager<ResourceId>;
  private registration: Registration | undefined;
  private established: { readonly gateway: ResourceManagerGateway; readonly resourceId: ResourceId } | undefined;
  private numSlots = 0;
  private isClosed = false;

  constructor(
    rpcService: RpcService,
    mainThread: MainThread,
    log: Logger,
    address: string,
    identity: JobMasterIdentity,
    heartbeat: HeartbeatOptions,
  ) {
    this.rpcService = rpcService;
    this.mainThread = mainThread;
    this.log = log;
    this.address = address;
    this.identity = identity;
    this.heartbeats = new HeartbeatManager(heartbeat, mainThread, {
      onHeartbeatTimeout: (_id, reason) => this.reconnect(reason),
    });
  }

  start(): void {
    const { jobId, jobMasterId, jobMasterAddress } = this.identity;
    const target = {
      name: 'ResourceManager',
      address: this.address,
      fencingToken: undefined,
      register: (gateway: ResourceManagerGateway) => gateway.registerJobMaster(jobId, jobMasterId, jobMasterAddress),
    };
    this.registration = new RetryingRegistration(this.rpcService, this.mainThread, this.log, target, {
      onRegistered: (gateway, { resourceManagerId }) => {
        this.established = { gateway, resourceId: resourceManagerId };
        this.heartbeats.monitorTarget(resourceManagerId);
        this.declare();
      },
    });
    this.registration.start();
  }

  /** The job needs this many slots in all; said again whenever the ResourceManager may not know. */
  setRequiredSlots(numSlots: number): void {
    this.numSlots = numSlots;
    this.declare();
  }

  receiveHeartbeat(resourceId: ResourceId): void {
    const connection = this.established;
    // An old ResourceManager, which shall find out that we left.
    if (connection?.resourceId !== resourceId) return;
    this.heartbeats.receiveHeartbeat(resourceId);
    this.mainThread.handle(
      connection.gateway.heartbeatFromJobMaster(this.identity.jobId),
      () => undefined,
      (error) => this.onCallFailed(connection.gateway, error, () => undefined),
    );
  }

  /** Leaves; settles when the ResourceManager knows, or cannot be told. Idempotent. */
  async close(reason: string): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.registration?.cancel();
    this.heartbeats.stop();
    try {
      await this.established?.gateway.disconnectJobMaster(this.identity.jobId, reason);
    } catch (error) {
      this.log.debug('The ResourceManager did not take the disconnect', { error });
    }
  }

  private declare(): void {
    const gateway = this.established?.gateway;
    if (gateway === undefined || this.isClosed) return;
    const { jobId, jobMasterId, jobMasterAddress } = this.identity;
    const { numSlots } = this;
    this.mainThread.handle(
      gateway.declareRequiredResources(jobMasterId, { jobId, jobMasterAddress, numSlots }),
      () => undefined,
      (error) => this.onCallFailed(gateway, error, () => this.declare()),
    );
  }

  private onCallFailed(gateway: ResourceManagerGateway, error: unknown, retry: () => void): void {
    if (this.isClosed || this.established?.gateway !== gateway) return;
    if (isFlinkError(error) && error.code === 'TIMEOUT') retry();
    else this.reconnect(error instanceof Error ? error.message : String(error));
  }

  private reconnect(reason: string): void {
    if (this.isClosed) return;
    this.log.warn('Lost the ResourceManager, registering again', { reason });
    if (this.established !== undefined) this.heartbeats.unmonitorTarget(this.established.resourceId);
    this.established = undefined;
    this.registration?.cancel();
    this.mainThread.schedule(RECONNECT_DELAY_MS, () => {
      if (!this.isClosed) this.start();
    });
  }
}
