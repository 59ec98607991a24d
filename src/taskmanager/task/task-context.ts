/** What the slot gives its tasks, and the operator contexts that a task makes from it. */
import type { RuntimeContext } from '../../api/runtime-context.js';
import type { KeyedStateStore } from '../../api/state.js';
import { Configuration } from '../../config/configuration.js';
import { CoreOptions } from '../../config/options.js';
import type { Environment } from '../../core/environment.js';
import { FlinkError } from '../../core/errors.js';
import type { OperatorId } from '../../core/ids.js';
import type { JobGraph, JobVertex } from '../../graph/job-graph.js';
import type { StreamGraph, StreamNode } from '../../graph/stream-graph.js';
import type { OperatorContext, Output } from '../../operators/stream-operator.js';
import type { TaskDeploymentDescriptor } from '../../protocol/task-deployment-descriptor.js';
import type { HeapKeyedStateBackend } from '../../state/heap/heap-keyed-state-backend.js';
import { UserStateStores } from '../../state/ttl/user-state-stores.js';
import type { AccumulatorRegistry } from './accumulator-registry.js';
import type { FlowControl } from './flow-control.js';
import { TaskOperatorMailbox } from './operator-mailbox.js';
import type { RecordCheckMode, RecordCodec } from './record-checks.js';
import type { SlotTimers } from './slot-timers.js';
import type { TaskMetricGroup } from './task-metrics.js';

/** Messages that leave a task. */
export interface TaskMessages {
  toCoordinator(operatorId: OperatorId, event: unknown): void;
  toClient(operatorUid: string, record: unknown): void;
  /** True while the client reads so slowly that the task should take no more records. */
  isClientBehind(): boolean;
}

/** Everything a task of this slot stands on. */
export interface TaskContext {
  readonly environment: Environment;
  readonly timers: SlotTimers;
  readonly jobGraph: JobGraph;
  readonly vertex: JobVertex;
  readonly program: StreamGraph;
  readonly descriptor: TaskDeploymentDescriptor;
  readonly metrics: TaskMetricGroup;
  readonly accumulators: AccumulatorRegistry;
  readonly flow: FlowControl;
  readonly messages: TaskMessages;
  readonly checkMode: RecordCheckMode;
  readonly codec: RecordCodec;
  readonly autoWatermarkIntervalMs: number;
  /** Queues what must run between two records on the task's turn. */
  readonly mail: (callback: () => void) => void;
  /** As `mail`, also while the task goes to its end. */
  readonly mailUntilClosed: (callback: () => void) => void;
}

export function runtimeContextOf(
  task: TaskContext,
  node: StreamNode,
  keyedState: KeyedStateStore | undefined,
): RuntimeContext {
  const store = keyedState ?? refusingStore(node.name);
  return {
    jobName: task.jobGraph.name,
    jobId: task.jobGraph.jobId,
    taskInfo: {
      taskName: node.name,
      indexOfThisSubtask: task.descriptor.subtaskIndex,
      numberOfParallelSubtasks: task.vertex.parallelism,
      maxNumberOfParallelSubtasks: task.vertex.maxParallelism,
      attemptNumber: task.descriptor.attemptNumber,
    },
    metricGroup: task.metrics.groupOf(node.name),
    globalJobParameters: new Configuration(task.jobGraph.configuration).get(CoreOptions.globalJobParameters),
    ...task.accumulators.contextOf(node.name),
    getState: (descriptor) => store.getState(descriptor),
    getListState: (descriptor) => store.getListState(descriptor),
    getMapState: (descriptor) => store.getMapState(descriptor),
    getReducingState: (descriptor) => store.getReducingState(descriptor),
    getAggregatingState: (descriptor) => store.getAggregatingState(descriptor),
  };
}

export function operatorContextOf(
  task: TaskContext,
  node: StreamNode,
  output: Output,
  keyedState: HeapKeyedStateBackend | undefined,
): OperatorContext {
  const { descriptor, vertex, environment } = task;
  const userState = keyedState === undefined ? undefined : new UserStateStores(keyedState, environment.clock);
  return {
    name: node.name,
    uid: node.uid,
    runtimeContext: runtimeContextOf(task, node, userState?.keyed),
    subtaskIndex: descriptor.subtaskIndex,
    parallelism: vertex.parallelism,
    maxParallelism: vertex.maxParallelism,
    attemptNumber: descriptor.attemptNumber,
    attemptId: descriptor.attemptId,
    output,
    keyedState,
    userState,
    clock: environment.clock,
    log: environment.log.child({ operator: node.name }),
    metrics: task.metrics.groupOf(node.name),
    autoWatermarkIntervalMs: task.autoWatermarkIntervalMs,
    runResumable: (work) => task.flow.run(work),
    scheduleAt: (time, callback) => task.timers.schedule(time, () => task.mail(callback)),
    mailbox: new TaskOperatorMailbox(task.flow, task.timers, task.mailUntilClosed),
    sendToClient: (record) => task.messages.toClient(node.uid, record),
  };
}

function refusingStore(operator: string): KeyedStateStore {
  const refuse = (): never => {
    throw new FlinkError(
      'KEYED_STATE_ON_NON_KEYED_STREAM',
      `operator '${operator}' asked for keyed state, but its input is not keyed`,
      {
        domain: 'user',
        remedy: 'Call keyBy(...) before this operator.',
        details: { operator },
      },
    );
  };
  return {
    getState: refuse,
    getListState: refuse,
    getMapState: refuse,
    getReducingState: refuse,
    getAggregatingState: refuse,
  };
}
