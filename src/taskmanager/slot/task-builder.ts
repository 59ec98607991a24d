/** Puts a task together from its deployment descriptor: channels, outputs, chain, input. Mirrors: Task.doRun. */
import { Configuration } from '../../config/configuration.js';
import { CoreOptions } from '../../config/options.js';
import { checkNotNull } from '../../core/assert.js';
import { serializeError } from '../../core/errors.js';
import type { JobGraph } from '../../graph/job-graph.js';
import type { StreamGraph } from '../../graph/stream-graph.js';
import { ChannelReader } from '../../network/channel-reader.js';
import type { ChannelDescriptor } from '../../protocol/task-deployment-descriptor.js';
import { decodeValue, encodeValue } from '../../serialization/value-codec.js';
import { HeapKeyedStateBackend } from '../../state/heap/heap-keyed-state-backend.js';
import type { ToSlot } from '../slot-messages.js';
import { AccumulatorRegistry } from '../task/accumulator-registry.js';
import { compileInput } from '../task/compiled-chain.js';
import { FlowControl } from '../task/flow-control.js';
import { interpretChain } from '../task/interpreted-chain.js';
import { LocalChannel } from '../task/local-channel.js';
import { OperatorChain } from '../task/operator-chain.js';
import { createPartitionOutput, type PartitionOutput } from '../task/partition-output.js';
import { SourceDriver } from '../task/source-driver.js';
import { StreamTask, type TaskListener, type TaskParts } from '../task/stream-task.js';
import type { TaskContext } from '../task/task-context.js';
import { type InputChannel, TaskInput } from '../task/task-input.js';
import { TaskMailbox } from '../task/task-mailbox.js';
import { TaskMetricGroup } from '../task/task-metrics.js';
import type { SlotRuntime } from './slot-runtime.js';

type Deploy = Extract<ToSlot, { type: 'deploy' }>;

/** Creates the task and starts it; whatever goes wrong is reported as the task's failure. */
export function buildTask(slot: SlotRuntime, jobGraph: JobGraph, program: StreamGraph, deploy: Deploy): StreamTask {
  const mailbox = new TaskMailbox();
  const context = contextOf(slot, jobGraph, program, deploy, mailbox);
  const task = new StreamTask(context, mailbox, listenerOf(slot, deploy));
  const { finishedCommittables } = deploy.descriptor;
  if (finishedCommittables === undefined) task.start(() => buildParts(slot, context, deploy, task));
  else task.startFinished(() => buildFinishedParts(context), finishedCommittables);
  return task;
}

function contextOf(
  slot: SlotRuntime,
  jobGraph: JobGraph,
  program: StreamGraph,
  deploy: Deploy,
  mailbox: TaskMailbox,
): TaskContext {
  const { descriptor } = deploy;
  const configuration = new Configuration(jobGraph.configuration);
  const { environment } = slot.options;
  return {
    environment,
    timers: slot.timers,
    jobGraph,
    vertex: checkNotNull(
      jobGraph.vertices.find((vertex) => vertex.id === descriptor.vertexId),
      `vertex ${descriptor.vertexId}`,
    ),
    program,
    descriptor,
    metrics: new TaskMetricGroup(environment.clock.monotonic()),
    accumulators: new AccumulatorRegistry(),
    flow: new FlowControl(),
    messages: {
      toCoordinator: (operatorId, event) =>
        slot.report({ type: 'eventToCoordinator', attemptId: descriptor.attemptId, operatorId, event }),
      toClient: (operatorUid, record) => slot.collect.add(descriptor.attemptId, operatorUid, record),
      isClientBehind: () => slot.collect.isFull(descriptor.attemptId),
    },
    checkMode: configuration.get(CoreOptions.recordChecks),
    codec: { encode: encodeValue, decode: decodeValue },
    autoWatermarkIntervalMs: configuration.get(CoreOptions.autoWatermarkInterval),
    mail: (callback) => {
      mailbox.post(callback);
      slot.options.wake();
    },
    mailUntilClosed: (callback) => {
      mailbox.postUntilClosed(callback);
      slot.options.wake();
    },
  };
}

