/** A TaskExecutor between a ResourceManager, a JobMaster and slot threads that a test plays, on a manual clock. */
import { Configuration } from '../../../src/config/configuration.js';
import { noFaults } from '../../../src/core/environment.js';
import type {
  AllocationId,
  ExecutionAttemptId,
  FencingToken,
  InstanceId,
  JobId,
  JobVertexId,
  ResourceId,
} from '../../../src/core/ids.js';
import { slotIdOf } from '../../../src/core/ids.js';
import { silentLogger } from '../../../src/core/logger.js';
import { SeededRandom } from '../../../src/core/random.js';
import type { JobGraph } from '../../../src/graph/job-graph.js';
import type {
  JobMasterGateway,
  ResourceManagerGateway,
  SlotOffer,
  TaskExecutorGateway,
} from '../../../src/protocol/gateways.js';
import type { TaskDeploymentDescriptor } from '../../../src/protocol/task-deployment-descriptor.js';
import { LocalRpcNetwork } from '../../../src/rpc/local/local-rpc-network.js';
import { LocalRpcService } from '../../../src/rpc/local/local-rpc-service.js';
import type { RpcMessage } from '../../../src/rpc/local/rpc-message.js';
import { RpcEndpoint } from '../../../src/rpc/rpc-endpoint.js';
import { ShuffleEnvironment } from '../../../src/taskmanager/shuffle-environment.js';
import type { SlotHost, SlotThread, SlotThreadListener } from '../../../src/taskmanager/slot-host.js';
import type { FromSlot, ToSlot } from '../../../src/taskmanager/slot-messages.js';
import { TaskExecutor } from '../../../src/taskmanager/task-executor.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';

export const JOB = 'job' as JobId;
export const LEADER = 'leader-1' as FencingToken;
export const TM = 'tm' as ResourceId;
export const RPC_TIMEOUT_MS = 1_000;
export const CANCELLATION_TIMEOUT_MS = 30_000;

/** Every call that arrived: method name and arguments. */
export type Call = readonly [method: string, ...args: readonly unknown[]];

/** Answers each method as the test says, `{ acknowledged: true }` otherwise, and notes the call. */
class ScriptedEndpoint extends RpcEndpoint {
  readonly calls: Call[] = [];
  readonly answers = new Map<string, (...args: readonly unknown[]) => unknown>();
  readonly remoteMethods: ReadonlySet<string> = { has: () => true } as unknown as ReadonlySet<string>;

  constructor(rpcService: LocalRpcService, endpointId: string) {
    super(rpcService, endpointId);
    return new Proxy(this, {
      get: (target, property) => {
        if (typeof property !== 'string' || property in target) return Reflect.get(target, property, target) as unknown;
        return (...args: readonly unknown[]) => {
          target.calls.push([property, ...args]);
          return target.answers.get(property)?.(...args) ?? { acknowledged: true };
        };
      },
    });
  }

  callsOf(method: string): readonly Call[] {
    return this.calls.filter(([name]) => name === method);
  }
}

export class ScriptedJobMaster extends ScriptedEndpoint {
  override get fencingToken(): FencingToken {
    return LEADER;
  }
}

export class ScriptedThread implements SlotThread {
  readonly name: string;
  readonly received: ToSlot[] = [];
  isTerminated = false;
  readonly listener: SlotThreadListener;

  constructor(name: string, listener: SlotThreadListener) {
    this.name = name;
    this.listener = listener;
  }

  post(message: ToSlot): void {
    this.received.push(message);
  }

  async terminate(): Promise<void> {
    this.isTerminated = true;
  }

  say(message: FromSlot): void {
    this.listener.onMessage(message);
  }

  types(): readonly string[] {
    return this.received.map(({ type }) => type);
  }
}

/** Loses each message for which the test asks for it. */
export class LossyNetwork extends LocalRpcNetwork {
  isLost: (message: RpcMessage) => boolean = () => false;

  protected override deliver(_from: string, _to: string, message: RpcMessage, run: () => void): void {
    if (!this.isLost(message)) run();
  }
}

export class TaskExecutorFixture {
  readonly clock = new ManualClock();
  readonly network = new LossyNetwork();
  readonly threads: ScriptedThread[] = [];
  readonly faults = { planted: new Set<string>(), hits: (point: string): boolean => this.faults.planted.has(point) };
  readonly configuration = new Configuration({
    'taskmanager.numberOfTaskSlots': '2',
    'taskmanager.memory.segment-size': '1kb',
    'task.cancellation.timeout': `${CANCELLATION_TIMEOUT_MS} ms`,
    'pekko.ask.timeout': `${RPC_TIMEOUT_MS} ms`,
  });
  readonly shuffle = new ShuffleEnvironment(this.configuration);
  readonly resourceManager: ScriptedEndpoint & Partial<ResourceManagerGateway>;
  readonly jobMaster: ScriptedJobMaster & Partial<JobMasterGateway>;
  readonly taskExecutor: TaskExecutor;
  gateway!: TaskExecutorGateway;
  private readonly controlRpc: LocalRpcService;

