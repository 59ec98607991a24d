import { expect } from 'chai';
import fc from 'fast-check';
import { Configuration } from '../../../src/config/configuration.js';
import type {
  AllocationId,
  ExecutionAttemptId,
  IntermediateDataSetId,
  JobId,
  JobVertexId,
  ResourceId,
} from '../../../src/core/ids.js';
import type { ChannelHandle } from '../../../src/network/channel-handle.js';
import type {
  ChannelDescriptor,
  SlotLocation,
  TaskDeploymentDescriptor,
} from '../../../src/protocol/task-deployment-descriptor.js';
import { ShuffleEnvironment } from '../../../src/taskmanager/shuffle-environment.js';

const configuration = new Configuration({
  'taskmanager.memory.segment-size': '1kb',
  'taskmanager.network.memory.buffers-per-channel': '2',
  'taskmanager.network.memory.floating-buffers-per-gate': '3',
});
const slot = (taskManager: string, allocation: string): SlotLocation => ({
  taskManager: taskManager as ResourceId,
  allocationId: allocation as AllocationId,
});
const NOTHING_HELD = { partitions: 0, channels: 0, doorbells: 0 };

/** An edge from every producer to every consumer; each end sits where `locations` say. */
function allToAll(
  producers: readonly SlotLocation[],
  consumers: readonly SlotLocation[],
  attempt = 0,
): TaskDeploymentDescriptor[] {
  const dataSetId = 'data' as IntermediateDataSetId;
  const id = (kind: string, index: number): ExecutionAttemptId => `${kind}${index}#${attempt}` as ExecutionAttemptId;
  const channel = (producer: number, consumer: number): ChannelDescriptor => ({
    producer: id('p', producer),
    producerSubtask: producer,
    consumer: id('c', consumer),
    consumerSubtask: consumer,
    dataSetId,
    numSubpartitions: consumers.length,
    producerLocation: producers[producer] as SlotLocation,
    consumerLocation: consumers[consumer] as SlotLocation,
  });
  const base = { jobId: 'job' as JobId, vertexId: 'v' as JobVertexId, attemptNumber: attempt };
  return [
    ...producers.map(({ allocationId }, index) => ({
      ...base,
      subtaskIndex: index,
      attemptId: id('p', index),
      allocationId,
      inputGates: [],
      resultPartitions: [
        { dataSetId, edgeId: 'e', channels: consumers.map((_, consumer) => channel(index, consumer)) },
      ],
    })),
    ...consumers.map(({ allocationId }, index) => ({
      ...base,
      subtaskIndex: index,
      attemptId: id('c', index),
      allocationId,
      inputGates: [
        {
          dataSetId,
          edgeId: 'e',
          inputIndex: 0 as const,
          channels: producers.map((_, producer) => channel(producer, index)),
        },
      ],
      resultPartitions: [],
    })),
  ];
}

type Shared = Extract<ChannelHandle, { kind: 'shared' }>;
const at = <T>(items: readonly T[], index: number): T => items[index] as T;

