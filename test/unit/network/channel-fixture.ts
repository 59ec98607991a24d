/** A result partition with both ends in this thread. */
import { ChannelReader, type Frame } from '../../../src/network/channel-reader.js';
import type { ChannelWriter } from '../../../src/network/channel-writer.js';
import { PartitionPool } from '../../../src/network/partition-pool.js';
import { createSharedPartition, type SharedChannelHandle } from '../../../src/network/shared-channel.js';

export const PRODUCER_BELL = 0;

export interface PartitionFixture {
  readonly pool: PartitionPool;
  readonly writers: readonly ChannelWriter[];
  readonly readers: readonly ChannelReader[];
  readonly handles: readonly SharedChannelHandle[];
  readonly doorbells: SharedArrayBuffer;
}

export interface PartitionSizes {
  readonly channels?: number;
  readonly segmentBytes?: number;
  readonly exclusive?: number;
  readonly floating?: number;
  readonly isBroadcast?: boolean;
}

/** Doorbell 0 is the producer's, 1 + c that of the consumer of channel c. */
export function openPartition({
  channels = 1,
  segmentBytes = 64,
  exclusive = 1,
  floating = 0,
  isBroadcast = false,
}: PartitionSizes): PartitionFixture {
  const doorbells = new SharedArrayBuffer(4 * (channels + 1));
  const { segments, states, rings } = createSharedPartition({
    numChannels: channels,
    segmentBytes,
    exclusivePerChannel: exclusive,
    floating,
  });
  const handles = rings.map((ring, channel): SharedChannelHandle => {
    return {
      kind: 'shared',
      segments,
      states,
      segmentBytes,
      ring,
      doorbells,
      producerDoorbell: PRODUCER_BELL,
      consumerDoorbell: 1 + channel,
    };
  });
  const pool = new PartitionPool(handles, { isBroadcast });
  const writers = pool.writers.filter((writer) => writer !== undefined);
  return { pool, writers, readers: handles.map((handle) => new ChannelReader(handle)), handles, doorbells };
}

/** What came out of a channel, copied from the reused frames. */
export type Element =
  | { readonly value: unknown; readonly timestamp: number; readonly keyGroup: number | undefined }
  | { readonly watermark: number }
  | { readonly isIdle: boolean }
  | 'endOfData';

export function elementsOf(frame: Frame): readonly Element[] {
  switch (frame.kind) {
    case 'records':
      return Array.from({ length: frame.count }, (_, i) => ({
        value: frame.records[i],
        timestamp: frame.timestamps[i] as number,
        keyGroup: frame.keyGroups?.[i],
      }));
    case 'watermark':
      return [{ watermark: frame.timestamp }];
    case 'idle':
      return [{ isIdle: frame.isIdle }];
    case 'endOfData':
      return ['endOfData'];
  }
}

/** Everything that can be read now. */
export function readAll(reader: ChannelReader): Element[] {
  const elements: Element[] = [];
  for (let frame = reader.poll(); frame !== undefined; frame = reader.poll()) elements.push(...elementsOf(frame));
  return elements;
}

/** Reads and drains in turns until nothing is left. */
export function readToEnd({ pool, readers }: PartitionFixture, channel = 0): Element[] {
  const elements: Element[] = [];
  const reader = readers[channel] as ChannelReader;
  do {
    elements.push(...readAll(reader));
    pool.drain();
  } while (reader.hasData());
  return elements;
}
