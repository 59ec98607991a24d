/**
 * CPU nanoseconds a record to write and to read batches as they go between slots: minimum and median of interleaved rounds.
 * Every shape is read back and compared before it is measured.
 */
import { isDeepStrictEqual } from 'node:util';
import { ByteReader } from '../src/serialization/byte-reader.js';
import { ByteWriter } from '../src/serialization/byte-writer.js';
import { hashKey } from '../src/serialization/key-encoding.js';
import { BatchBuilder } from '../src/serialization/batch-builder.js';
import { BatchReader } from '../src/serialization/batch-reader.js';
import { median } from './interleaved.js';

const ROUNDS = 15;
const RECORDS_PER_ROUND = 100_000;

interface Case {
  readonly name: string;
  readonly batchRecords: number;
  readonly recordOf: (n: number) => unknown;
}

const CHANNELS = ['apple', 'google', 'facebook', 'baidu'];
/** Strings as a job gets them: cut out of something larger, or built. */
const line = 'abcdefghijklmnopqrstuvwxyz'.repeat(20);

const cases: readonly Case[] = [
  {
    name: 'bid, 7 fields, 178 bytes',
    batchRecords: 92,
    recordOf: (n) => ({
      auction: 1000 + (n % 7919),
      bidder: 2000 + (n % 1013),
      price: 100 + (n % 9973),
      channel: CHANNELS[n % 4],
      url: `https://www.nexmark.com/${line.slice(n % 20, (n % 20) + 8)}/item.htm?query=1&channel_id=${n}`,
      dateTime: 1_600_000_000_000 + n,
      extra: line.slice(n % 100, (n % 100) + 60),
    }),
  },
  {
    name: 'flight, 2 short strings',
    batchRecords: 500,
    recordOf: (n) => ({
      date: 978_307_200_000 + n * 60_000,
      delay: (n % 120) - 10,
      distance: n % 2500,
      origin: 'JFK',
      destination: line.slice(n % 26, (n % 26) + 3),
    }),
  },
  {
    name: 'numbers only',
    batchRecords: 1000,
    recordOf: (n) => ({ auction: n, price: n * 0.5, at: 1_600_000_000_000 + n }),
  },
  { name: 'pair (string, number)', batchRecords: 1000, recordOf: (n) => [`key${n % 1000}`, n] },
  { name: 'number', batchRecords: 2048, recordOf: (n) => n * 0.5 },
  {
    name: 'nested, nullable',
    batchRecords: 200,
    recordOf: (n) => ({ id: n, place: { x: n / 3, y: n % 2 === 0 ? null : n }, note: n % 5 === 0 ? undefined : 'ok' }),
  },
  {
    name: 'mixed shapes (row layout)',
    batchRecords: 100,
    recordOf: (n) => (n % 2 === 0 ? { id: n, name: 'even' } : { id: n, odd: true, ratio: n / 3 }),
  },
  {
    name: 'bid alone in its frame',
    batchRecords: 1,
    recordOf: (n) => ({ auction: n, price: n * 2, channel: 'apple', dateTime: 1_600_000_000_000 + n }),
  },
];

function cpuNanos(action: () => void): number {
  const before = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1000;
}

/** All batches of a case, to be written in turn: the same values over and over would be served from caches. */
function batchesOf({ batchRecords, recordOf }: Case): unknown[][] {
  const batches = Math.max(1, Math.ceil(5_000 / batchRecords));
  return Array.from({ length: batches }, (_, b) =>
    Array.from({ length: batchRecords }, (_, i) => recordOf(b * batchRecords + i)),
  );
}

function prepare(one: Case) {
  const batches = batchesOf(one);
  const timestamps = Array.from({ length: one.batchRecords }, (_, i) => 1_600_000_000_000 + i);
  const keyGroups = timestamps.map((_, i) => i % 128);
  const out = new ByteWriter();
  const reader = new ByteReader();
  const builder = new BatchBuilder();
  const batch = new BatchReader();
  const encode = (records: readonly unknown[]) => {
    out.reset();
    for (let i = 0; i < records.length; i++) builder.add(records[i], timestamps[i] as number, keyGroups[i] as number);
    builder.write(0, records.length, out);
    builder.clear();
  };
  const frames = batches.map((records) => {
    encode(records);
    const bytes = Buffer.from(out.bytes());
    return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
  });
  frames.forEach(({ bytes, view }, b) => {
    reader.reset(bytes, view, 0, bytes.length);
    batch.read(reader);
    if (!isDeepStrictEqual(batch.records, batches[b])) throw new Error(`${one.name}: batch ${b} came back changed`);
  });
  const turns = Math.ceil(RECORDS_PER_ROUND / (batches.length * one.batchRecords));
  const records = turns * batches.length * one.batchRecords;
  const write = () => {
    for (let turn = 0; turn < turns; turn++) {
      for (const records of batches) encode(records);
    }
  };
  const read = () => {
    for (let turn = 0; turn < turns; turn++) {
      for (const { bytes, view } of frames) {
        reader.reset(bytes, view, 0, bytes.length);
        batch.read(reader);
      }
    }
  };
  const bytes = frames.reduce((sum, frame) => sum + frame.bytes.length, 0) / (batches.length * one.batchRecords);
  return { name: one.name, bytes, records, write, read, writes: [] as number[], reads: [] as number[] };
}

const prepared = cases.map(prepare);
for (let round = -3; round < ROUNDS; round++) {
  for (const one of prepared) {
    const write = cpuNanos(one.write) / one.records;
    const read = cpuNanos(one.read) / one.records;
    if (round < 0) continue;
    one.writes.push(write);
    one.reads.push(read);
  }
}

const figure = (values: readonly number[]): string =>
  `${Math.min(...values).toFixed(0)} / ${median(values).toFixed(0)}`.padStart(12);
console.log(
  `${'ns of CPU a record (min / median)'.padEnd(36)}${'write'.padStart(12)}${'read'.padStart(12)}${'bytes'.padStart(8)}`,
);
for (const { name, bytes, writes, reads } of prepared) {
  console.log(`${name.padEnd(36)}${figure(writes)}${figure(reads)}${bytes.toFixed(0).padStart(8)}`);
}

const numbers = Array.from({ length: 1000 }, (_, i) => i * 7919);
const strings = numbers.map((n) => `airport-${n}`);
for (const [name, keys] of Object.entries({ numbers, strings })) {
  let sum = 0;
  const rounds = Array.from(
    { length: ROUNDS },
    () =>
      cpuNanos(() => {
        for (let i = 0; i < 200; i++) for (const key of keys) sum += hashKey(key);
      }) / 200_000,
  );
  console.log(`hash of keys: ${name.padEnd(22)}${figure(rounds)}   (sum ${sum})`);
}
