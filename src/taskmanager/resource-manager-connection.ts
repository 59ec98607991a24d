/**
 * Keeps this TaskExecutor registered at the ResourceManager, for as long as it lives: registers again whenever the
 * ResourceManager is silent, says that it does not know us, or disconnects. Tasks go on meanwhile. On the TaskExecutor's
 * main thread. Mirrors: TaskExecutorToResourceManagerConnection.
 */
import type { Cancel } from '../core/clock.js';
import type { AllocationId, InstanceId, ResourceId, SlotId } from '../core/ids.js';
import type { Logger } from '../core/logger.js';
import type { MainThread } from '../core/main-thread.js';
import type { ResourceManagerGateway, SlotReport, TaskExecutorRegistration } from '../protocol/gateways.js';
import { HeartbeatManager, type HeartbeatOptions } from '../rpc/heartbeat-manager.js';
import { RetryingRegistration } from '../rpc/retrying-registration.js';
import type { RpcService } from '../rpc/rpc-service.js';
import { isUnanswered } from './job-master-reporter.js';

/** Pause before the next registration after the ResourceManager was lost, so that a refusal does not turn into a storm. */
const RECONNECT_DELAY_MS = 100;

export interface ResourceManagerServices {
  readonly rpcService: RpcService;
  readonly mainThread: MainThread;
  readonly log: Logger;
  readonly heartbeat: HeartbeatOptions;
  readonly resourceManagerAddress: string;
  readonly registration: TaskExecutorRegistration;
  readonly slotReport: () => SlotReport;
}

interface RegistrationAnswer {
  readonly instanceId: InstanceId;
  readonly resourceManagerId: ResourceId;
}

interface Established extends RegistrationAnswer {
  readonly gateway: ResourceManagerGateway;
}

export class ResourceManagerConnection {
  private readonly services: ResourceManagerServices;
  private readonly heartbeats: HeartbeatManager<ResourceId>;
  private registration: RetryingRegistration<ResourceManagerGateway, RegistrationAnswer> | undefined;
  private established: Established | undefined;
  private cancelReconnect: Cancel = () => undefined;

  constructor(services: ResourceManagerServices) {
    this.services = services;
    this.heartbeats = new HeartbeatManager(services.heartbeat, services.mainThread, {
      onHeartbeatTimeout: (_id, reason) => this.reconnect(reason),
    });
  }

  get isEstablished(): boolean {
    return this.established !== undefined;
  }

  start(): void {
    const { rpcService, mainThread, log, resourceManagerAddress: address, registration } = this.services;
    const register = (gateway: ResourceManagerGateway): Promise<RegistrationAnswer> =>
      gateway.registerTaskExecutor(registration);
    const target = { name: 'ResourceManager', address, fencingToken: undefined, register };
    this.registration = new RetryingRegistration(rpcService, mainThread, log, target, {
      onRegistered: (gateway, answer) => this.onRegistered({ ...answer, gateway }),
    });
    this.registration.start();
  }

  /** The ResourceManager asks whether we live: answered with the slots. */
  heartbeat(resourceManagerId: ResourceId): void {
    const { established } = this;
    if (established === undefined || established.resourceManagerId !== resourceManagerId) return;
    this.heartbeats.receiveHeartbeat(resourceManagerId);
    const { registration, slotReport } = this.services;
    this.call(established, established.gateway.heartbeatFromTaskExecutor(registration.resourceId, slotReport()));
  }

  /** Also told by the next heartbeat, should this get lost. */
  notifySlotAvailable(slotId: SlotId, allocationId: AllocationId): void {
    const { established } = this;
    if (established === undefined) return;
    this.call(established, established.gateway.notifySlotAvailable(established.instanceId, slotId, allocationId));
  }

  /** Registers anew. Does nothing while no registration stands. */
  reconnect(reason: string): void {
    const { established } = this;
    if (established === undefined) return;
    this.services.log.warn('Lost the ResourceManager, registering again', { reason });
    this.close();
    this.cancelReconnect = this.services.mainThread.schedule(RECONNECT_DELAY_MS, () => this.start());
  }

  /** Says goodbye; settles when that was heard, or cannot be. */
  async stop(reason: string): Promise<void> {
    const { established } = this;
    this.close();
    this.cancelReconnect();
    this.registration?.cancel();
    await established?.gateway
      .disconnectTaskExecutor(this.services.registration.resourceId, reason)
      .catch(() => undefined);
  }

  private onRegistered(established: Established): void {
    this.established = established;
    const { resourceManagerId, instanceId, gateway } = established;
    const { registration, slotReport, log } = this.services;
    log.info('Registered at the ResourceManager', { resourceId: registration.resourceId, instanceId });
    this.heartbeats.monitorTarget(resourceManagerId);
    this.call(established, gateway.sendSlotReport(registration.resourceId, instanceId, slotReport()));
  }

  private call(established: Established, answer: Promise<unknown>): void {
    this.services.mainThread.handle(
      answer,
      () => undefined,
      (error) => {
        if (this.established !== established) return;
        // A missing answer is the heartbeat's business; a refusal means that it does not know us.
        if (isUnanswered(error)) this.services.log.debug('The ResourceManager did not answer', { error });
        else this.reconnect(error instanceof Error ? error.message : String(error));
      },
    );
  }

  private close(): void {
    const { established } = this;
    this.established = undefined;
    if (established !== undefined) this.heartbeats.unmonitorTarget(established.resourceManagerId);
  }
}
