/** One of the two threads of exchange.ts: one sends through all channels of a partition, one receives from all of them. */
import { parentPort, workerData } from 'node:worker_threads';
import { Doorbells } from '../src/network/doorbell.js';
import type { PartitionPool } from '../src/network/partition-pool.js';
import type { SharedChannelHandle } from '../src/network/shared-channel.js';
import { CASES } from './exchange-cases.js';
import { Receiver, type RoundResult, Sender } from './exchange-ends.js';

export interface ThreadData {
  readonly role: 'producer' | 'consumer';
  readonly caseName: string;
  readonly handles: readonly SharedChannelHandle[];
}

/** Sent for each round; answered with a RoundResult once all records of the round are through. */
export interface Round {
  readonly first: number;
  readonly count: number;
}

const PATIENCE_MS = 10_000;

const { role, caseName, handles } = workerData as ThreadData;
const [{ doorbells: memory, producerDoorbell, consumerDoorbell }] = handles as [SharedChannelHandle];
const doorbells = new Doorbells(memory);
const { make, check } = CASES.find(({ name }) => name === caseName) as (typeof CASES)[0];

function producer(): (round: Round) => RoundResult {
  const sender = new Sender(handles, make, check);
  const drain = (pool: PartitionPool): void => {
    for (let seen = doorbells.count(producerDoorbell); !pool.drain(); seen = doorbells.count(producerDoorbell))
      doorbells.wait(producerDoorbell, seen, PATIENCE_MS);
  };
  return ({ first, count }) => sender.send(first, count, drain);
}

function consumer(): (round: Round) => RoundResult {
  const receiver = new Receiver(handles, check);
  return () => {
    while (!receiver.hasEnded) {
      const seen = doorbells.count(consumerDoorbell);
      if (receiver.receive() === 0) doorbells.wait(consumerDoorbell, seen, PATIENCE_MS);
    }
    return receiver.takeResult();
  };
}

const run = role === 'producer' ? producer() : consumer();
parentPort?.on('message', (round: Round | 'end') => {
  if (round === 'end') parentPort?.close();
  else parentPort?.postMessage(run(round));
});
