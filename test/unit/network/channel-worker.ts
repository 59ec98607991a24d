/** The threads of channel-threads.itcase.ts: a producer or a consumer, as workerData says. */
import { parentPort, workerData } from 'node:worker_threads';
import { ChannelReader } from '../../../src/network/channel-reader.js';
import { Doorbells } from '../../../src/network/doorbell.js';
import type { RecordsFrame } from '../../../src/network/frames.js';
import { PartitionPool } from '../../../src/network/partition-pool.js';
import type { SharedChannelHandle } from '../../../src/network/shared-channel.js';

export interface ChannelRecord {
  readonly id: number;
  readonly name: string;
  readonly half: number;
}

export interface ProducerData {
  readonly role: 'producer';
  readonly handles: readonly SharedChannelHandle[];
  readonly count: number;
}

export interface ConsumerData {
  readonly role: 'consumer';
  readonly handle: SharedChannelHandle;
}

export interface ConsumerResult {
  readonly count: number;
  readonly sum: number;
  readonly watermark: number;
  /** The first thing that was wrong. */
  readonly fault: string | undefined;
}

export function recordOf(id: number): ChannelRecord {
  return { id, name: `record-${id}-${'ä'.repeat(id % 7)}`, half: id / 2 };
}

/** What is wrong with a record that came as number `index` of a channel, if anything is. */
export function faultOf(frame: RecordsFrame, at: number, id: number): string | undefined {
  const record = frame.records[at] as ChannelRecord;
  const expected = recordOf(id);
  const isEqual = record.id === id && record.name === expected.name && record.half === expected.half;
  if (!isEqual) return `${JSON.stringify(record)} came where ${JSON.stringify(expected)} was due`;
  if (frame.timestamps[at] !== id) return `record ${id} has the timestamp ${frame.timestamps[at]}`;
  return frame.keyGroups?.[at] === id % 128 ? undefined : `record ${id} has the key group ${frame.keyGroups?.[at]}`;
}

function produce({ handles, count }: ProducerData): void {
  const pool = new PartitionPool(handles);
  const writers = pool.writers.filter((writer) => writer !== undefined);
  const doorbell = handles[0]?.producerDoorbell ?? 0;
  const doorbells = new Doorbells(handles[0]?.doorbells ?? new SharedArrayBuffer(4));
  const waitForRoom = () => {
    for (let seen = doorbells.count(doorbell); !pool.drain(); seen = doorbells.count(doorbell))
      doorbells.wait(doorbell, seen, 10_000);
  };
  for (let id = 0; id < count; id++) {
    const writer = writers[id % writers.length];
    writer?.write(recordOf(id), id, id % 128);
    if (id % 5000 === 0) for (const each of writers) each.writeWatermark(id);
    if (pool.isBlocked) waitForRoom();
  }
  for (const writer of writers) writer.writeEndOfData();
  waitForRoom();
}

function consume({ handle }: ConsumerData): void {
  const reader = new ChannelReader(handle);
  const doorbells = new Doorbells(handle.doorbells);
  const result = { count: 0, sum: 0, watermark: -1, fault: undefined as string | undefined };
  for (;;) {
    const seen = doorbells.count(handle.consumerDoorbell);
    const frame = reader.poll();
    if (frame === undefined) doorbells.wait(handle.consumerDoorbell, seen, 10_000);
    else if (frame.kind === 'endOfData') break;
    else if (frame.kind === 'watermark') result.watermark = frame.timestamp;
    else if (frame.kind === 'records') {
      for (let i = 0; i < frame.count; i++) {
        const { id } = frame.records[i] as ChannelRecord;
        result.fault ??= faultOf(frame, i, id);
        result.sum += id;
        result.count++;
      }
    }
  }
  parentPort?.postMessage(result satisfies ConsumerResult);
}

const data = workerData as ProducerData | ConsumerData | undefined | null;
if (data?.role === 'producer') produce(data);
else if (data?.role === 'consumer') consume(data);
