/** Which channel does a record take? One selector an output, called once a record. Mirrors: StreamPartitioner and its kinds. */
import { checkArgument } from '../core/assert.js';
import { FlinkError } from '../core/errors.js';
import type { Random } from '../core/random.js';
import { type KeyValue, keyGroupFor, operatorIndexForKeyGroup } from '../serialization/key-encoding.js';
import { renderValue } from '../serialization/render-value.js';

/** The api's Partitioner, as far as the network has to know it. */
export type PartitionerSpec =
  | { readonly kind: 'forward' | 'rebalance' | 'rescale' | 'shuffle' | 'broadcast' | 'global' }
  | { readonly kind: 'hash'; readonly keySelector: (value: never) => KeyValue }
  | {
      readonly kind: 'custom';
      readonly partition: (key: never, numPartitions: number) => number;
      readonly keySelector: (value: never) => unknown;
    };

/** Channel number that stands for every channel. */
export const ALL_CHANNELS = -1;
export const NO_KEY_GROUP = -1;

export interface ChannelSelector {
  /** Key group of the record selected last, to travel with it; NO_KEY_GROUP unless records are keyed. */
  readonly keyGroup: number;
  /** A channel in [0, numChannels), or ALL_CHANNELS. Throws INVALID_KEY, PARTITION_OUT_OF_RANGE, and what user code throws. */
  select(value: unknown): number;
}

/** `numChannels` counts the channels of this output of this subtask: only its share where not all are connected. */
export function createChannelSelector(
  partitioner: PartitionerSpec,
  numChannels: number,
  maxParallelism: number,
  random: Random,
): ChannelSelector {
  checkArgument(numChannels >= 1, 'an output needs at least one channel');
  switch (partitioner.kind) {
    case 'forward':
    case 'global':
      return new FixedSelector(0);
    case 'broadcast':
      return new FixedSelector(ALL_CHANNELS);
    case 'rebalance':
      return new RoundRobinSelector(numChannels, random.nextInt(numChannels));
    case 'rescale':
      return new RoundRobinSelector(numChannels, 0);
    case 'shuffle':
      return new RandomSelector(numChannels, random);
    case 'hash':
      return new KeyGroupSelector(partitioner.keySelector as (value: unknown) => KeyValue, numChannels, maxParallelism);
    case 'custom':
      return new CustomSelector(
        partitioner.partition as (key: unknown, numPartitions: number) => number,
        partitioner.keySelector as (value: unknown) => unknown,
        numChannels,
      );
  }
}

class FixedSelector implements ChannelSelector {
  readonly keyGroup = NO_KEY_GROUP;
  private readonly channel: number;

  constructor(channel: number) {
    this.channel = channel;
  }

  select(): number {
    return this.channel;
  }
}

/** In turn, so that all channels get the same number of records. */
class RoundRobinSelector implements ChannelSelector {
  readonly keyGroup = NO_KEY_GROUP;
  private readonly numChannels: number;
  private next: number;

  constructor(numChannels: number, first: number) {
    this.numChannels = numChannels;
    this.next = first;
  }

  select(): number {
    const channel = this.next;
    this.next = channel + 1 === this.numChannels ? 0 : channel + 1;
    return channel;
  }
}

class RandomSelector implements ChannelSelector {
  readonly keyGroup = NO_KEY_GROUP;
  private readonly numChannels: number;
  private readonly random: Random;

  constructor(numChannels: number, random: Random) {
    this.numChannels = numChannels;
    this.random = random;
  }

  select(): number {
    return this.random.nextInt(this.numChannels);
  }
}

/** To the subtask that owns the key group of the key. Mirrors: KeyGroupStreamPartitioner. */
export class KeyGroupSelector implements ChannelSelector {
  keyGroup = NO_KEY_GROUP;
  readonly keySelector: (value: unknown) => KeyValue;
  readonly maxParallelism: number;
  /** The channel of each key group. */
  readonly channelOf: Int32Array;

  constructor(keySelector: (value: unknown) => KeyValue, numChannels: number, maxParallelism: number) {
    checkArgument(numChannels <= maxParallelism, `${numChannels} subtasks cannot share ${maxParallelism} key groups`);
    this.keySelector = keySelector;
    this.maxParallelism = maxParallelism;
    this.channelOf = Int32Array.from({ length: maxParallelism }, (_, group) =>
      operatorIndexForKeyGroup(maxParallelism, numChannels, group),
    );
  }

  select(value: unknown): number {
    const keyGroup = keyGroupFor(this.keySelector(value), this.maxParallelism, value);
    this.keyGroup = keyGroup;
    return this.channelOf[keyGroup] as number;
  }
}

/** As the user's function says. Mirrors: CustomPartitionerWrapper. */
class CustomSelector implements ChannelSelector {
  readonly keyGroup = NO_KEY_GROUP;
  private readonly partition: (key: unknown, numPartitions: number) => number;
  private readonly keySelector: (value: unknown) => unknown;
  private readonly numChannels: number;

  constructor(
    partition: (key: unknown, numPartitions: number) => number,
    keySelector: (value: unknown) => unknown,
    numChannels: number,
  ) {
    this.partition = partition;
    this.keySelector = keySelector;
    this.numChannels = numChannels;
  }

  select(value: unknown): number {
    const channel: unknown = this.partition(this.keySelector(value), this.numChannels);
    if (typeof channel === 'number' && Number.isInteger(channel) && channel >= 0 && channel < this.numChannels)
      return channel;
    throw new FlinkError(
      'PARTITION_OUT_OF_RANGE',
      `the partitioner returned ${renderValue(channel)} for record ${renderValue(value)}; there are ${this.numChannels} partitions`,
      {
        domain: 'user',
        remedy: `Return an integer from 0 to ${this.numChannels - 1}.`,
        details: { numPartitions: this.numChannels },
      },
    );
  }
}
