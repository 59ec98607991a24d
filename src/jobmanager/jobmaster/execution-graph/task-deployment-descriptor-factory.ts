/** Says to a TaskExecutor what to run and how it is wired. Mirrors: TaskDeploymentDescriptorFactory. */
import { checkNotNull } from '../../../core/assert.js';
import type { JobEdge } from '../../../graph/job-graph.js';
import type {
  ChannelDescriptor,
  InputGateDescriptor,
  ResultPartitionDescriptor,
  SlotLocation,
  TaskDeploymentDescriptor,
} from '../../../protocol/task-deployment-descriptor.js';
import type { Execution } from './execution.js';
import type { ExecutionGraph } from './execution-graph.js';
import type { ExecutionVertex } from './execution-vertex.js';
import { consumersOf, producersOf } from './distribution.js';

/** Every current execution of the graph that is wired to `vertex` must have its slot. */
export function createDescriptor(graph: ExecutionGraph, vertex: ExecutionVertex): TaskDeploymentDescriptor {
  const { jobVertex, subtaskIndex, currentExecution: execution } = vertex;
  const { finishedCommittables } = execution;
  return {
    jobId: graph.jobGraph.jobId,
    vertexId: jobVertex.id,
    subtaskIndex,
    attemptNumber: execution.attemptNumber,
    attemptId: execution.attemptId,
    allocationId: locationOf(execution).allocationId,
    // What only has to be committed neither reads nor writes.
    inputGates: finishedCommittables === undefined ? inputGatesOf(graph, vertex) : [],
    resultPartitions: finishedCommittables === undefined ? resultPartitionsOf(graph, vertex) : [],
    ...(finishedCommittables === undefined ? {} : { finishedCommittables }),
  };
}

function inputGatesOf(graph: ExecutionGraph, consumer: ExecutionVertex): readonly InputGateDescriptor[] {
  return consumer.jobVertex.inputs.map((edge) => {
    const producers = graph.subtasksOf(edge.sourceVertex);
    const { parallelism } = consumer.jobVertex;
    const subtasks = producersOf(edge.distribution, consumer.subtaskIndex, producers.length, parallelism);
    return {
      dataSetId: edge.source,
      edgeId: edge.edgeId,
      inputIndex: edge.inputIndex,
      channels: subtasks.map((index) => channelOf(edge, subtaskAt(producers, index), consumer, producers.length)),
    };
  });
}

function resultPartitionsOf(graph: ExecutionGraph, producer: ExecutionVertex): readonly ResultPartitionDescriptor[] {
  return producer.jobVertex.outputs.map((output) => {
    const consumers = graph.subtasksOf(output.consumer);
    const inputs = graph.jobVertex(output.consumer).inputs;
    const edge = checkNotNull(
      inputs.find(({ source }) => source === output.id),
      `Input gate of data set ${output.id}`,
    );
    const { parallelism } = producer.jobVertex;
    const subtasks = consumersOf(edge.distribution, producer.subtaskIndex, parallelism, consumers.length);
    return {
      dataSetId: output.id,
      edgeId: output.edge.edgeId,
      channels: subtasks.map((index) => channelOf(edge, producer, subtaskAt(consumers, index), parallelism)),
    };
  });
}

function channelOf(
  edge: JobEdge,
  producer: ExecutionVertex,
  consumer: ExecutionVertex,
  numProducers: number,
): ChannelDescriptor {
  const numConsumers = consumer.jobVertex.parallelism;
  return {
    producer: producer.currentExecution.attemptId,
    producerSubtask: producer.subtaskIndex,
    consumer: consumer.currentExecution.attemptId,
    consumerSubtask: consumer.subtaskIndex,
    dataSetId: edge.source,
    numSubpartitions: consumersOf(edge.distribution, producer.subtaskIndex, numProducers, numConsumers).length,
    producerLocation: locationOf(producer.currentExecution),
    consumerLocation: locationOf(consumer.currentExecution),
  };
}

function subtaskAt(subtasks: readonly ExecutionVertex[], index: number): ExecutionVertex {
  return checkNotNull(subtasks[index], `Subtask ${index}`);
}

function locationOf(execution: Execution): SlotLocation {
  const slot = checkNotNull(execution.slot, `The slot of ${execution.taskName}`);
  return { taskManager: slot.taskManager, allocationId: slot.allocationId };
}