  constructor() {
    this.controlRpc = this.rpcService('control');
    this.resourceManager = new ScriptedEndpoint(this.controlRpc, 'resourcemanager');
    this.resourceManager.answers.set('registerTaskExecutor', () => ({
      instanceId: 'i1' as InstanceId,
      resourceManagerId: 'rm' as ResourceId,
    }));
    this.jobMaster = new ScriptedJobMaster(this.controlRpc, 'jobmaster');
    this.jobMaster.answers.set('offerSlots', (_resourceId, offers) =>
      (offers as readonly SlotOffer[]).map(({ allocationId }) => allocationId),
    );
    const slotHost: SlotHost = {
      start: (name, _doorbell, listener) => {
        const thread = new ScriptedThread(name, listener);
        this.threads.push(thread);
        return thread;
      },
    };
    this.taskExecutor = new TaskExecutor(this.rpcService('tm'), {
      endpointId: 'taskmanager',
      resourceId: TM,
      resourceManagerAddress: this.resourceManager.address,
      slotHost,
      shuffleEnvironment: this.shuffle,
    });
  }

  /** Everybody is up and knows each other. */
  async start(): Promise<this> {
    void this.resourceManager.start();
    void this.jobMaster.start();
    void this.taskExecutor.start();
    await this.clock.flush();
    const connection = this.controlRpc.connect<TaskExecutorGateway>(this.taskExecutor.address);
    await this.clock.flush();
    this.gateway = await connection;
    return this;
  }

  /** Settles what the call needs at this point in time. */
  async do<T>(call: Promise<T>): Promise<T> {
    call.catch(() => undefined);
    await this.clock.flush();
    return call;
  }

  /** The error code with which the call is refused, undefined when it is not. */
  async refusal(call: Promise<unknown>): Promise<string | undefined> {
    try {
      await this.do(call);
      return undefined;
    } catch (error) {
      return (error as { code?: string }).code;
    }
  }

  allocate(allocation = 'a', index = 0): Promise<unknown> {
    return this.do(
      this.gateway.requestSlot(slotIdOf(TM, index), JOB, allocation as AllocationId, this.jobMaster.address, LEADER),
    );
  }

  /** The slot has a thread that is ready for tasks of this attempt. */
  async prepare(allocation = 'a', attempt = 0): Promise<ScriptedThread> {
    const answer = this.gateway.prepareSlot(
      allocation as AllocationId,
      LEADER,
      GRAPH,
      { kind: 'in-process', key: 'k' },
      attempt,
    );
    await this.clock.flush();
    const thread = this.threads.at(-1) as ScriptedThread;
    thread.say({ type: 'prepared' });
    await this.do(answer);
    return thread;
  }

  submit(subtask: number, allocation = 'a', attempt = 0): Promise<unknown> {
    return this.do(this.gateway.submitTask(taskOf(subtask, allocation, attempt), LEADER));
  }

  say(thread: ScriptedThread, message: FromSlot): Promise<void> {
    thread.say(message);
    return this.clock.flush();
  }

  states(): readonly string[] {
    return this.jobMaster.callsOf('updateTaskExecutionState').map(([, update]) => {
      const { attemptId, state, error } = update as { attemptId: string; state: string; error?: { code?: string } };
      return error === undefined ? `${attemptId} ${state}` : `${attemptId} ${state} ${error.code}`;
    });
  }

  slotStates(): readonly string[] {
    return this.taskExecutor.usage.slots.map(({ state }) => state);
  }

  private rpcService(name: string): LocalRpcService {
    const { clock, faults } = this;
    return new LocalRpcService(
      this.network,
      name,
      { clock, faults: faults ?? noFaults, random: new SeededRandom(1), log: silentLogger },
      this.configuration,
    );
  }
}

export const GRAPH: JobGraph = { version: 1, jobId: JOB, name: 'test', planHash: 'h', vertices: [], configuration: {} };

export function attemptOf(subtask: number, attempt = 0): ExecutionAttemptId {
  return `task${subtask}#${attempt}` as ExecutionAttemptId;
}

export function taskOf(subtask: number, allocation: string, attempt = 0): TaskDeploymentDescriptor {
  return {
    jobId: JOB,
    vertexId: 'v' as JobVertexId,
    subtaskIndex: subtask,
    attemptNumber: attempt,
    attemptId: attemptOf(subtask, attempt),
    allocationId: allocation as AllocationId,
    inputGates: [],
    resultPartitions: [],
  };
}
