import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { Doorbells } from '../../../src/network/doorbell.js';
import type { ChannelReader } from '../../../src/network/channel-reader.js';
import { openPartition } from './channel-fixture.js';
import {
  type ChannelRecord,
  type ConsumerData,
  type ConsumerResult,
  faultOf,
  type ProducerData,
} from './channel-worker.js';

const RECORDS = 200_000;
const workerModule = new URL('./channel-worker.js', import.meta.url);

function start(data: ProducerData | ConsumerData): Worker {
  return new Worker(workerModule, { workerData: data });
}

async function resultOf(worker: Worker): Promise<ConsumerResult> {
  const [result] = (await once(worker, 'message')) as [ConsumerResult];
  return result;
}

describe('a channel between threads', () => {
  it('delivers every record once, in order, while both ends wait for each other', async () => {
    const { handles } = openPartition({ channels: 2, segmentBytes: 4096, exclusive: 1, floating: 1 });
    const consumers = handles.map((handle) => resultOf(start({ role: 'consumer', handle })));
    const producer = start({ role: 'producer', handles, count: RECORDS });
    const results = await Promise.all(consumers);
    await producer.terminate();
    expect(results.map(({ fault }) => fault)).to.deep.equal([undefined, undefined]);
    expect(results.map(({ count }) => count)).to.deep.equal([RECORDS / 2, RECORDS / 2]);
    expect(results.reduce((sum, result) => sum + result.sum, 0)).to.equal((RECORDS * (RECORDS - 1)) / 2);
    expect(results.map(({ watermark }) => watermark)).to.deep.equal([RECORDS - 5000, RECORDS - 5000]);
  });

  it('shows only whole frames of a producer that died in the middle', async () => {
    for (const recordsBeforeDeath of [1, 1000, 5000, 20_000]) {
      const { handles, readers, doorbells } = openPartition({ segmentBytes: 1024, exclusive: 2, floating: 2 });
      const [handle] = handles as [(typeof handles)[0]];
      const [reader] = readers as [ChannelReader];
      const producer = start({ role: 'producer', handles: [handle], count: 1_000_000 });
      let next = 0;
      const read = () => {
        for (let frame = reader.poll(); frame !== undefined; frame = reader.poll()) {
          if (frame.kind !== 'records') continue;
          for (let i = 0; i < frame.count; i++) expect(faultOf(frame, i, next++)).to.equal(undefined);
        }
      };
      const bells = new Doorbells(doorbells);
      while (next < recordsBeforeDeath) {
        const seen = bells.count(handle.consumerDoorbell);
        read();
        bells.wait(handle.consumerDoorbell, seen, 1000);
      }
      await producer.terminate();
      read();
      expect(next).to.be.at.least(recordsBeforeDeath);
    }
  });

  it('leaves a producer alone whose consumer died', async () => {
    const { handles, pool, writers } = openPartition({ segmentBytes: 1024, exclusive: 2, floating: 0 });
    const [handle] = handles as [(typeof handles)[0]];
    const consumer = start({ role: 'consumer', handle });
    await once(consumer, 'online');
    await consumer.terminate();
    for (let id = 0; id < 1000; id++) writers[0]?.write({ id } satisfies Pick<ChannelRecord, 'id'>, id, id % 128);
    writers[0]?.writeEndOfData();
    expect(pool.isBlocked).to.equal(true);
    expect(pool.drain()).to.equal(false);
  });
});