describe('ShuffleEnvironment', () => {
  it('gives both ends the same handle, whichever comes first', () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const shuffle = new ShuffleEnvironment(configuration);
      const tasks = allToAll([slot('tm', 'a')], [slot('tm', 'b')]);
      const opened = order.map((index) => ({ index, channels: shuffle.openChannels(at(tasks, index)) }));
      const output = opened.find(({ index }) => index === 0)?.channels.outputs[0]?.[0];
      const input = opened.find(({ index }) => index === 1)?.channels.inputs[0]?.[0];
      expect(output).to.equal(input);
      expect(output?.kind).to.equal('shared');
    }
  });

  it('passes records by reference within one slot only', () => {
    const shuffle = new ShuffleEnvironment(configuration);
    const sameSlot = allToAll([slot('tm', 'a')], [slot('tm', 'a')]);
    expect(shuffle.openChannels(at(sameSlot, 0)).outputs).to.deep.equal([[{ kind: 'local' }]]);
    const otherManager = allToAll([slot('tm1', 'a')], [slot('tm2', 'a')], 1);
    expect(shuffle.openChannels(at(otherManager, 0)).outputs[0]?.[0]?.kind).to.equal('shared');
  });

  it('shares the segments of a result partition between its channels, each with a ring of its own', () => {
    const shuffle = new ShuffleEnvironment(configuration);
    const tasks = allToAll([slot('tm', 'a')], [slot('tm', 'b'), slot('tm', 'c')]);
    const consumerFirst = shuffle.openChannels(at(tasks, 2)).inputs[0]?.[0] as Shared;
    const [first, second] = shuffle.openChannels(at(tasks, 0)).outputs[0] as readonly Shared[];
    expect(second).to.equal(consumerFirst);
    expect(first?.segments).to.equal(second?.segments);
    expect(first?.ring).not.to.equal(second?.ring);
    expect(first?.segments.byteLength).to.equal((2 * 2 + 3) * 1024);
    expect(first?.states.byteLength).to.equal((2 * 2 + 3) * 4);
  });

  it('names the doorbell of a slot the same way before and after its thread starts', () => {
    const shuffle = new ShuffleEnvironment(configuration);
    const tasks = allToAll([slot('tm1', 'a')], [slot('tm2', 'b')]);
    const output = shuffle.openChannels(at(tasks, 0)).outputs[0]?.[0] as Shared;
    expect(shuffle.acquireDoorbell(slot('tm2', 'b'))).to.equal(output.consumerDoorbell);
    expect(shuffle.acquireDoorbell(slot('tm1', 'a'))).to.equal(output.producerDoorbell);
    expect(output.producerDoorbell).not.to.equal(output.consumerDoorbell);
    expect(output.doorbells).to.equal(shuffle.doorbells);
  });

  it('keeps what a producer wrote until a consumer that is deployed later has read it', () => {
    const shuffle = new ShuffleEnvironment(configuration);
    const [producer, consumer] = allToAll([slot('tm', 'a')], [slot('tm', 'b')]) as [
      TaskDeploymentDescriptor,
      TaskDeploymentDescriptor,
    ];
    const output = shuffle.openChannels(producer).outputs[0]?.[0];
    shuffle.releaseAttempt(producer.attemptId);
    expect(shuffle.openChannels(consumer).inputs[0]?.[0]).to.equal(output);
    shuffle.releaseAttempt(consumer.attemptId);
    expect(shuffle.usage).to.deep.equal(NOTHING_HELD);
  });

  it("drops with the producer's slot what nobody came to read", () => {
    const shuffle = new ShuffleEnvironment(configuration);
    const [producer] = allToAll([slot('tm', 'a')], [slot('tm', 'b')]) as [TaskDeploymentDescriptor];
    shuffle.acquireDoorbell(slot('tm', 'a'));
    shuffle.openChannels(producer);
    shuffle.releaseAttempt(producer.attemptId);
    expect(shuffle.usage.channels).to.equal(1);
    shuffle.releaseLocation(slot('tm', 'a'));
    expect(shuffle.usage).to.deep.equal(NOTHING_HELD);
  });

  it('changes nothing when the same task opens its channels again or is released again', () => {
    const shuffle = new ShuffleEnvironment(configuration);
    const tasks = allToAll([slot('tm', 'a')], [slot('tm', 'b')]);
    const first = shuffle.openChannels(at(tasks, 1));
    expect(shuffle.openChannels(at(tasks, 1))).to.deep.equal(first);
    shuffle.releaseAttempt(at(tasks, 1).attemptId);
    shuffle.releaseAttempt(at(tasks, 1).attemptId);
    expect(shuffle.usage).to.deep.equal(NOTHING_HELD);
  });

  it('holds nothing once every task and every slot is released, in whatever order', () => {
    const slots = [slot('tm1', 'a'), slot('tm1', 'b'), slot('tm2', 'a')];
    const tasks = [0, 1].flatMap((attempt) => allToAll(slots, slots, attempt));
    const steps = fc.shuffledSubarray(
      tasks.flatMap((_, index) => [index, index]),
      { minLength: 0 },
    );
    fc.assert(
      fc.property(steps, (order) => {
        const shuffle = new ShuffleEnvironment(configuration);
        for (const location of slots) shuffle.acquireDoorbell(location);
        const opened = new Set<number>();
        for (const index of order) {
          const task = at(tasks, index);
          if (opened.has(index)) shuffle.releaseAttempt(task.attemptId);
          else shuffle.openChannels(task);
          opened.add(index);
        }
        for (const task of tasks) shuffle.releaseAttempt(task.attemptId);
        for (const location of slots) shuffle.releaseLocation(location);
        expect(shuffle.usage).to.deep.equal(NOTHING_HELD);
      }),
      { numRuns: 50 },
    );
  });
});
