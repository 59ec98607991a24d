/**
 * A whole cluster in one process: Dispatcher, ResourceManager, JobMasters and TaskExecutors over in-process RPC, slots
 * as worker threads or, for programs that cannot be loaded again, in the calling thread. Mirrors: MiniCluster.
 */
import { Configuration } from '../../config/configuration.js';
import { JobManagerOptions, TaskManagerOptions } from '../../config/options.js';
import { checkArgument, checkNotNull } from '../../core/assert.js';
import { type Environment, systemEnvironment } from '../../core/environment.js';
import { FlinkError } from '../../core/errors.js';
import type { ResourceId } from '../../core/ids.js';
import { JobManager } from '../../jobmanager/job-manager.js';
import { Doorbells } from '../../network/doorbell.js';
import { findProgram } from '../../program/program-registry.js';
import type { DispatcherGateway } from '../../protocol/gateways.js';
import { LocalRpcNetwork } from '../../rpc/local/local-rpc-network.js';
import { LocalRpcService } from '../../rpc/local/local-rpc-service.js';
import { ShuffleEnvironment } from '../../taskmanager/shuffle-environment.js';
import type { SlotHost } from '../../taskmanager/slot-host.js';
import { InProcessSlotHost } from '../../taskmanager/slot/in-process-slot-host.js';
import { AdaptiveBudget } from '../../taskmanager/slot/step-budget.js';
import { WorkerSlotHost } from '../../taskmanager/slot/worker-slot-host.js';
import { TaskExecutor } from '../../taskmanager/task-executor.js';

export interface MiniClusterOptions {
  /** Number of TaskManagers; default `minicluster.number-of-taskmanagers`. */
  readonly numTaskManagers?: number;
  /** Default `taskmanager.numberOfTaskSlots`. */
  readonly numSlotsPerTaskManager?: number;
  readonly configuration?: Configuration;
  /** `threads`: a worker thread per slot. `in-process`: all slots in the calling thread. Default `threads`. */
  readonly slots?: 'threads' | 'in-process';
  readonly environment?: Environment;
  /** Receives the console output of slots; default: this process's own streams. */
  readonly console?: (stream: 'stdout' | 'stderr', text: string) => void;
}

export class MiniCluster {
  readonly environment: Environment;
  private readonly options: MiniClusterOptions;
  private readonly configuration: Configuration;
  private readonly network = new LocalRpcNetwork();
  private readonly shuffle: ShuffleEnvironment;
  private readonly slotHost: SlotHost;
  private readonly taskExecutors = new Map<number, TaskExecutor>();
  private jobManager: JobManager | undefined;
  private nextTaskManager = 0;

  constructor(options: MiniClusterOptions = {}) {
    this.options = options;
    const slots = options.numSlotsPerTaskManager === undefined ? {} : { [TaskManagerOptions.numTaskSlots.key]: String(options.numSlotsPerTaskManager) };
    this.configuration = (options.configuration ?? new Configuration()).with(slots);
    this.environment = options.environment ?? systemEnvironment();
    this.shuffle = new ShuffleEnvironment(this.configuration);
    this.slotHost = this.createSlotHost();
  }

  /** Starts all components; resolves once every TaskManager has registered its slots. */
  async start(): Promise<void> {
    const service = this.rpcService('jobmanager');
    this.jobManager = await JobManager.start(service);
    const count = this.options.numTaskManagers ?? this.configuration.get(JobManagerOptions.miniClusterTaskManagers);
    checkArgument(count >= 1, 'a MiniCluster needs at least one TaskManager');
    await Promise.all(Array.from({ length: count }, () => this.startTaskManager()));
  }

  /** Adds a TaskManager; answers its index. */
  async startTaskManager(): Promise<number> {
    const index = this.nextTaskManager++;
    const resourceId = `taskmanager-${index}` as ResourceId;
    const executor = new TaskExecutor(this.rpcService(resourceId), {
      endpointId: 'taskexecutor',
      resourceId,
      resourceManagerAddress: this.components().resourceManagerAddress,
      slotHost: this.slotHost,
      shuffleEnvironment: this.shuffle,
    });
    this.taskExecutors.set(index, executor);
    await executor.start();
    return index;
  }

  /** Kills a TaskManager without a word, as kill -9 would: its threads end at once, others find out by themselves. */
  async killTaskManager(index: number): Promise<void> {
    const executor = checkNotNull(this.taskExecutors.get(index), `TaskManager ${index}`);
    this.taskExecutors.delete(index);
    await executor.kill();
  }

  get dispatcher(): DispatcherGateway {
    return this.components().dispatcher;
  }

  /** Slots of all TaskManagers that run. */
  get numSlots(): number {
    return this.configuration.get(TaskManagerOptions.numTaskSlots) * this.taskExecutors.size;
  }

  /** Indices of the TaskManagers that run. */
  get taskManagers(): readonly number[] {
    return [...this.taskExecutors.keys()];
  }

  /** Stops everything, jobs included. Idempotent. */
  async close(): Promise<void> {
    await Promise.all([...this.taskExecutors.values()].map((executor) => executor.stop()));
    this.taskExecutors.clear();
    await this.jobManager?.stop();
    this.jobManager = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private components(): JobManager {
    if (this.jobManager === undefined) {
      throw new FlinkError('CLUSTER_NOT_RUNNING', 'the MiniCluster is not running', { domain: 'user', remedy: 'Call start() first.' });
    }
    return this.jobManager;
  }

  private rpcService(name: string): LocalRpcService {
    return new LocalRpcService(this.network, name, this.environment, this.configuration);
  }

  private createSlotHost(): SlotHost {
    const doorbells = new Doorbells(this.shuffle.doorbells);
    if (this.options.slots === 'in-process') {
      return new InProcessSlotHost({
        environment: this.environment,
        doorbells,
        budget: () => new AdaptiveBudget(),
        bind: async ({ program }) => {
          checkArgument(program.kind === 'in-process', 'a bundled program needs slots in threads of their own');
          return findProgram((program as { key: string }).key);
        },
      });
    }
    return new WorkerSlotHost({
      doorbells,
      console: this.options.console ?? ((stream, text) => void process[stream].write(text)),
      workerModule: new URL('./slot-thread-main.js', import.meta.url),
    });
  }
}
