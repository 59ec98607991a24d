/** A JobManager with fake TaskExecutors on a clock that stands still, over the in-process transport. */
import { Configuration } from '../../src/config/configuration.js';
import { type Environment, noFaults } from '../../src/core/environment.js';
import type { ExecutionAttemptId } from '../../src/core/ids.js';
import { silentLogger } from '../../src/core/logger.js';
import { SeededRandom } from '../../src/core/random.js';
import type { JobGraph } from '../../src/graph/job-graph.js';
import { JobManager } from '../../src/jobmanager/job-manager.js';
import type { DispatcherGateway, ResourceManagerGateway } from '../../src/protocol/gateways.js';
import type { JobDetails, JobResult } from '../../src/protocol/job-messages.js';
import { LocalRpcNetwork } from '../../src/rpc/local/local-rpc-network.js';
import { LocalRpcService } from '../../src/rpc/local/local-rpc-service.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { FakeTaskExecutor } from './fake-task-executor.js';

/** Drops requests by method, as a broken link does. */
export class LossyNetwork extends LocalRpcNetwork {
  readonly lost = new Map<string, number>();

  /** Loses the next `times` requests of `method`. */
  lose(method: string, times = 1): void {
    this.lost.set(method, times);
  }

  protected override deliver(...[, , message, run]: Parameters<LocalRpcNetwork['deliver']>): void {
    const left = message.type === 'call' ? (this.lost.get(message.method) ?? 0) : 0;
    if (left > 0 && message.type === 'call') this.lost.set(message.method, left - 1);
    else run();
  }
}

export class JobManagerHarness {
  readonly clock = new ManualClock(1_000);
  readonly network = new LossyNetwork({ copyMessages: true });
  readonly environment: Environment;
  readonly configuration: Configuration;
  readonly jobManager: JobManager;
  readonly services = new Map<string, LocalRpcService>();
  readonly taskExecutors: FakeTaskExecutor[] = [];
  dispatcher!: DispatcherGateway;
  resourceManager!: ResourceManagerGateway;

  constructor(configuration: Readonly<Record<string, string>> = {}) {
    this.environment = { clock: this.clock, random: new SeededRandom(7), log: silentLogger, faults: noFaults };
    this.configuration = new Configuration(configuration);
    this.jobManager = new JobManager(this.service('jobmanager'));
  }

  /** Starts the JobManager and one fake TaskManager for each number of slots. */
  static async start(
    slotsPerTaskManager: readonly number[],
    configuration: Readonly<Record<string, string>> = {},
  ): Promise<JobManagerHarness> {
    const harness = new JobManagerHarness(configuration);
    await harness.settle(harness.jobManager.start());
    harness.dispatcher = await harness.settle(harness.jobManager.connectDispatcher());
    harness.resourceManager = await harness.settle(
      harness.service('client').connect<ResourceManagerGateway>(harness.jobManager.resourceManagerAddress),
    );
    for (const numSlots of slotsPerTaskManager) await harness.addTaskManager(numSlots);
    return harness;
  }

  service(node: string): LocalRpcService {
    let service = this.services.get(node);
    if (service === undefined) {
      service = new LocalRpcService(this.network, node, this.environment, this.configuration);
      this.services.set(node, service);
    }
    return service;
  }

  async addTaskManager(numSlots: number): Promise<FakeTaskExecutor> {
    const name = `tm-${this.taskExecutors.length + 1}`;
    const { resourceManagerAddress } = this.jobManager;
    const taskExecutor = new FakeTaskExecutor(this.service(name), name, numSlots, resourceManagerAddress);
    this.taskExecutors.push(taskExecutor);
    await this.settle(taskExecutor.start());
    await this.settle(taskExecutor.register());
    return taskExecutor;
  }

  tm(number: number): FakeTaskExecutor {
    const taskExecutor = this.taskExecutors[number - 1];
    if (taskExecutor === undefined) throw new Error(`there is no tm-${number}`);
    return taskExecutor;
  }

  /** As if the process had died. */
  kill(taskExecutor: FakeTaskExecutor): void {
    this.services.get(taskExecutor.resourceId)?.kill();
  }

  async submit(jobGraph: JobGraph): Promise<void> {
    await this.settle(this.dispatcher.submitJob({ jobGraph, program: { kind: 'in-process', key: 'test' } }));
    await this.clock.flush();
  }

  async details(jobGraph: JobGraph): Promise<JobDetails> {
    return this.settle(this.dispatcher.requestJobDetails(jobGraph.jobId));
  }

  async status(jobGraph: JobGraph): Promise<string> {
    return (await this.details(jobGraph)).status;
  }

  /** The job's result; undefined while it runs. */
  result(jobGraph: JobGraph): Promise<JobResult | undefined> {
    const answer = this.dispatcher.requestJobResult(jobGraph.jobId, 0);
    return this.settle(answer, 1);
  }

  async advance(ms: number): Promise<void> {
    await this.clock.advanceAsync(ms);
  }

  /** Lets everything happen that needs no time, or `ms`, and gives the outcome of `promise`. */
  async settle<T>(promise: Promise<T>, ms = 0): Promise<T> {
    const guarded = promise.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if (ms > 0) await this.clock.advanceAsync(ms);
    await this.clock.flush();
    const outcome = await guarded;
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  /** The task that runs subtask `index` of the vertex, wherever it is. */
  taskOf(vertex: string, index: number): { readonly tm: FakeTaskExecutor; readonly attemptId: ExecutionAttemptId } {
    for (const tm of this.taskExecutors.filter(({ mainThread }) => !mainThread.isStopped)) {
      for (const { descriptor } of tm.runningTasks()) {
        if (descriptor.vertexId === `vertex-${vertex}` && descriptor.subtaskIndex === index) {
          return { tm, attemptId: descriptor.attemptId };
        }
      }
    }
    throw new Error(`${vertex} ${index} runs nowhere`);
  }

  async finish(vertex: string, index: number): Promise<void> {
    const { tm, attemptId } = this.taskOf(vertex, index);
    await this.settle(tm.report(attemptId, 'FINISHED'));
    await this.clock.flush();
  }

  async fail(vertex: string, index: number, error: unknown): Promise<void> {
    const { tm, attemptId } = this.taskOf(vertex, index);
    await this.settle(tm.report(attemptId, 'FAILED', error));
    await this.clock.flush();
  }

  async readyToCommit(vertex: string, index: number): Promise<void> {
    const { tm, attemptId } = this.taskOf(vertex, index);
    await this.settle(tm.readyToCommit(attemptId));
    await this.clock.flush();
  }

  /** Running tasks of all live TaskManagers. */
  runningTasks(): number {
    return this.taskExecutors.reduce((sum, tm) => sum + (tm.mainThread.isStopped ? 0 : tm.runningTasks().length), 0);
  }

  async stop(): Promise<void> {
    await this.settle(this.jobManager.stop(), 60_000);
  }
}
