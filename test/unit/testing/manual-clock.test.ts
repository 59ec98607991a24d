import { expect } from 'chai';
import { delay } from '../../../src/core/clock.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';

describe('ManualClock', () => {
  it('runs due timers in time order, ties in order of scheduling', () => {
    const clock = new ManualClock(1_000);
    const seen: string[] = [];
    clock.schedule(20, () => seen.push('late'));
    clock.schedule(10, () => seen.push('first'));
    clock.schedule(10, () => seen.push('second'));
    clock.advance(9);
    expect(seen).to.deep.equal([]);
    clock.advance(11);
    expect(seen).to.deep.equal(['first', 'second', 'late']);
    expect(clock.now()).to.equal(1_020);
  });

  it('shows a timer its own due time and runs what the timer adds', () => {
    const clock = new ManualClock();
    const times: number[] = [];
    const tick = (): void => {
      times.push(clock.monotonic());
      if (times.length < 3) clock.schedule(10, tick);
    };
    clock.schedule(10, tick);
    clock.advance(100);
    expect(times).to.deep.equal([10, 20, 30]);
    expect(clock.now()).to.equal(100);
  });

  it('does not run what was cancelled', () => {
    const clock = new ManualClock();
    const cancel = clock.schedule(5, () => expect.fail('cancelled'));
    cancel();
    cancel();
    clock.advance(10);
    expect(clock.pending).to.equal(0);
  });

  it('settles promises and turns in flush without moving time', async () => {
    const clock = new ManualClock();
    const seen: string[] = [];
    void Promise.resolve().then(() => clock.nextTurn(() => seen.push('turn')));
    await clock.flush();
    expect(seen).to.deep.equal(['turn']);
    expect(clock.now()).to.equal(0);
  });

  it('lets code that waits several times come to its end in advanceAsync', async () => {
    const clock = new ManualClock();
    let done = false;
    const work = async (): Promise<void> => {
      await delay(clock, 10);
      await delay(clock, 10);
      done = true;
    };
    void work();
    await clock.advanceAsync(20);
    expect(done).to.equal(true);
  });
});
