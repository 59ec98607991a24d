/**
 * The components of a JobManager process, wired: a Dispatcher and a ResourceManager, which lead from the start.
 * Mirrors: DispatcherResourceManagerComponent.
 */
import { type FencingToken, newId } from '../core/ids.js';
import type { DispatcherGateway } from '../protocol/gateways.js';
import type { RpcService } from '../rpc/rpc-service.js';
import { Dispatcher } from './dispatcher/dispatcher.js';
import { ResourceManager } from './resourcemanager/resource-manager.js';
import type { ResourceManagerDriver } from './resourcemanager/resource-manager-driver.js';

export class JobManager {
  private readonly rpcService: RpcService;
  private readonly resourceManager: ResourceManager;
  private readonly dispatcher: Dispatcher;

  /** `rpcService` stays the caller's: it is closed by whoever made it, after `stop`. */
  constructor(rpcService: RpcService, driver?: ResourceManagerDriver) {
    const { random } = rpcService.environment;
    this.rpcService = rpcService;
    this.resourceManager = new ResourceManager(rpcService, newId<FencingToken>(random), driver);
    this.dispatcher = new Dispatcher(rpcService, newId<FencingToken>(random), this.resourceManager.address);
  }

  get dispatcherAddress(): string {
    return this.dispatcher.address;
  }

  /** Where TaskExecutors register; they connect without a token and take the leader that they find. */
  get resourceManagerAddress(): string {
    return this.resourceManager.address;
  }

  /** Settles when jobs and TaskExecutors are welcome. */
  async start(): Promise<void> {
    await this.resourceManager.start();
    await this.dispatcher.start();
  }

  /** A gateway for callers in this process. */
  connectDispatcher(): Promise<DispatcherGateway> {
    return this.rpcService.connect<DispatcherGateway>(this.dispatcherAddress, this.dispatcher.fencingToken);
  }

  /** Jobs that still run are dropped: their TaskManagers end the tasks. Idempotent. */
  async stop(): Promise<void> {
    await this.dispatcher.stop();
    await this.resourceManager.stop();
  }
}
