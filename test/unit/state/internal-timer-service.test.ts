import { expect } from 'chai';
import { HeapKeyedStateBackend } from '../../../src/state/heap/heap-keyed-state-backend.js';
import { InternalTimerService, type TimerEnvironment } from '../../../src/state/internal-timer-service.js';
import type { Namespace } from '../../../src/state/keyed-state-backend.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';

/** A timer service whose work runs at once, or piece by piece on `step`. */
class Fixture {
  readonly clock = new ManualClock(1_000);
  readonly backend = new HeapKeyedStateBackend(16);
  readonly log: string[] = [];
  readonly pending: (() => boolean)[] = [];
  readonly namespaceState = this.backend.getOperatorState('fired');
  readonly service: InternalTimerService;
  onFire: (time: number, namespace: Namespace) => void = () => undefined;

  constructor(runsAtOnce = true) {
    const environment: TimerEnvironment = {
      clock: this.clock,
      runResumable: (work) => {
        this.pending.push(work);
        if (runsAtOnce) while (this.step());
      },
      scheduleAt: (time, callback) => this.clock.schedule(time - this.clock.now(), callback),
    };
    const fire = (domain: string) => (time: number, namespace: Namespace) => {
      this.log.push(`${domain} ${time} ${String(this.backend.currentKey)} ${namespace}`.trim());
      this.namespaceState.put(time);
      this.onFire(time, namespace);
    };
    this.service = new InternalTimerService(this.backend, environment, {
      onEventTime: fire('event'),
      onProcessingTime: fire('processing'),
    });
  }

  step(): boolean {
    if (this.pending[0]?.() === true) this.pending.shift();
    return this.pending.length > 0;
  }

  withKey(key: string, group: number): InternalTimerService {
    this.backend.setCurrentKey(key, group);
    return this.service;
  }

  advance(watermark: number): void {
    this.service.advanceWatermark(watermark, () => this.log.push(`watermark ${watermark}`));
  }
}

describe('InternalTimerService', () => {
  it('fires due timers in the order of time, with their key and namespace, before the watermark', () => {
    const test = new Fixture();
    test.withKey('a', 1).registerEventTimeTimer('w', 20);
    test.withKey('b', 2).registerEventTimeTimer('', 10);
    test.withKey('a', 1).registerEventTimeTimer('', 30);
    test.advance(25);
    expect(test.log).to.deep.equal(['event 10 b', 'event 20 a w', 'watermark 25']);
    expect(test.service.numTimers()).to.equal(1);
    expect([...test.namespaceState.namespaces()]).to.deep.equal(['', 'w']);
  });

  it('keeps one timer per key, namespace and time', () => {
    const test = new Fixture();
    for (const namespace of ['', '', 'w']) test.withKey('a', 1).registerEventTimeTimer(namespace, 10);
    expect(test.service.numTimers()).to.equal(2);
    test.withKey('b', 1).deleteEventTimeTimer('', 10);
    test.withKey('a', 1).deleteEventTimeTimer('', 10);
    test.advance(10);
    expect(test.log).to.deep.equal(['event 10 a w', 'watermark 10']);
  });

  it('fires timers that are set while firing and are due, in the same advance', () => {
    const test = new Fixture();
    test.withKey('a', 1).registerEventTimeTimer('', 10);
    test.withKey('a', 1).registerEventTimeTimer('', 30);
    test.onFire = (time) => {
      if (time === 10) for (const next of [5, 20, 40]) test.service.registerEventTimeTimer('', next);
    };
    test.advance(30);
    expect(test.log).to.deep.equal(['event 10 a', 'event 5 a', 'event 20 a', 'event 30 a', 'watermark 30']);
    test.advance(Number.POSITIVE_INFINITY);
    expect(test.log.slice(-2)).to.deep.equal(['event 40 a', 'watermark Infinity']);
  });

  it('fires one timer a piece of work', () => {
    const test = new Fixture(false);
    for (const key of ['a', 'b']) test.withKey(key, 1).registerEventTimeTimer('', 10);
    test.advance(10);
    expect(test.log).to.deep.equal([]);
    test.step();
    expect(test.log).to.deep.equal(['event 10 a']);
    while (test.step());
    expect(test.log).to.deep.equal(['event 10 a', 'event 10 b', 'watermark 10']);
  });

  it('fires processing-time timers when the clock gets there, and past ones at once', () => {
    const test = new Fixture();
    test.withKey('a', 1).registerProcessingTimeTimer('', 3_000);
    test.withKey('b', 1).registerProcessingTimeTimer('', 2_000);
    test.withKey('c', 1).registerProcessingTimeTimer('', 500);
    test.clock.advance(0);
    expect(test.log).to.deep.equal(['processing 500 c']);
    test.clock.advance(999);
    expect(test.log).to.have.length(1);
    test.clock.advance(1);
    expect(test.log.at(-1)).to.equal('processing 2000 b');
    test.clock.advance(5_000);
    expect(test.log.at(-1)).to.equal('processing 3000 a');
    expect(test.clock.pending).to.equal(0);
  });

  it('goes on with a processing-time timer that is set while one fires', () => {
    const test = new Fixture();
    test.onFire = (time) => {
      if (time < 1_300) test.service.registerProcessingTimeTimer('', time + 100);
    };
    test.withKey('a', 1).registerProcessingTimeTimer('', 1_100);
    test.clock.advance(1_000);
    expect(test.log).to.deep.equal(['processing 1100 a', 'processing 1200 a', 'processing 1300 a']);
  });

  it('leaves no wake-up behind when closed', () => {
    const test = new Fixture();
    test.withKey('a', 1).registerProcessingTimeTimer('', 2_000);
    test.service.close();
    expect(test.clock.pending).to.equal(0);
  });

  it('goes on from a snapshot', () => {
    const before = new Fixture();
    before.withKey('a', 1).registerEventTimeTimer('w', 20);
    before.withKey('b', 2).registerProcessingTimeTimer('', 1_500);
    before.advance(10);
    const after = new Fixture();
    after.service.restoreState(structuredClone(before.service.snapshotState()));
    after.service.start();
    expect(after.service.currentWatermark).to.equal(10);
    after.advance(20);
    after.clock.advance(500);
    expect(after.log).to.deep.equal(['event 20 a w', 'watermark 20', 'processing 1500 b']);
  });

  it('refuses what is no time, and timers without a key', () => {
    const test = new Fixture();
    expect(() => test.service.registerEventTimeTimer('', 1))
      .to.throw()
      .with.property('code', 'NO_CURRENT_KEY');
    const service = test.withKey('a', 1);
    expect(() => service.registerEventTimeTimer('', Number.NaN))
      .to.throw()
      .with.property('code', 'INVALID_TIMESTAMP');
    const date = new Date(0) as unknown as number;
    expect(() => service.registerProcessingTimeTimer('', date))
      .to.throw()
      .with.property('code', 'INVALID_TIMESTAMP');
  });
});
