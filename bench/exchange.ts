/**
 * What it costs to send records from one slot to others: CPU a record on both sides together, without what it costs to make
 * the record (both ends in one thread, so that nobody is woken; minimum and median of rounds), and the rate between two
 * threads. What arrives is counted and summed; without equality there is no figure. Names of cases and fan-outs may follow
 * on the command line.
 */
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { ByteWriter } from '../src/serialization/byte-writer.js';
import { BatchBuilder } from '../src/serialization/batch-builder.js';
import { createSharedPartition, type SharedChannelHandle } from '../src/network/shared-channel.js';
import { CASES, type ExchangeCase } from './exchange-cases.js';
import { Receiver, type RoundResult, Sender } from './exchange-ends.js';
import type { Round, ThreadData } from './exchange-thread.js';
import { median } from './interleaved.js';

const RECORDS = 500_000;
const WARM_UP_ROUNDS = 2;
const ROUNDS = 7;
const FAN_OUTS = [4, 32, 128];

function openChannels(numChannels: number): readonly SharedChannelHandle[] {
  const sizes = { numChannels, segmentBytes: 32 << 10, exclusivePerChannel: 2, floating: 8 };
  const { rings, segments, states, segmentBytes } = createSharedPartition(sizes);
  const doorbells = new SharedArrayBuffer(8);
  const common = { kind: 'shared', segments, states, segmentBytes, doorbells } as const;
  return rings.map((ring) => ({ ...common, ring, producerDoorbell: 0, consumerDoorbell: 1 }));
}

/** CPU nanoseconds of all threads of this process. */
function cpuNanos(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** What a record costs that goes nowhere: made and summed, and summed again. */
function costOfMaking({ make, check }: ExchangeCase): number {
  const rounds: number[] = [];
  let sum = 0;
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    const before = cpuNanos();
    for (let n = 0; n < RECORDS; n++) {
      const record = make(n) as never;
      sum += check(record) + check(record);
    }
    if (round >= 0) rounds.push((cpuNanos() - before) / RECORDS);
  }
  if (Number.isNaN(sum)) throw new Error('a sum is not a number');
  return Math.min(...rounds);
}

/** Bytes of a record in a large batch. */
function bytesOf({ make }: ExchangeCase): number {
  const out = new ByteWriter();
  const batch = new BatchBuilder();
  for (let n = 0; n < 1000; n++) batch.add(make(n), n, n % 128);
  batch.write(0, batch.count, out);
  return out.position / batch.count;
}

/** CPU nanoseconds a record of each round, both ends being in this thread. */
function costOfExchange({ make, check }: ExchangeCase, fanOut: number): number[] {
  const handles = openChannels(fanOut);
  const sender = new Sender(handles, make, check);
  const receiver = new Receiver(handles, check);
  const nanos: number[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    const before = cpuNanos();
    const sent = sender.send(round * RECORDS, RECORDS, (pool) => {
      do receiver.receive();
      while (!pool.drain());
    });
    receiver.receive();
    compare(sent, receiver.takeResult());
    if (round >= WARM_UP_ROUNDS) nanos.push((cpuNanos() - before) / RECORDS);
  }
  return nanos;
}

/** Records a second from one thread to another: median of rounds. */
async function rateOfExchange(one: ExchangeCase, fanOut: number): Promise<number> {
  const handles = openChannels(fanOut);
  const module = new URL('./exchange-thread.js', import.meta.url);
  const threads = (['consumer', 'producer'] as const).map(
    (role) => new Worker(module, { workerData: { role, caseName: one.name, handles } satisfies ThreadData }),
  );
  const rates: number[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    const message: Round = { first: round * RECORDS, count: RECORDS };
    const answers = threads.map((thread) => once(thread, 'message') as Promise<[RoundResult]>);
    const started = performance.now();
    for (const thread of threads) thread.postMessage(message);
    const [[received], [sent]] = (await Promise.all(answers)) as [[RoundResult], [RoundResult]];
    compare(sent, received);
    if (round >= WARM_UP_ROUNDS) rates.push((RECORDS * 1000) / (performance.now() - started));
  }
  for (const thread of threads) thread.postMessage('end');
  await Promise.all(threads.map((thread) => once(thread, 'exit')));
  return median(rates);
}

/** Channels are summed one after the other, which rounds other than the order of sending. */
function compare(sent: RoundResult, received: RoundResult): void {
  const isEqual = received.count === sent.count && Math.abs(received.sum - sent.sum) < 1e-9 * Math.abs(sent.sum);
  if (!isEqual)
    throw new Error(`no figure: ${JSON.stringify(sent)} was sent, ${JSON.stringify(received)} was received`);
}

const wanted = process.argv.slice(2);
const cases = CASES.filter(({ name }) => !CASES.some((each) => wanted.includes(each.name)) || wanted.includes(name));
const fanOuts = wanted.some((each) => Number(each) > 0) ? wanted.map(Number).filter((each) => each > 0) : FAN_OUTS;

const columns = ['bytes', 'fan-out', 'to make', 'to exchange', 'million/s', 'MB/s'];
console.log(`${'CPU ns a record'.padEnd(24)}${columns.map((column) => column.padStart(14)).join('')}`);
for (const one of cases) {
  const making = costOfMaking(one);
  const bytes = bytesOf(one);
  for (const fanOut of fanOuts) {
    const nanos = costOfExchange(one, fanOut).map((each) => each - making);
    const rate = await rateOfExchange(one, fanOut);
    const cost = `${Math.min(...nanos).toFixed(0)} / ${median(nanos).toFixed(0)}`;
    const rates = [(rate / 1e6).toFixed(2), ((rate * bytes) / 1e6).toFixed(0)];
    const figures = [bytes.toFixed(0), String(fanOut), making.toFixed(0), cost, ...rates];
    console.log(`${one.name.padEnd(24)}${figures.map((figure) => figure.padStart(14)).join('')}`);
  }
}
