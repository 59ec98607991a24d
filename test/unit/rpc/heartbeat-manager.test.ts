import { expect } from 'chai';
import { FlinkError } from '../../../src/core/errors.js';
import { MainThread } from '../../../src/core/main-thread.js';
import { HeartbeatManager } from '../../../src/rpc/heartbeat-manager.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';

describe('HeartbeatManager', () => {
  let clock: ManualClock;
  let lost: string[];

  beforeEach(() => {
    clock = new ManualClock();
    lost = [];
  });

  function manager(rpcFailureThreshold = 2): HeartbeatManager<string> {
    const thread = new MainThread('test', clock, (error) => {
      throw error;
    });
    const options = { intervalMs: 10, timeoutMs: 50, rpcFailureThreshold };
    return new HeartbeatManager(options, thread, { onHeartbeatTimeout: (id, reason) => lost.push(`${id}: ${reason}`) });
  }

  it('says once that a target is silent for the whole timeout', async () => {
    manager().monitorTarget('tm');
    await clock.advanceAsync(49);
    expect(lost).to.deep.equal([]);
    await clock.advanceAsync(500);
    expect(lost).to.deep.equal(['tm: no heartbeat for 50 ms']);
  });

  it('starts the timeout again with every sign of life', async () => {
    const heartbeats = manager();
    heartbeats.monitorTarget('tm');
    for (let i = 0; i < 10; i++) {
      await clock.advanceAsync(40);
      heartbeats.receiveHeartbeat('tm');
    }
    expect(lost).to.deep.equal([]);
    await clock.advanceAsync(51);
    expect(lost).to.have.length(1);
  });

  it('asks at once and then every interval', async () => {
    let requests = 0;
    const heartbeats = manager();
    heartbeats.monitorTarget('tm', async () => {
      requests++;
      heartbeats.receiveHeartbeat('tm');
    });
    expect(requests).to.equal(1);
    await clock.advanceAsync(100);
    expect(requests).to.equal(11);
    expect(lost).to.deep.equal([]);
  });

  it('gives a target up after so many refused requests in a row', async () => {
    const refusal = new FlinkError('RECIPIENT_UNREACHABLE', 'nobody there');
    manager().monitorTarget('tm', () => Promise.reject(refusal));
    await clock.advanceAsync(5);
    expect(lost).to.deep.equal([]);
    await clock.advanceAsync(10);
    expect(lost).to.deep.equal(['tm: 2 heartbeat requests failed: nobody there']);
    await clock.advanceAsync(1_000);
    expect(lost).to.have.length(1);
  });

  it('does not count requests that got no answer', async () => {
    const heartbeats = manager();
    heartbeats.monitorTarget('tm', () => Promise.reject(new FlinkError('TIMEOUT', 'slow')));
    await clock.advanceAsync(45);
    expect(lost).to.deep.equal([]);
  });

  it('waits for the timeout when refusals do not count', async () => {
    manager(-1).monitorTarget('tm', () => Promise.reject(new FlinkError('RECIPIENT_UNREACHABLE', 'nobody there')));
    await clock.advanceAsync(45);
    expect(lost).to.deep.equal([]);
    await clock.advanceAsync(10);
    expect(lost).to.deep.equal(['tm: no heartbeat for 50 ms']);
  });

  it('forgets targets and leaves no timers behind', async () => {
    const heartbeats = manager();
    heartbeats.monitorTarget('a', () => Promise.resolve());
    heartbeats.monitorTarget('b');
    heartbeats.monitorTarget('b');
    heartbeats.unmonitorTarget('a');
    heartbeats.stop();
    heartbeats.receiveHeartbeat('b');
    await clock.advanceAsync(100);
    expect(lost).to.deep.equal([]);
    expect(clock.pending).to.equal(0);
  });
});
