/** Both queues against a plain model, over random histories. */
import { expect } from 'chai';
import fc from 'fast-check';
import { OrderedStreamElementQueue } from '../../../../src/operators/async/ordered-stream-element-queue.js';
import type { QueuedRequest, StreamElementQueue } from '../../../../src/operators/async/stream-element-queue.js';
import { UnorderedStreamElementQueue } from '../../../../src/operators/async/unordered-stream-element-queue.js';

type Step = { readonly kind: 'add' } | { readonly kind: 'mark' } | { readonly kind: 'answer'; readonly which: number };

const steps = fc.array(
  fc.oneof(
    fc.constant<Step>({ kind: 'add' }),
    fc.constant<Step>({ kind: 'mark' }),
    fc.nat(1_000).map<Step>((which) => ({ kind: 'answer', which })),
  ),
  { maxLength: 200 },
);

interface Run {
  readonly added: (number | string)[];
  readonly answered: number[];
  readonly left: (number | string)[];
}

function run(queue: StreamElementQueue<QueuedRequest>, history: readonly Step[]): Run {
  const result: Run = { added: [], answered: [], left: [] };
  const waiting: QueuedRequest[] = [];
  const drain = (): void => {
    for (let next = queue.poll(); next !== undefined; next = queue.poll()) {
      result.left.push('watermark' in next ? `w${next.watermark}` : (next.value as number));
    }
  };
  const answer = (request: QueuedRequest): void => {
    request.results = [];
    result.answered.push(request.value as number);
    queue.onAnswered(request);
    drain();
  };
  let n = 0;
  for (const step of history) {
    n++;
    if (step.kind === 'add') {
      const request: QueuedRequest = { value: n, timestamp: n, results: undefined };
      waiting.push(request);
      queue.addRequest(request);
      result.added.push(n);
    } else if (step.kind === 'mark') {
      queue.addWatermark({ watermark: n });
      result.added.push(`w${n}`);
      drain();
    } else if (waiting.length > 0) answer(waiting.splice(step.which % waiting.length, 1)[0]!);
    const pending = queue.toArray().map((e) => ('watermark' in e ? `w${e.watermark}` : (e.value as number)));
    expect([...result.left, ...pending]).to.have.members(result.added);
    expect(queue.numRequests).to.equal(pending.filter((e) => typeof e === 'number').length);
  }
  for (const request of waiting.splice(0)) answer(request);
  expect(queue.isEmpty).to.equal(true);
  return result;
}

/** What lies between watermarks, each part sorted. */
function segments(elements: readonly (number | string)[]): unknown[] {
  const parts: unknown[] = [];
  let part: number[] = [];
  for (const element of elements) {
    if (typeof element === 'number') part.push(element);
    else {
      parts.push(
        part.sort((a, b) => a - b),
        element,
      );
      part = [];
    }
  }
  return [...parts, part.sort((a, b) => a - b)];
}

describe('StreamElementQueue', () => {
  it('ordered: everything leaves in the order in which it came', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const { added, left } = run(new OrderedStreamElementQueue(), history);
        expect(left).to.deep.equal(added);
      }),
    );
  });

  it('unordered: nothing crosses a watermark', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const { added, left } = run(new UnorderedStreamElementQueue(), history);
        expect(segments(left)).to.deep.equal(segments(added));
      }),
    );
  });

  it('unordered: without watermarks everything leaves as it is answered', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const unmarked = history.filter(({ kind }) => kind !== 'mark');
        const { answered, left } = run(new UnorderedStreamElementQueue(), unmarked);
        expect(left).to.deep.equal(answered);
      }),
    );
  });
});