function listenerOf(slot: SlotRuntime, deploy: Deploy): TaskListener {
  const { attemptId } = deploy.descriptor;
  return {
    onInitializing: () => slot.report({ type: 'taskState', attemptId, state: 'INITIALIZING' }),
    onRunning: () => slot.report({ type: 'taskState', attemptId, state: 'RUNNING' }),
    onReadyToCommit: (committables, accumulators) => {
      slot.collect.finish(attemptId);
      slot.report({
        type: 'readyToCommit',
        attemptId,
        committables,
        ...(accumulators === undefined ? {} : { accumulators }),
      });
    },
    onDone: (state, error, metrics, accumulators) => {
      slot.collect.finish(attemptId);
      slot.report({ type: 'metrics', metrics: [metrics] });
      slot.report({
        type: 'taskState',
        attemptId,
        state,
        ...(error === undefined ? {} : { error: serializeError(error) }),
        ...(accumulators === undefined ? {} : { accumulators }),
      });
    },
    onWake: () => slot.options.wake(),
  };
}

function buildParts(slot: SlotRuntime, context: TaskContext, deploy: Deploy, task: StreamTask): TaskParts {
  const outputs = new Map<string, PartitionOutput>();
  deploy.descriptor.resultPartitions.forEach((partition, index) => {
    const handles = checkNotNull(deploy.outputs[index], 'channels of a result partition');
    outputs.set(
      partition.edgeId,
      createPartitionOutput(context, partition, handles, (channel) => localChannel(slot, channel)),
    );
  });
  const keyedState = isKeyed(context) ? new HeapKeyedStateBackend(context.vertex.maxParallelism) : undefined;
  const chain = new OperatorChain(
    context,
    (edgeId) => checkNotNull(outputs.get(edgeId), `output ${edgeId}`),
    keyedState,
  );
  const head = headNode(context);
  const source = head.definition.kind === 'source' ? new SourceDriver(context, head, chain) : undefined;
  const input = source === undefined ? buildInput(slot, context, deploy, chain, keyedState, task) : undefined;
  return { chain, source, input, outputs: [...outputs.values()] };
}

/** Only the committers are needed: nothing flows. */
function buildFinishedParts(context: TaskContext): TaskParts {
  const nowhere = { steps: [], watermark: () => undefined, idle: () => undefined };
  const keyedState = isKeyed(context) ? new HeapKeyedStateBackend(context.vertex.maxParallelism) : undefined;
  return {
    chain: new OperatorChain(context, () => nowhere, keyedState),
    source: undefined,
    input: undefined,
    outputs: [],
  };
}

function buildInput(
  slot: SlotRuntime,
  context: TaskContext,
  deploy: Deploy,
  { head, emitted }: OperatorChain,
  keyedState: HeapKeyedStateBackend | undefined,
  task: StreamTask,
): TaskInput {
  const channels = deploy.descriptor.inputGates.flatMap((gate, gateIndex) =>
    gate.channels.map((descriptor, i): InputChannel => {
      const handle = checkNotNull(deploy.inputs[gateIndex]?.[i], 'channel of an input gate');
      return handle.kind === 'local'
        ? { kind: 'local', operand: gate.inputIndex, channel: localChannel(slot, descriptor) }
        : { kind: 'remote', operand: gate.inputIndex, channel: new ChannelReader(handle) };
    }),
  );
  const { keySelectors } = headNode(context);
  const fail = (error: unknown): void => task.fail(error);
  const receivers = head.operands.map((steps, operand) => {
    const selector = keySelectors[operand];
    const key = selector === undefined || keyedState === undefined ? undefined : { selector, state: keyedState };
    const { checks } = head;
    const sample = checks === undefined ? undefined : { checks, checked: interpretChain(steps, emitted) };
    return compileInput({ metrics: context.metrics, key, sample, fail }, steps, emitted);
  });
  return new TaskInput(channels, receivers, head, context.flow, context.metrics, fail);
}

function localChannel(slot: SlotRuntime, descriptor: ChannelDescriptor): LocalChannel {
  const key = `${descriptor.producer}/${descriptor.consumer}/${descriptor.dataSetId}`;
  let channel = slot.localChannels.get(key);
  if (channel === undefined) {
    channel = new LocalChannel();
    slot.localChannels.set(key, channel);
  }
  return channel;
}

function headNode(context: TaskContext) {
  const head = checkNotNull(context.vertex.operators[0], 'head operator');
  return checkNotNull(context.program.nodeById.get(head.id), `operator '${head.name}' in the bound program`);
}

function isKeyed(context: TaskContext): boolean {
  return headNode(context).keySelectors.some((selector) => selector !== undefined);
}
