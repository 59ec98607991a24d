import { expect } from 'chai';
import fc from 'fast-check';
import { type Timer, TimerQueue } from '../../../src/state/timer-queue.js';

type Operation =
  | { readonly kind: 'add' | 'remove'; readonly time: number; readonly namespace: string; readonly key: string }
  | { readonly kind: 'poll'; readonly limit: number };

const time = fc.integer({ min: 0, max: 6 });
const timer = { time, namespace: fc.constantFrom('', 'a', 'b'), key: fc.constantFrom('x', 'y', 'z') };
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), ...timer }),
  fc.record({ kind: fc.constant('remove' as const), ...timer }),
  fc.record({ kind: fc.constant('poll' as const), limit: time }),
);

describe('TimerQueue', () => {
  it('behaves like a set of timers that hands out the earliest', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const queue = new TimerQueue();
        const model = new Map<string, number>();
        const polled: Timer = { time: 0, namespace: '', key: '', keyGroup: 0 };
        for (const next of operations) {
          if (next.kind === 'poll') {
            const earliest = Math.min(...model.values());
            expect(queue.poll(next.limit, polled)).to.equal(earliest <= next.limit);
            if (earliest > next.limit) continue;
            expect(polled.time).to.equal(earliest);
            expect(model.delete(`${polled.time} ${polled.namespace} ${polled.key}`)).to.equal(true);
          } else {
            const id = `${next.time} ${next.namespace} ${next.key}`;
            if (next.kind === 'add') queue.add(next.time, next.namespace, next.key, 3);
            else queue.remove(next.time, next.namespace, next.key);
            if (next.kind === 'add') model.set(id, next.time);
            else model.delete(id);
          }
          expect(queue.size).to.equal(model.size);
          expect([...queue.timers()].length).to.equal(model.size);
          expect(queue.firstTime ?? Number.POSITIVE_INFINITY).to.equal(Math.min(...model.values()));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('fires timers of one time in the order of their keys arrival', () => {
    const queue = new TimerQueue();
    for (const key of ['c', 'a', 'b']) queue.add(1, '', key, 0);
    const polled: Timer = { time: 0, namespace: '', key: '', keyGroup: 0 };
    const fired: unknown[] = [];
    while (queue.poll(1, polled)) fired.push(polled.key);
    expect(fired).to.deep.equal(['c', 'a', 'b']);
  });

  it('does not hoard the times of deleted timers', () => {
    const queue = new TimerQueue();
    for (let time = 0; time < 10_000; time++) {
      queue.add(time, '', 'key', 0);
      queue.remove(time - 1, '', 'key');
    }
    expect(queue.size).to.equal(1);
    expect(queue.firstTime).to.equal(9_999);
    const heap = (queue as unknown as { readonly heap: { readonly size: number } }).heap;
    expect(heap.size).to.be.lessThan(100);
  });
});
