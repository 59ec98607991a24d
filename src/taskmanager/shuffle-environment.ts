/**
 * The shared memory between the slots of one process: buffers of result partitions, rings of channels, doorbells of slot
 * threads. All TaskExecutors of a process share one; of a channel's two ends either may come first, and both get the same
 * handle. Mirrors: NettyShuffleEnvironment, NetworkBufferPool.
 */
import type { Configuration } from '../config/configuration.js';
import { TaskManagerOptions } from '../config/options.js';
import { FlinkError } from '../core/errors.js';
import type { ExecutionAttemptId } from '../core/ids.js';
import type { ChannelHandle } from '../network/channel-handle.js';
import { createRing, createSharedPartition, type SharedPartition } from '../network/shared-channel.js';
import type {
  ChannelDescriptor,
  SlotLocation,
  TaskDeploymentDescriptor,
} from '../protocol/task-deployment-descriptor.js';

/** Threads that can be rung at the same time: slots and coordinator hosts of all TaskExecutors of the process. */
const MAX_DOORBELLS = 4_096;

interface Partition {
  readonly memory: SharedPartition;
  /** Rings that no channel has had yet. */
  readonly unusedRings: SharedArrayBuffer[];
  numChannels: number;
}

interface Channel {
  readonly handle: ChannelHandle;
  readonly partitionKey: string;
  readonly producerKey: string;
  readonly consumerKey: string;
  /** Attempts that hold an end of it. */
  readonly ends: Set<ExecutionAttemptId>;
  /** True from the moment when the consumer opened its end. */
  isConsumed: boolean;
}

interface Doorbell {
  readonly index: number;
  numHolders: number;
}

export interface TaskChannels {
  /** Per result partition, per channel. */
  readonly outputs: readonly (readonly ChannelHandle[])[];
  /** Per input gate, per channel. */
  readonly inputs: readonly (readonly ChannelHandle[])[];
}

const LOCAL: ChannelHandle = { kind: 'local' };

export class ShuffleEnvironment {
  /** One int32 a thread, rung with Atomics.add and notify; lives as long as the process. */
  readonly doorbells = new SharedArrayBuffer(MAX_DOORBELLS * Int32Array.BYTES_PER_ELEMENT);
  private readonly segmentBytes: number;
  private readonly exclusivePerChannel: number;
  private readonly floating: number;
  private readonly partitions = new Map<string, Partition>();
  private readonly channels = new Map<string, Channel>();
  private readonly channelsOf = new Map<ExecutionAttemptId, Set<string>>();
  /** By producing location: channels which only the producer had opened when it ended; the consumer may still come. */
  private readonly unread = new Map<string, Set<string>>();
  private readonly bells = new Map<string, Doorbell>();
  private readonly freeBells: number[] = [];
  private numBells = 0;

  constructor(configuration: Configuration) {
    this.segmentBytes = configuration.get(TaskManagerOptions.segmentSize);
    this.exclusivePerChannel = configuration.get(TaskManagerOptions.buffersPerChannel);
    this.floating = configuration.get(TaskManagerOptions.floatingBuffersPerGate);
  }

  /** The handles of all channels of a task. The attempt holds them until `releaseAttempt`; asking again changes nothing. */
  openChannels(descriptor: TaskDeploymentDescriptor): TaskChannels {
    const { attemptId } = descriptor;
    const open = (channel: ChannelDescriptor): ChannelHandle => this.open(attemptId, channel);
    return {
      outputs: descriptor.resultPartitions.map((partition) => partition.channels.map(open)),
      inputs: descriptor.inputGates.map((gate) => gate.channels.map(open)),
    };
  }

  /**
   * The attempt's ends are closed. Memory goes when the other end is closed too; what a consumer that is not deployed yet
   * has to read stays until the producer's location is released. Idempotent.
   */
  releaseAttempt(attemptId: ExecutionAttemptId): void {
    const keys = this.channelsOf.get(attemptId);
    if (keys === undefined) return;
    this.channelsOf.delete(attemptId);
    for (const key of keys) this.closeEnd(attemptId, key);
  }

  /** The index of the thread's doorbell, the same for everybody who names its location; held until `releaseLocation`. */
  acquireDoorbell(location: SlotLocation): number {
    return this.acquireBell(locationKey(location));
  }

  /** The thread that had its doorbell from one `acquireDoorbell` is gone; so is what nobody came to read. */
  releaseLocation(location: SlotLocation): void {
    const key = locationKey(location);
    for (const channelKey of this.unread.get(key) ?? []) {
      const channel = this.channels.get(channelKey);
      if (channel !== undefined && channel.ends.size === 0) this.remove(channelKey, channel);
    }
    this.unread.delete(key);
    this.releaseBell(key);
  }

