import { expect } from 'chai';
import fc from 'fast-check';
import type { ExecutionAttemptId } from '../../../../src/core/ids.js';
import { CollectedRecordsStore } from '../../../../src/jobmanager/jobmaster/collected-records.js';

const SINK = 'sink';
const sender = (name: string): ExecutionAttemptId => name as ExecutionAttemptId;

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([
    promise.then(() => true),
    new Promise<boolean>((resolve) => setImmediate(() => resolve(false))),
  ]);
}

describe('CollectedRecordsStore', () => {
  it('gives records in order, from the position the client asks for', async () => {
    const store = new CollectedRecordsStore();
    await store.report(sender('a'), SINK, [1, 2], 0);
    await store.report(sender('b'), SINK, [3], 0);
    expect(store.fetch(SINK, 0, 0)).to.deep.equal({ attempt: 0, records: [1, 2, 3], done: false });
    expect(store.fetch(SINK, 0, 2)).to.deep.equal({ attempt: 0, records: [3], done: false });
    expect(store.fetch(SINK, 0, 2)).to.deep.equal({ attempt: 0, records: [3], done: false });
    expect(store.fetch('other sink', 0, 0)).to.deep.equal({ attempt: 0, records: [], done: false });
  });

  it('stores a repeated report once', async () => {
    const store = new CollectedRecordsStore();
    await store.report(sender('a'), SINK, [1], 0);
    await store.report(sender('a'), SINK, [1], 0);
    await store.report(sender('a'), SINK, [2], 1);
    expect(store.fetch(SINK, 0, 0).records).to.deep.equal([1, 2]);
  });

  it('holds a sink back until the client has fetched, also when it repeats', async () => {
    const store = new CollectedRecordsStore();
    await store.report(sender('a'), SINK, new Array(65_536).fill(0), 0);
    const waiting = store.report(sender('a'), SINK, ['late'], 1);
    const repeated = store.report(sender('a'), SINK, ['late'], 1);
    const other = store.report(sender('b'), SINK, ['other'], 0);
    expect(await isSettled(waiting)).to.equal(false);
    expect(await isSettled(repeated)).to.equal(false);
    expect(store.fetch(SINK, 0, 0).records).to.have.length(8_192);
    store.fetch(SINK, 0, 8_192);
    await Promise.all([waiting, repeated, other]);
    let position = 8_192;
    const last: unknown[] = [];
    for (
      let page = store.fetch(SINK, 0, position).records;
      page.length > 0;
      page = store.fetch(SINK, 0, position).records
    ) {
      position += page.length;
      last.splice(0, Infinity, ...page.slice(-2));
    }
    expect(position).to.equal(65_538);
    expect(last).to.deep.equal(['late', 'other']);
  });

  it('begins anew with another attempt and lets go of who waits', async () => {
    const store = new CollectedRecordsStore();
    await store.report(sender('a'), SINK, new Array(65_536).fill(0), 0);
    const waiting = store.report(sender('a'), SINK, ['late'], 1);
    store.startNewAttempt();
    await waiting;
    expect(store.fetch(SINK, 0, 5_000)).to.deep.equal({ attempt: 1, records: [], done: false });
    await store.report(sender('a#1'), SINK, ['new'], 0);
    expect(store.fetch(SINK, 0, 5_000)).to.deep.equal({ attempt: 1, records: ['new'], done: false });
    expect(store.fetch(SINK, 1, 1)).to.deep.equal({ attempt: 1, records: [], done: false });
  });

  it('is done when the job ended and all was handed out', async () => {
    const store = new CollectedRecordsStore();
    await store.report(sender('a'), SINK, new Array(10_000).fill(0), 0);
    store.end();
    expect(store.fetch(SINK, 0, 0)).to.include({ done: false });
    expect(store.fetch(SINK, 0, 8_192).records).to.have.length(1_808);
    expect(store.fetch(SINK, 0, 8_192)).to.include({ done: true });
    expect(store.fetch(SINK, 0, 10_000)).to.deep.equal({ attempt: 0, records: [], done: true });
  });

  it('tells who waits that something changed', async () => {
    const store = new CollectedRecordsStore();
    for (const change of [
      () => store.report(sender('a'), SINK, [1], 0),
      () => Promise.resolve(store.startNewAttempt()),
      () => Promise.resolve(store.end()),
    ]) {
      const changed = store.whenChanged();
      expect(await isSettled(changed)).to.equal(false);
      await change();
      expect(await isSettled(changed)).to.equal(true);
    }
  });

  it('loses and doubles nothing, however reports and fetches mix', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('report' as const), count: fc.nat(5), repeats: fc.boolean() }),
      fc.record({ kind: fc.constant('fetch' as const), count: fc.nat(4), repeats: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const store = new CollectedRecordsStore();
        const sent: number[] = [];
        const received: unknown[] = [];
        let sequence = 0;
        for (const { kind, count, repeats } of steps) {
          if (kind === 'report') {
            const records = Array.from({ length: count }, (_, index) => sent.length + index);
            sent.push(...records);
            await store.report(sender('a'), SINK, records, sequence);
            if (repeats) await store.report(sender('a'), SINK, records, sequence);
            sequence++;
          } else {
            const { records } = store.fetch(SINK, 0, received.length);
            if (repeats) expect(store.fetch(SINK, 0, received.length).records).to.deep.equal(records);
            received.push(...records.slice(0, count));
          }
        }
        received.push(...store.fetch(SINK, 0, received.length).records);
        expect(received).to.deep.equal(sent);
      }),
    );
  });
});
