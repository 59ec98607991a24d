import { expect } from 'chai';
import { delay } from '../../../../src/core/clock.js';
import { noFaults } from '../../../../src/core/environment.js';
import { SeededRandom } from '../../../../src/core/random.js';
import type { RpcMessage } from '../../../../src/rpc/local/rpc-message.js';
import { SimulatedNetwork } from '../../../../src/testing/simulation/simulated-network.js';
import { SimulatedProcess } from '../../../../src/testing/simulation/simulated-process.js';
import { SimulatedScheduler } from '../../../../src/testing/simulation/simulated-scheduler.js';

const FOREVER = 1e9;
const never = (): boolean => false;

function processOf(scheduler: SimulatedScheduler, name = 'p'): SimulatedProcess {
  return new SimulatedProcess(scheduler, { name, seed: 7, faults: noFaults });
}

describe('SimulatedScheduler', () => {
  it('runs events in order of virtual time, also those that events add', async () => {
    const scheduler = new SimulatedScheduler(new SeededRandom(1));
    const seen: string[] = [];
    scheduler.schedule(20, () => seen.push(`b ${scheduler.now}`));
    scheduler.schedule(10, () => {
      seen.push(`a ${scheduler.now}`);
      scheduler.schedule(5, () => seen.push(`added ${scheduler.now}`));
    });
    expect(await scheduler.run(FOREVER, never)).to.equal(true);
    expect(seen).to.deep.equal(['a 10', 'added 15', 'b 20']);
  });

  it('settles all that an event caused before the next one, however many promises that takes', async () => {
    const scheduler = new SimulatedScheduler(new SeededRandom(1));
    const seen: string[] = [];
    const work = async (): Promise<void> => {
      for (let i = 0; i < 100; i++) await Promise.resolve();
      seen.push('work');
    };
    scheduler.schedule(1, () => void work());
    scheduler.schedule(1.001, () => seen.push('next'));
    await scheduler.run(FOREVER, never);
    expect(seen).to.deep.equal(['work', 'next']);
  });

  it('stops at the deadline without losing what comes later, and never goes back in time', async () => {
    const scheduler = new SimulatedScheduler(new SeededRandom(1));
    const seen: number[] = [];
    for (const at of [10, 30]) scheduler.schedule(at, () => seen.push(scheduler.now));
    expect(await scheduler.run(20, never)).to.equal(false);
    expect(await scheduler.run(5, never)).to.equal(false);
    expect(scheduler.now).to.equal(20);
    expect(scheduler.pending).to.equal(1);
    await scheduler.run(FOREVER, never);
    expect(seen).to.deep.equal([10, 30]);
  });

  it('hands an exception of an event to whoever runs it', async () => {
    const scheduler = new SimulatedScheduler(new SeededRandom(1));
    scheduler.schedule(1, () => {
      throw new Error('planted');
    });
    const outcome = await scheduler.run(FOREVER, never).catch((error: unknown) => (error as Error).message);
    expect(outcome).to.equal('planted');
  });

  it('breaks ties by the seed: equal seeds agree, some seeds differ', async () => {
    const orderOf = async (seed: number): Promise<string> => {
      const scheduler = new SimulatedScheduler(new SeededRandom(seed));
      const seen: number[] = [];
      for (let i = 0; i < 8; i++) scheduler.schedule(10, () => seen.push(i));
      await scheduler.run(FOREVER, never);
      return `${seen.join('')} ${scheduler.traceHash}`;
    };
    expect(await orderOf(3)).to.equal(await orderOf(3));
    expect(new Set([await orderOf(1), await orderOf(2), await orderOf(3)]).size).to.equal(3);
  });
});

