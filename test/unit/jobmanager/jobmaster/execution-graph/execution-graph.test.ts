import { expect } from 'chai';
import type { AllocationId, ResourceId } from '../../../../../src/core/ids.js';
import { ExecutionGraph } from '../../../../../src/jobmanager/jobmaster/execution-graph/execution-graph.js';
import {
  canTransition,
  checkTransition,
} from '../../../../../src/jobmanager/jobmaster/execution-graph/execution-state-machine.js';
import { createDescriptor } from '../../../../../src/jobmanager/jobmaster/execution-graph/task-deployment-descriptor-factory.js';
import {
  assignSlots,
  sharedSlotsOf,
} from '../../../../../src/jobmanager/jobmaster/scheduler/slot-sharing-allocator.js';
import type { PhysicalSlot } from '../../../../../src/jobmanager/jobmaster/slot-pool.js';
import { jobGraphOf, operatorIdOf, type VertexSpec, vertexIdOf } from '../../../../helpers/job-graphs.js';

function slots(count: number): readonly PhysicalSlot[] {
  return Array.from({ length: count }, (_, slotIndex) => ({
    allocationId: `allocation-${slotIndex}` as AllocationId,
    taskManager: `tm-${slotIndex % 2}` as ResourceId,
    slotIndex,
  }));
}

function scheduled(specs: readonly VertexSpec[]): ExecutionGraph {
  const graph = new ExecutionGraph('graph', jobGraphOf(specs));
  for (const execution of graph.executions()) execution.transitionTo('SCHEDULED');
  const shared = sharedSlotsOf(graph.allVertices);
  assignSlots(shared, slots(shared.length));
  return graph;
}

describe('ExecutionGraph', () => {
  it('names tasks as Flink does and finds them by attempt and by operator', () => {
    const graph = new ExecutionGraph('graph', jobGraphOf([{ name: 'Map', parallelism: 3 }]));
    const [, second] = graph.subtasksOf(vertexIdOf('Map'));
    expect(second?.taskName).to.equal('Map (2/3)');
    expect(second?.currentExecution.attemptId).to.equal('graph_vertex-Map_1_0');
    expect(graph.vertexOfAttempt(second!.currentExecution.attemptId)).to.equal(second);
    expect(graph.vertexOfOperator(operatorIdOf('Map'), 1)).to.equal(second);
    expect(graph.vertexOfOperator(operatorIdOf('Map'), 3)).to.equal(undefined);
    expect(graph.vertexOfOperator(operatorIdOf('Other'), 0)).to.equal(undefined);
  });

  it('forgets an attempt that was replaced', () => {
    const graph = new ExecutionGraph('graph', jobGraphOf([{ name: 'Map', parallelism: 1 }]));
    const [vertex] = graph.allVertices;
    const old = vertex!.currentExecution.attemptId;
    const execution = graph.resetForNewExecution(vertex!, 3, false);
    expect(execution.attemptId).to.equal('graph_vertex-Map_0_3');
    expect(graph.vertexOfAttempt(old)).to.equal(undefined);
    expect(graph.vertexOfAttempt(execution.attemptId)).to.equal(vertex);
  });

  it('wires both ends of a channel alike', () => {
    const graph = scheduled([
      { name: 'Source', parallelism: 2 },
      { name: 'Sink', parallelism: 3, inputs: ['Source'] },
    ]);
    const [producer] = graph.subtasksOf(vertexIdOf('Source'));
    const [, , consumer] = graph.subtasksOf(vertexIdOf('Sink'));
    const output = createDescriptor(graph, producer!).resultPartitions[0]?.channels[2];
    const input = createDescriptor(graph, consumer!).inputGates[0]?.channels[0];
    expect(output).to.deep.equal(input);
    expect(output).to.deep.equal({
      producer: 'graph_vertex-Source_0_0',
      producerSubtask: 0,
      consumer: 'graph_vertex-Sink_2_0',
      consumerSubtask: 2,
      dataSetId: 'Source-Sink',
      numSubpartitions: 3,
      producerLocation: { taskManager: 'tm-0', allocationId: 'allocation-0' },
      consumerLocation: { taskManager: 'tm-0', allocationId: 'allocation-2' },
    });
  });

  it('counts the channels of a pointwise edge per producer', () => {
    const graph = scheduled([
      { name: 'Source', parallelism: 2 },
      { name: 'Sink', parallelism: 5, inputs: ['Source'], distribution: 'POINTWISE' },
    ]);
    const counts = graph.subtasksOf(vertexIdOf('Sink')).map((vertex) => {
      const channels = createDescriptor(graph, vertex).inputGates[0]?.channels ?? [];
      return channels.map((channel) => [channel.producerSubtask, channel.numSubpartitions]);
    });
    expect(counts).to.deep.equal([[[0, 3]], [[0, 3]], [[0, 3]], [[1, 2]], [[1, 2]]]);
  });
});

describe('slot sharing', () => {
  function sharing(specs: readonly VertexSpec[]): readonly (readonly string[])[] {
    const graph = new ExecutionGraph('graph', jobGraphOf(specs));
    return sharedSlotsOf(graph.allVertices).map((shared) => shared.map(({ taskName }) => taskName));
  }

  it('needs as many slots as the highest parallelism; subtask i of every vertex shares slot i', () => {
    expect(
      sharing([
        { name: 'A', parallelism: 2 },
        { name: 'B', parallelism: 3, inputs: ['A'] },
        { name: 'C', parallelism: 1, inputs: ['B'] },
      ]),
    ).to.deep.equal([['A (1/2)', 'B (1/3)', 'C (1/1)'], ['A (2/2)', 'B (2/3)'], ['B (3/3)']]);
  });

  it('adds up the groups', () => {
    const groups = sharing([
      { name: 'A', parallelism: 2 },
      { name: 'B', parallelism: 6, inputs: ['A'] },
      { name: 'C', parallelism: 1, inputs: ['B'], group: 'sinks' },
    ]);
    expect(groups).to.have.length(7);
    expect(groups[6]).to.deep.equal(['C (1/1)']);
  });
});

describe('execution states', () => {
  it('allow the normal life of a task, also with reports missing', () => {
    for (const path of [
      ['CREATED', 'SCHEDULED', 'DEPLOYING', 'INITIALIZING', 'RUNNING', 'FINISHED'],
      ['DEPLOYING', 'RUNNING', 'CANCELING', 'CANCELED'],
      ['DEPLOYING', 'FINISHED'],
      ['RUNNING', 'FAILED'],
    ] as const) {
      path
        .slice(1)
        .forEach((to, index) => expect(canTransition(path[index]!, to), `${path[index]} to ${to}`).to.equal(true));
    }
  });

  it('refuse to leave an end state and to go back', () => {
    for (const end of ['FINISHED', 'CANCELED', 'FAILED'] as const) {
      expect(() => checkTransition('Map (1/1)', end, 'RUNNING')).to.throw('Map (1/1) cannot go from');
    }
    expect(() => checkTransition('Map (1/1)', 'RUNNING', 'INITIALIZING')).to.throw();
    expect(() => checkTransition('Map (1/1)', 'CANCELING', 'RUNNING')).to.throw();
    expect(() => checkTransition('Map (1/1)', 'CREATED', 'RUNNING')).to.throw();
  });
});
