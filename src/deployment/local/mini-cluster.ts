/**
 * A whole cluster in one process: Dispatcher, ResourceManager, JobMasters and TaskExecutors over in-process RPC, slots
 * as worker threads or, for programs that cannot be loaded again, in the calling thread. Mirrors: MiniCluster.
 */
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { type ConfigurationLike, StreamExecutionEnvironment } from '../../api/stream-execution-environment.js';
import { LocalProgram } from '../../client/local-program.js';
import { Configuration } from '../../config/configuration.js';
import { JobManagerOptions, TaskManagerOptions } from '../../config/options.js';
import { checkArgument, checkNotNull } from '../../core/assert.js';
import { type Environment, systemEnvironment } from '../../core/environment.js';
import { FlinkError } from '../../core/errors.js';
import type { ResourceId } from '../../core/ids.js';
import { JobManager } from '../../jobmanager/job-manager.js';
import { Doorbells } from '../../network/doorbell.js';
import { withOwnFunctions } from '../../program/copy-functions.js';
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
import { dumpGeneratedCode } from './dump-generated-code.js';
import { MiniClusterExecutor } from './mini-cluster-executor.js';
import { runProgram } from './run-program.js';
import { SlotHostByProgram } from './slot-host-by-program.js';

export interface MiniClusterOptions {
  /** Number of TaskManagers; default `minicluster.number-of-taskmanagers`. */
  readonly numTaskManagers?: number;
  /** Default `taskmanager.numberOfTaskSlots`. */
  readonly numSlotsPerTaskManager?: number;
  readonly configuration?: Configuration;
  readonly environment?: Environment;
  /** Receives the console output of slots; default: this process's own streams. */
  readonly console?: (stream: 'stdout' | 'stderr', text: string) => void;
}

/** With six realistic functions V8's default inlining budget undoes fusion: 161–190 ns a record instead of 111. */
export const RUNTIME_V8_FLAGS = [
  '--max-inlined-bytecode-size=2000',
  '--max-inlined-bytecode-size-cumulative=6000',
] as const;

export class MiniCluster {
  readonly environment: Environment;
  private readonly options: MiniClusterOptions;
  private readonly configuration: Configuration;
  private readonly network = new LocalRpcNetwork();
  private readonly shuffle: ShuffleEnvironment;
  private readonly services: LocalRpcService[] = [];
  private readonly slotHost: SlotHost;
  private readonly taskExecutors = new Map<number, TaskExecutor>();
  private jobManager: JobManager | undefined;
  private dispatcherGateway: DispatcherGateway | undefined;
  private nextTaskManager = 0;
  private endDump = (): void => undefined;

  constructor(options: MiniClusterOptions = {}) {
    this.options = options;
    const slots =
      options.numSlotsPerTaskManager === undefined
        ? {}
        : { [TaskManagerOptions.numTaskSlots.key]: String(options.numSlotsPerTaskManager) };
    this.configuration = (options.configuration ?? new Configuration()).with(slots);
    this.environment = options.environment ?? systemEnvironment();
    this.shuffle = new ShuffleEnvironment(this.configuration);
    this.slotHost = this.createSlotHost();
  }

  /** Starts all components; resolves once every TaskManager has registered its slots. */
  async start(): Promise<void> {
    for (const flag of RUNTIME_V8_FLAGS) setFlagsFromString(flag);
    this.endDump = dumpGeneratedCode(process.env);
    const service = this.rpcService('jobmanager');
    this.jobManager = new JobManager(service);
    await this.jobManager.start();
    this.dispatcherGateway = await this.jobManager.connectDispatcher();
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
    this.components();
    return checkNotNull(this.dispatcherGateway, 'gateway to the Dispatcher');
  }

  /** Slots of all TaskManagers that run. */
  get numSlots(): number {
    return this.configuration.get(TaskManagerOptions.numTaskSlots) * this.taskExecutors.size;
  }

  /** Indices of the TaskManagers that run. */
  get taskManagers(): readonly number[] {
    return [...this.taskExecutors.keys()];
  }

  /**
   * An environment whose jobs run here, for programs built inside a test: their slots run in the calling thread.
   * Options given here win over the cluster's.
   */
  getExecutionEnvironment(options: ConfigurationLike = {}): StreamExecutionEnvironment {
    const executor = new MiniClusterExecutor(this, new LocalProgram(this.environment, { isBound: false }));
    return StreamExecutionEnvironment.forContext({ executor, configuration: this.configuration }, options);
  }

  /** Runs a program from its file, main() in this thread and its slots in threads of their own; resolves with its exports. */
  run(program: URL, ...args: readonly string[]): Promise<unknown> {
    return runProgram({
      entry: fileURLToPath(program),
      args,
      configuration: this.configuration,
      environment: this.environment,
      executor: (loader) => new MiniClusterExecutor(this, loader),
    });
  }

  /** Runs a program on a cluster of its own, with two TaskManagers of two slots unless the options say otherwise. */
  static async run(program: URL, options: MiniClusterOptions = {}, ...args: readonly string[]): Promise<unknown> {
    await using cluster = new MiniCluster({ numTaskManagers: 2, numSlotsPerTaskManager: 2, ...options });
    await cluster.start();
    return await cluster.run(program, ...args);
  }

  /** Stops everything, jobs included. Idempotent. */
  async close(): Promise<void> {
    await Promise.all([...this.taskExecutors.values()].map((executor) => executor.stop()));
    this.taskExecutors.clear();
    await this.jobManager?.stop();
    this.jobManager = undefined;
    await Promise.all(this.services.splice(0).map((service) => service.stop()));
    this.endDump();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private components(): JobManager {
    if (this.jobManager === undefined) {
      throw new FlinkError('CLUSTER_NOT_RUNNING', 'the MiniCluster is not running', {
        domain: 'user',
        remedy: 'Call start() first.',
      });
    }
    return this.jobManager;
  }

  private rpcService(name: string): LocalRpcService {
    const service = new LocalRpcService(this.network, name, this.environment, this.configuration);
    this.services.push(service);
    return service;
  }

  private createSlotHost(): SlotHost {
    const doorbells = new Doorbells(this.shuffle.doorbells);
    const threads = new WorkerSlotHost({
      doorbells,
      console: this.options.console ?? ((stream, text) => void process[stream].write(text)),
      workerModule: new URL('./slot-thread-main.js', import.meta.url),
    });
    const inProcess = new InProcessSlotHost({
      environment: this.environment,
      doorbells,
      budget: () => new AdaptiveBudget(),
      bind: async ({ program }) => {
        checkArgument(program.kind === 'in-process', 'a bundled program runs in threads of its own');
        return withOwnFunctions(findProgram(program.key));
      },
    });
    return new SlotHostByProgram(threads, inProcess);
  }
}
