/**
 * CPU nanoseconds a record to send through channels and receive, both ends in one thread, for widening fan-outs: minimum and
 * median of rounds. What arrives is counted and summed; without equality there is no figure.
 */
import { ChannelReader } from '../src/network/channel-reader.js';
import { PartitionPool } from '../src/network/partition-pool.js';
import { createSharedPartition, type SharedChannelHandle } from '../src/network/shared-channel.js';
import { median } from './interleaved.js';

const ROUNDS = 9;
const RECORDS = 400_000;

interface Sent {
  readonly auction: number;
}

interface Case {
  readonly name: string;
  /** A new object each time, as a function of a job makes it. */
  readonly recordOf: (n: number) => Sent;
}

const bids = Array.from({ length: 10_000 }, (_, n) => ({
  auction: 1000 + (n % 7919),
  bidder: 2000 + (n % 1013),
  price: 100 + (n % 9973),
  channel: ['apple', 'google', 'facebook', 'baidu'][n % 4],
  url: `https://www.nexmark.com/${String(n % 97).repeat(4)}/item.htm?query=1&channel_id=${n}`,
  dateTime: 1_600_000_000_000 + n,
  extra: 'abcdefghijklmnopqrstuvwxyz'.repeat(3).slice(n % 10, (n % 10) + 60),
}));
type Bid = (typeof bids)[0];

const cases: readonly Case[] = [
  {
    name: 'full bid',
    recordOf: (n) => {
      const { auction, bidder, price, channel, url, dateTime, extra } = bids[n % bids.length] as Bid;
      return { auction, bidder, price, channel, url, dateTime, extra };
    },
  },
  {
    name: 'two numbers',
    recordOf: (n) => {
      const { auction, price } = bids[n % bids.length] as Bid;
      return { auction, price };
    },
  },
];

function openChannels(numChannels: number) {
  const partition = createSharedPartition({ numChannels, segmentBytes: 32 << 10, exclusivePerChannel: 2, floating: 8 });
  const doorbells = new SharedArrayBuffer(8);
  const { segments, states, segmentBytes } = partition;
  const handles = partition.rings.map(
    (ring): SharedChannelHandle => ({
      kind: 'shared',
      segments,
      states,
      segmentBytes,
      ring,
      doorbells,
      producerDoorbell: 0,
      consumerDoorbell: 1,
    }),
  );
  const pool = new PartitionPool(handles);
  return {
    pool,
    writers: pool.writers.filter((writer) => writer !== undefined),
    readers: handles.map((handle) => new ChannelReader(handle)),
  };
}

/** The sum over what the readers find now. */
function receive(readers: readonly ChannelReader[]): { count: number; sum: number } {
  let count = 0;
  let sum = 0;
  for (const reader of readers) {
    for (let frame = reader.poll(); frame !== undefined; frame = reader.poll()) {
      if (frame.kind !== 'records') continue;
      count += frame.count;
      for (let i = 0; i < frame.count; i++) sum += (frame.records[i] as Sent).auction;
    }
  }
  return { count, sum };
}

/** Sends in turns of 1000 records with a flush after each fiftieth, as a task does that is called in steps. */
function send(recordOf: (n: number) => Sent, { pool, writers, readers }: ReturnType<typeof openChannels>): string {
  let count = 0;
  let sum = 0;
  const collect = () => {
    const received = receive(readers);
    count += received.count;
    sum += received.sum;
  };
  for (let n = 0; n < RECORDS; n++) {
    const writer = writers[(n * 7919) % writers.length];
    writer?.write(recordOf(n), 1_600_000_000_000 + n, n % 128);
    if (n % 1000 !== 999) continue;
    if (n % 50_000 === 49_999) pool.flush();
    do collect();
    while (!pool.drain());
  }
  pool.flush();
  do collect();
  while (!pool.drain());
  collect();
  return `${count} records, sum ${sum}`;
}

for (const { name, recordOf } of cases) {
  const checks = new Set<string>();
  for (const fanOut of [1, 4, 32, 128]) {
    const channels = openChannels(fanOut);
    const nanos: number[] = [];
    for (let round = -2; round < ROUNDS; round++) {
      const before = process.cpuUsage();
      checks.add(send(recordOf, channels));
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) nanos.push(((user + system) * 1000) / RECORDS);
    }
    if (checks.size !== 1) throw new Error(`what arrived differs, so there is no figure: ${[...checks].join(' / ')}`);
    const figure = `${Math.min(...nanos).toFixed(0)} / ${median(nanos).toFixed(0)}`;
    console.log(`${name.padEnd(12)} fan-out ${String(fanOut).padStart(3)}: ${figure.padStart(12)} ns a record`);
  }
  console.log(`${name.padEnd(12)} checked: ${[...checks].join()}`);
}
