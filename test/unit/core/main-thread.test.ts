import { expect } from 'chai';
import { MainThread } from '../../../src/core/main-thread.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';

describe('MainThread', () => {
  let clock: ManualClock;
  let errors: unknown[];
  let thread: MainThread;

  beforeEach(() => {
    clock = new ManualClock();
    errors = [];
    thread = new MainThread('test', clock, (error) => errors.push(error));
  });

  it('runs closures later, in the order in which they were handed in', async () => {
    const seen: number[] = [];
    thread.execute(() => {
      seen.push(1);
      thread.execute(() => seen.push(3));
    });
    thread.execute(() => seen.push(2));
    expect(seen).to.deep.equal([]);
    await clock.flush();
    expect(seen).to.deep.equal([1, 2, 3]);
  });

  it('goes on after a closure that throws, and reports the error', async () => {
    const seen: string[] = [];
    thread.execute(() => {
      throw new Error('boom');
    });
    thread.execute(() => seen.push('next'));
    await clock.flush();
    expect(seen).to.deep.equal(['next']);
    expect(errors.map(String)).to.deep.equal(['Error: boom']);
  });

  it('knows whether the caller is one of its closures', async () => {
    expect(() => thread.assertMainThread()).to.throw('outside the main thread of test');
    thread.execute(() => thread.assertMainThread());
    await clock.flush();
    expect(errors).to.deep.equal([]);
    expect(() => thread.assertMainThread()).to.throw();
  });

  it('settles a call with its outcome', async () => {
    const value = thread.call(() => 42);
    const failure = thread
      .call(() => {
        throw new Error('boom');
      })
      .catch(String);
    await clock.flush();
    expect(await value).to.equal(42);
    expect(await failure).to.equal('Error: boom');
  });

  it('hands the outcome of a promise to a handler on the thread', async () => {
    const seen: string[] = [];
    const record = (text: string): void => {
      thread.assertMainThread();
      seen.push(text);
    };
    thread.handle(Promise.resolve('value'), record, () => record('wrong'));
    thread.handle(
      Promise.reject(new Error('boom')),
      () => record('wrong'),
      (error) => record(String(error)),
    );
    await clock.flush();
    expect(seen).to.deep.equal(['value', 'Error: boom']);
    expect(errors).to.deep.equal([]);
  });

  it('runs a scheduled closure once, when its time has come', async () => {
    let runs = 0;
    thread.schedule(100, () => runs++);
    await clock.advanceAsync(99);
    expect(runs).to.equal(0);
    await clock.advanceAsync(1);
    await clock.advanceAsync(1_000);
    expect(runs).to.equal(1);
  });

  it('does not run a closure that was cancelled when it was due and queued', async () => {
    let runs = 0;
    const cancel = thread.schedule(100, () => runs++);
    thread.schedule(100, () => cancel());
    const late = thread.schedule(100, () => runs++);
    late();
    await clock.advanceAsync(200);
    expect(runs).to.equal(1);
    cancel();
  });

  it('runs nothing after stop and rejects the calls that wait', async () => {
    const seen: string[] = [];
    thread.execute(() => seen.push('queued'));
    thread.schedule(10, () => seen.push('scheduled'));
    thread.handle(
      Promise.resolve(),
      () => seen.push('handled'),
      () => undefined,
    );
    const waiting = thread.call(() => new Promise(() => undefined)).catch((error: unknown) => error);
    thread.stop();
    thread.stop();
    const late = thread.call(() => 'late').catch((error: unknown) => error);
    await clock.advanceAsync(100);
    expect(seen).to.deep.equal([]);
    expect(await waiting).to.include({ code: 'ENDPOINT_STOPPED' });
    expect(await late).to.include({ code: 'ENDPOINT_STOPPED' });
    expect(clock.pending).to.equal(0);
  });

  it('stops in the middle of a turn', async () => {
    const seen: string[] = [];
    thread.execute(() => thread.stop());
    thread.execute(() => seen.push('after'));
    await clock.flush();
    expect(seen).to.deep.equal([]);
  });
});