describe('SimulatedProcess', () => {
  it('runs turns in order, each a little later', async () => {
    const scheduler = new SimulatedScheduler(new SeededRandom(1));
    const { clock } = processOf(scheduler).environment;
    const seen: string[] = [];
    for (const name of ['a', 'b', 'c']) clock.nextTurn(() => seen.push(name));
    await scheduler.run(FOREVER, never);
    expect(seen).to.deep.equal(['a', 'b', 'c']);
    expect(scheduler.now).to.be.greaterThan(0);
  });

  it('holds everything while paused and runs it late, but in order', async () => {
    const scheduler = new SimulatedScheduler(new SeededRandom(1));
    const process = processOf(scheduler);
    const seen: string[] = [];
    for (const at of [30, 10, 20]) process.schedule(at, () => seen.push(`${at} at ${Math.round(scheduler.now)}`));
    process.pause();
    scheduler.schedule(100, () => process.resume());
    process.schedule(150, () => seen.push('later'));
    await scheduler.run(FOREVER, never);
    expect(seen).to.deep.equal(['10 at 100', '20 at 100', '30 at 100', 'later']);
  });

  it('runs nothing after its death', async () => {
    const scheduler = new SimulatedScheduler(new SeededRandom(1));
    const process = processOf(scheduler);
    void delay(process.environment.clock, 10).then(() => expect.fail('a dead process went on'));
    process.environment.clock.nextTurn(() => expect.fail('a dead process went on'));
    process.kill();
    await scheduler.run(FOREVER, never);
  });
});

describe('SimulatedNetwork', () => {
  const message: RpcMessage = {
    type: 'call',
    callId: 1,
    target: 'local://b/x',
    fencingToken: undefined,
    method: 'm',
    args: [],
  };

  function networkOf(loss: number): {
    readonly scheduler: SimulatedScheduler;
    readonly network: SimulatedNetwork;
    readonly hits: string[];
    readonly arrived: number[];
  } {
    const scheduler = new SimulatedScheduler(new SeededRandom(1));
    const hits: string[] = [];
    const conditions = {
      minLatencyMs: 1,
      maxLatencyMs: 50,
      requestLoss: loss,
      answerLoss: 0,
      slowMessage: 0.2,
      slowMessageMs: 500,
    };
    const network = new SimulatedNetwork(scheduler, new SeededRandom(2), conditions, (fault) => hits.push(fault));
    const arrived: number[] = [];
    const receiveRequest = (_from: string, request: RpcMessage): void => void arrived.push(request.callId);
    network.addNode({ nodeName: 'b', receiveRequest, receiveResponse: () => undefined });
    network.addProcess(processOf(scheduler, 'b'));
    return { scheduler, network, hits, arrived };
  }

  it('delays messages and keeps their order on a link', async () => {
    const { scheduler, network, arrived } = networkOf(0);
    for (let callId = 0; callId < 50; callId++) network.send('a', 'b', { ...message, callId });
    await scheduler.run(FOREVER, never);
    expect(arrived).to.deep.equal(Array.from({ length: 50 }, (_, i) => i));
    expect(scheduler.now).to.be.greaterThan(1);
  });

  it('loses as many messages as it was told to, until it is calm', async () => {
    const { scheduler, network, arrived, hits } = networkOf(0.5);
    for (let callId = 0; callId < 100; callId++) network.send('a', 'b', { ...message, callId });
    await scheduler.run(FOREVER, never);
    expect(arrived.length).to.be.within(30, 70);
    expect(hits.filter((fault) => fault === 'request-loss')).to.have.length(100 - arrived.length);
    network.isFaulty = false;
    const before = arrived.length;
    for (let callId = 0; callId < 100; callId++) network.send('a', 'b', { ...message, callId });
    await scheduler.run(FOREVER, never);
    expect(arrived.length - before).to.equal(100);
  });

  it('blocks one direction of a link', async () => {
    const { scheduler, network, arrived } = networkOf(0);
    network.block('a', 'b');
    network.send('a', 'b', message);
    network.send('c', 'b', { ...message, callId: 2 });
    await scheduler.run(FOREVER, never);
    network.unblock('a', 'b');
    network.send('a', 'b', { ...message, callId: 3 });
    await scheduler.run(FOREVER, never);
    expect(arrived).to.deep.equal([2, 3]);
  });
});