  /** What is held right now; all 0 when every task has ended. */
  get usage(): { readonly partitions: number; readonly channels: number; readonly doorbells: number } {
    return { partitions: this.partitions.size, channels: this.channels.size, doorbells: this.bells.size };
  }

  private open(attemptId: ExecutionAttemptId, descriptor: ChannelDescriptor): ChannelHandle {
    if (locationKey(descriptor.producerLocation) === locationKey(descriptor.consumerLocation)) return LOCAL;
    const key = `${descriptor.producer}>${descriptor.consumer}>${descriptor.dataSetId}`;
    let channel = this.channels.get(key);
    if (channel === undefined) {
      channel = this.createChannel(descriptor);
      this.channels.set(key, channel);
    }
    channel.ends.add(attemptId);
    if (attemptId === descriptor.consumer) channel.isConsumed = true;
    const held = this.channelsOf.get(attemptId) ?? new Set<string>();
    this.channelsOf.set(attemptId, held.add(key));
    return channel.handle;
  }

  private createChannel(descriptor: ChannelDescriptor): Channel {
    const producerKey = locationKey(descriptor.producerLocation);
    const consumerKey = locationKey(descriptor.consumerLocation);
    const partitionKey = `${descriptor.producer}>${descriptor.dataSetId}`;
    const { memory, unusedRings } = this.holdPartition(partitionKey, descriptor.numSubpartitions);
    const handle: ChannelHandle = {
      kind: 'shared',
      segments: memory.segments,
      states: memory.states,
      segmentBytes: this.segmentBytes,
      ring: unusedRings.pop() ?? createRing(this.exclusivePerChannel, this.floating),
      doorbells: this.doorbells,
      producerDoorbell: this.acquireBell(producerKey),
      consumerDoorbell: this.acquireBell(consumerKey),
    };
    return { handle, partitionKey, producerKey, consumerKey, ends: new Set(), isConsumed: false };
  }

  private closeEnd(attemptId: ExecutionAttemptId, key: string): void {
    const channel = this.channels.get(key);
    if (channel === undefined) return;
    channel.ends.delete(attemptId);
    if (channel.ends.size > 0) return;
    if (channel.isConsumed) {
      this.remove(key, channel);
      return;
    }
    const unread = this.unread.get(channel.producerKey) ?? new Set<string>();
    this.unread.set(channel.producerKey, unread.add(key));
  }

  private remove(key: string, channel: Channel): void {
    this.channels.delete(key);
    this.unread.get(channel.producerKey)?.delete(key);
    this.releaseBell(channel.producerKey);
    this.releaseBell(channel.consumerKey);
    const partition = this.partitions.get(channel.partitionKey);
    if (partition !== undefined && --partition.numChannels === 0) this.partitions.delete(channel.partitionKey);
  }

  private holdPartition(key: string, numSubpartitions: number): Partition {
    let partition = this.partitions.get(key);
    if (partition === undefined) {
      const { segmentBytes, exclusivePerChannel, floating } = this;
      const memory = createSharedPartition({
        numChannels: numSubpartitions,
        segmentBytes,
        exclusivePerChannel,
        floating,
      });
      partition = { memory, unusedRings: [...memory.rings], numChannels: 0 };
      this.partitions.set(key, partition);
    }
    partition.numChannels++;
    return partition;
  }

  private acquireBell(key: string): number {
    let bell = this.bells.get(key);
    if (bell === undefined) {
      bell = { index: this.nextBellIndex(), numHolders: 0 };
      this.bells.set(key, bell);
    }
    bell.numHolders++;
    return bell.index;
  }

  private nextBellIndex(): number {
    const index = this.freeBells.pop() ?? this.numBells++;
    if (index >= MAX_DOORBELLS) {
      throw new FlinkError('TOO_MANY_SLOTS', `this process runs more than ${MAX_DOORBELLS} slots at the same time`, {
        remedy: 'Spread the slots over more TaskManager processes.',
      });
    }
    return index;
  }

  /** A thread that gets a used index is at worst woken once more than needed: whoever wakes looks at its rings again. */
  private releaseBell(key: string): void {
    const bell = this.bells.get(key);
    if (bell === undefined || --bell.numHolders > 0) return;
    this.bells.delete(key);
    this.freeBells.push(bell.index);
  }
}

function locationKey(location: SlotLocation): string {
  return `${location.taskManager}/${location.allocationId}`;
}
