/**
 * A whole cluster on virtual time: a JobManager, TaskManagers and a client as processes of one scheduler, with the real
 * Dispatcher, ResourceManager, JobMaster, TaskExecutors and tasks in them.
 */
import { Configuration } from '../../config/configuration.js';
import type { FaultPoints } from '../../core/environment.js';
import { FlinkError } from '../../core/errors.js';
import { type JobId, newId, type ResourceId } from '../../core/ids.js';
import { type Logger, silentLogger } from '../../core/logger.js';
import type { Random } from '../../core/random.js';
import { JobManager } from '../../jobmanager/job-manager.js';
import { Doorbells } from '../../network/doorbell.js';
import { LocalRpcService } from '../../rpc/local/local-rpc-service.js';
import { ShuffleEnvironment } from '../../taskmanager/shuffle-environment.js';
import { InProcessSlotHost } from '../../taskmanager/slot/in-process-slot-host.js';
import { fixedBudget } from '../../taskmanager/slot/step-budget.js';
import { TaskExecutor } from '../../taskmanager/task-executor.js';
import { ChaosSlotHost } from './chaos-slot-host.js';
import type { FaultPlan } from './fault-plan.js';
import { createSimulatedJob, type SimulatedJob } from './simulated-job.js';
import { SimulatedClient } from './simulated-client.js';
import { type NetworkFault, SimulatedNetwork } from './simulated-network.js';
import { SimulatedProcess } from './simulated-process.js';
import type { SimulatedScheduler } from './simulated-scheduler.js';

export const JOB_MANAGER = 'jobmanager';
const CLIENT = 'client';

export interface SimulatedTaskManager {
  readonly name: string;
  readonly process: SimulatedProcess;
  readonly rpcService: LocalRpcService;
  readonly executor: TaskExecutor;
  readonly slotHost: ChaosSlotHost;
}

export interface SimulatedClusterOptions {
  readonly scheduler: SimulatedScheduler;
  readonly random: Random;
  readonly plan: FaultPlan;
  readonly faults: FaultPoints;
  readonly onNetworkFault: (fault: NetworkFault) => void;
  /** Asked for each record: true makes the user's function throw. */
  readonly failsNow: () => boolean;
  readonly log?: Logger;
}

export class SimulatedCluster {
  readonly network: SimulatedNetwork;
  readonly shuffle: ShuffleEnvironment;
  readonly job: SimulatedJob;
  readonly client: SimulatedClient;
  readonly jobManagerProcess: SimulatedProcess;
  readonly jobManagerRpc: LocalRpcService;
  /** Those that run, in order of their start. */
  readonly taskManagers: SimulatedTaskManager[] = [];
  private readonly options: SimulatedClusterOptions;
  private readonly configuration: Configuration;
  private readonly jobManager: JobManager;
  private readonly clientRpc: LocalRpcService;
  private numStarted = 0;

  constructor(options: SimulatedClusterOptions) {
    this.options = options;
    const { scheduler, random, plan } = options;
    this.configuration = new Configuration({
      'taskmanager.numberOfTaskSlots': String(plan.slotsPerTaskManager),
      'taskmanager.memory.segment-size': '256b',
      'taskmanager.network.memory.buffers-per-channel': '1',
      'taskmanager.network.memory.floating-buffers-per-gate': '1',
      'taskmanager.slot.timeout': '4 s',
      'task.cancellation.timeout': '6 s',
      'heartbeat.interval': '1 s',
      'heartbeat.timeout': '5 s',
      'slot.request.timeout': '40 s',
      'pekko.ask.timeout': '2 s',
    });
    this.network = new SimulatedNetwork(scheduler, random, plan.network, options.onNetworkFault);
    this.shuffle = new ShuffleEnvironment(this.configuration);
    this.job = createSimulatedJob(plan, newId<JobId>(random), options.failsNow);
    this.jobManagerProcess = this.startProcess(JOB_MANAGER);
    this.jobManagerRpc = this.rpcService(this.jobManagerProcess);
    this.jobManager = new JobManager(this.jobManagerRpc);
    this.clientRpc = this.rpcService(this.startProcess(CLIENT));
    this.client = new SimulatedClient(this.clientRpc, this.jobManager.dispatcherAddress, this.job.jobGraph);
  }

  start(): void {
    void this.jobManager.start();
    for (let i = 0; i < this.options.plan.numTaskManagers; i++) this.startTaskManager();
    void this.client.run();
  }

  startTaskManager(): void {
    const { plan, log = silentLogger } = this.options;
    const resourceId = `taskmanager-${++this.numStarted}` as ResourceId;
    const process = this.startProcess(resourceId);
    const rpcService = this.rpcService(process);
    const slotHost = new ChaosSlotHost(
      new InProcessSlotHost({
        environment: process.environmentWithTurns(plan.slotTurnMs, log),
        doorbells: new Doorbells(this.shuffle.doorbells),
        budget: () => fixedBudget(plan.recordsPerStep),
        bind: async () => this.job.streamGraph,
      }),
    );
    const executor = new TaskExecutor(rpcService, {
      endpointId: 'taskmanager',
      resourceId,
      resourceManagerAddress: this.jobManager.resourceManagerAddress,
      slotHost,
      shuffleEnvironment: this.shuffle,
    });
    this.taskManagers.push({ name: resourceId, process, rpcService, executor, slotHost });
    void executor.start();
  }

  /** The process is gone between two instructions. `isMachineGone`: whoever calls it hears nothing, not even a refusal. */
  killTaskManager(taskManager: SimulatedTaskManager, isMachineGone: boolean): void {
    const index = this.taskManagers.indexOf(taskManager);
    if (index < 0) return;
    this.taskManagers.splice(index, 1);
    if (isMachineGone) this.network.vanish(taskManager.name);
    taskManager.process.kill();
    void taskManager.executor.kill();
  }

  /** Stops everything in good order. */
  async stop(): Promise<void> {
    await Promise.all(this.taskManagers.map(({ executor }) => executor.stop()));
    await this.jobManager.stop();
  }

  /** What the ResourceManager believes. */
  async clusterOverview(): Promise<{
    readonly taskManagers: number;
    readonly slotsTotal: number;
    readonly slotsAvailable: number;
  }> {
    return this.client.requestClusterOverview(this.jobManager.resourceManagerAddress);
  }

  private startProcess(name: string): SimulatedProcess {
    const { scheduler, random, faults, log } = this.options;
    const seed = random.nextInt(0x1_0000_0000);
    const clockOffsetMs = (random.next() - 0.5) * 2_000;
    const process = new SimulatedProcess(scheduler, {
      name,
      seed,
      faults,
      clockOffsetMs,
      log: (log ?? silentLogger).child({ process: name }),
    });
    this.network.addProcess(process);
    return process;
  }

  private rpcService(process: SimulatedProcess): LocalRpcService {
    return new LocalRpcService(this.network, process.name, process.environment, this.configuration);
  }
}

/** An error that a check found; the message says what is wrong with which part. */
export function violation(what: string): FlinkError {
  return new FlinkError('SIMULATION_VIOLATION', what);
}
