import { expect } from 'chai';
import type { AsyncFunction, AsyncLambda, ResultFuture } from '../../../../src/api/async/async-function.js';
import { AsyncRetryStrategies, RetryPredicates } from '../../../../src/api/async/async-retry-strategies.js';
import { valueState } from '../../../../src/api/state.js';
import type { AsyncWaitDefinition } from '../../../../src/api/transformation.js';
import type { HarnessOptions } from '../../../../src/testing/operator-test-harness.js';
import { verifyOperator } from '../../../../src/testing/verify-operator.js';
import { flinkErrorOf, flinkRejectionOf } from '../../../helpers/flink-errors.js';
import { oneInput } from '../operator-fixture.js';

type Options = Partial<Omit<AsyncWaitDefinition, 'kind' | 'fn'>>;

function asyncWait(fn: AsyncWaitDefinition['fn'], options: Options = {}): AsyncWaitDefinition {
  return {
    kind: 'asyncWait',
    fn,
    outputMode: 'ORDERED',
    timeoutMs: 0,
    capacity: 100,
    retryStrategy: AsyncRetryStrategies.NO_RETRY_STRATEGY,
    ...options,
  };
}

/** Something outside that answers when the test says so. */
class Service implements AsyncFunction<string, string> {
  /** Requests in the order in which they were made; a second attempt is another request. */
  readonly requests: { readonly value: string; readonly future: ResultFuture<string> }[] = [];

  asyncInvoke(value: string, future: ResultFuture<string>): void {
    this.requests.push({ value, future });
  }

  get asked(): string[] {
    return this.requests.map(({ value }) => value);
  }

  /** Answers the last request for the value. */
  answer(value: string, results: readonly string[] = [value.toUpperCase()]): void {
    this.last(value).complete(results);
  }

  fail(value: string, error: Error = new Error(`no ${value}`)): void {
    this.last(value).completeExceptionally(error);
  }

  last(value: string): ResultFuture<string> {
    const request = this.requests.findLast((each) => each.value === value);
    if (request === undefined) throw new Error(`nobody asked for ${value}`);
    return request.future;
  }
}

async function opened(service: AsyncWaitDefinition['fn'], options: Options = {}, harness: HarnessOptions = {}) {
  return oneInput<string, string>(asyncWait(service, options), { name: 'enrich', ...harness });
}

describe('AsyncWaitOperator', () => {
  let service: Service;

  beforeEach(() => {
    service = new Service();
  });

  describe('in every way in which a job may run it', () => {
    const twice: AsyncLambda<number, number> = async (n) => (n % 3 === 0 ? [] : [n, n * 10]);
    const input = [1, 2, 3, 4, 5, 6, 7].flatMap((n) => [
      { record: n, timestamp: n * 100 },
      ...(n % 2 === 0 ? [{ watermark: n * 100 }] : []),
    ]);
    const expectedOutput = [1, 10, 2, 20, 4, 40, 5, 50, 7, 70];

    for (const capacity of [1, 2, 100]) {
      it(`keeps order, with room for ${capacity}`, async () => {
        const createOperator = () => asyncWait(twice, { capacity });
        const output = await verifyOperator({ createOperator, input, expectedOutput, ordered: true });
        expect(output[0]).to.deep.equal({ type: 'record', value: 1, timestamp: 100 });
      });

      it(`lets no answer cross a watermark, with room for ${capacity}`, async () => {
        const createOperator = () => asyncWait(twice, { capacity, outputMode: 'UNORDERED' });
        await verifyOperator({ createOperator, input, expectedOutput });
      });
    }

    it('tries again and gives up on time, whatever else happens', async () => {
      const createOperator = () => {
        const failures = new Map<number, number>();
        const flaky: AsyncFunction<number, string> = {
          asyncInvoke: async (n) => {
            const times = (failures.get(n) ?? 0) + 1;
            failures.set(n, times);
            if (n === 3 || times < n) throw new Error(`attempt ${times}`);
            return [`${n} answered`];
          },
          timeout: async (n) => [`${n} given up`],
        };
        const retryStrategy = new AsyncRetryStrategies.FixedDelayRetryStrategyBuilder<string>(100, 50)
          .ifException(RetryPredicates.HAS_EXCEPTION_PREDICATE)
          .build();
        return asyncWait(flaky, { timeoutMs: 1_000, retryStrategy });
      };
      await verifyOperator({
        createOperator,
        input: [1, 2, 3, 4].map((record) => ({ record, timestamp: record })),
        expectedOutput: ['1 answered', '2 answered', '3 given up', '4 answered'],
        ordered: true,
      });
    });
  });

  describe('order', () => {
    it('ordered: an answer waits for those before it, and so does a watermark', async () => {
      const harness = await opened(service);
      for (const value of ['a', 'b', 'c']) harness.processElement(value, 1);
      harness.processWatermark(5);
      harness.processElement('d', 6);
      for (const value of ['d', 'c', 'b']) service.answer(value);
      await harness.settle();
      expect(harness.output).to.deep.equal([]);
      service.answer('a');
      await harness.settle();
      expect(harness.records()).to.deep.equal(['A', 'B', 'C', 'D']);
      expect(harness.output.map(({ type }) => type)).to.deep.equal([
        'record',
        'record',
        'record',
        'watermark',
        'record',
      ]);
    });

    it('unordered: answers come as they are there, between their watermarks', async () => {
      const harness = await opened(service, { outputMode: 'UNORDERED' });
      harness.processElement('a', 1);
      harness.processElement('b', 1);
      harness.processWatermark(1);
      harness.processElement('c', 2);
      harness.processWatermark(2);
      harness.processWatermark(3);
      harness.processElement('d', 4);
      for (const value of ['d', 'c', 'b']) service.answer(value);
      await harness.settle();
      expect(harness.records()).to.deep.equal(['B']);
      expect(harness.watermarks()).to.deep.equal([]);
      service.answer('a');
      await harness.settle();
      expect(harness.records()).to.deep.equal(['B', 'A', 'C', 'D']);
      expect(harness.watermarks()).to.deep.equal([1, 2, 3]);
    });

    it('lets watermarks and idleness pass while nothing is asked', async () => {
      for (const outputMode of ['ORDERED', 'UNORDERED'] as const) {
        const harness = await opened(new Service(), { outputMode });
        harness.processWatermark(1);
        harness.processIdle(true);
        expect(harness.output).to.deep.equal([
          { type: 'watermark', timestamp: 1 },
          { type: 'idle', isIdle: true },
        ]);
      }
    });
  });

  describe('answers', () => {
    it('takes many results, or none, with the time of the record', async () => {
      const harness = await opened(service);
      for (const [i, value] of ['a', 'b', 'c'].entries()) harness.processElement(value, i);
      harness.processElement('d');
      service.answer('a', ['x', 'y']);
      service.answer('b', []);
      service.answer('c');
      service.answer('d');
      await harness.settle();
      expect(harness.output).to.deep.equal([
        { type: 'record', value: 'x', timestamp: 0 },
        { type: 'record', value: 'y', timestamp: 0 },
        { type: 'record', value: 'C', timestamp: 2 },
        { type: 'record', value: 'D', timestamp: undefined },
      ]);
    });

    it('takes the first one only', async () => {
      const harness = await opened(service);
      harness.processElement('a');
      service.answer('a', ['first']);
      service.answer('a', ['second']);
      service.fail('a');
      await harness.settle();
      service.answer('a', ['third']);
      await harness.settle();
      expect(harness.records()).to.deep.equal(['first']);
    });

    it('may come at once, as a promise, or through the future of an async method', async () => {
      const mixed: AsyncFunction<string, string> = {
        asyncInvoke(value, future) {
          if (value === 'now') return future.complete(['now']);
          if (value === 'promise') return Promise.resolve(['promise']);
          return Promise.resolve().then(() => future.complete(['future']));
        },
      };
      const harness = await opened(mixed);
      for (const value of ['future', 'promise', 'now']) harness.processElement(value);
      await harness.endInput();
      expect(harness.records()).to.deep.equal(['future', 'promise', 'now']);
    });

    it('must be arrays: anything else fails with operator and record', async () => {
      for (const wrong of ['text', undefined, 5, new Set(['a'])]) {
        const lambda = (async () => wrong) as unknown as AsyncLambda<string, string>;
        const harness = await opened(lambda);
        harness.processElement('the record');
        const error = await flinkRejectionOf('ASYNC_RESULT_INVALID', harness.settle());
        expect(error.message).to.include("'enrich'").and.to.include("'the record'");
      }
    });

    it('of a promise that rejects fail the job with operator, record and cause', async () => {
      const harness = await opened(async (value: string) => {
        throw new Error(`cannot find ${value}`);
      });
      harness.processElement('a');
      const error = await flinkRejectionOf('USER_FUNCTION_FAILED', harness.settle());
      expect(error.message).to.include("'enrich'").and.to.include("'a'").and.to.include('cannot find a');
      expect((error.cause as Error).message).to.equal('cannot find a');
    });

    it('thrown at once count as failures', async () => {
      const harness = await opened({
        asyncInvoke: () => {
          throw new Error('at once');
        },
      });
      flinkErrorOf('USER_FUNCTION_FAILED', () => harness.processElement('a'));
    });

    it('that come after the end are ignored', async () => {
      const harness = await opened(service);
      harness.processElement('a');
      await harness.close(true);
      service.answer('a');
      await harness.settle();
      expect(harness.output).to.deep.equal([]);
    });
  });

  describe('capacity', () => {
    it('never has more requests on their way, also when more records come at a stretch', async () => {
      const harness = await opened(service, { capacity: 2 });
      for (const value of ['a', 'b', 'c', 'd', 'e']) harness.processElement(value);
      expect(service.asked).to.deep.equal(['a', 'b']);
      service.answer('b');
      await harness.settle();
      // An answer that waits for its turn still takes a place.
      expect(service.asked).to.deep.equal(['a', 'b']);
      service.answer('a');
      await harness.settle();
      expect(service.asked).to.deep.equal(['a', 'b', 'c', 'd']);
      for (const value of ['c', 'd']) service.answer(value);
      await harness.settle();
      service.answer('e');
      await harness.endInput();
      expect(harness.records()).to.deep.equal(['A', 'B', 'C', 'D', 'E']);
    });

    it('holds watermarks behind records that wait', async () => {
      const harness = await opened(service, { capacity: 1, outputMode: 'UNORDERED' });
      harness.processElement('a');
      harness.processElement('b');
      harness.processWatermark(7);
      service.answer('a');
      await harness.settle();
      expect(harness.watermarks()).to.deep.equal([]);
      service.answer('b');
      await harness.settle();
      expect(harness.watermarks()).to.deep.equal([7]);
    });
  });

  describe('timeout', () => {
    it('fails the job with record and time, unless the function says otherwise', async () => {
      const harness = await opened(service, { timeoutMs: 1_000 });
      harness.processElement('a');
      harness.setProcessingTime(999);
      const error = flinkErrorOf('ASYNC_TIMEOUT', () => harness.setProcessingTime(1_000));
      expect(error.message).to.include('timed out').and.to.include("'a'").and.to.include('1000 ms');
    });

    it('comes for each record in its own time, and not for those that were answered', async () => {
      const timedOut: string[] = [];
      const patient = Object.assign(service, {
        timeout: (value: string, future: ResultFuture<string>) => {
          timedOut.push(value);
          future.complete([`no ${value}`]);
        },
      });
      const harness = await opened(patient, { timeoutMs: 100 });
      harness.processElement('a');
      harness.setProcessingTime(40);
      harness.processElement('b');
      harness.processElement('c');
      service.answer('b');
      await harness.settle();
      harness.setProcessingTime(100);
      expect(timedOut).to.deep.equal(['a']);
      harness.setProcessingTime(139);
      expect(timedOut).to.deep.equal(['a']);
      harness.setProcessingTime(140);
      expect(timedOut).to.deep.equal(['a', 'c']);
      await harness.settle();
      expect(harness.records()).to.deep.equal(['no a', 'B', 'no c']);
    });

    it('lets an answer that comes during timeout() count, whichever is first', async () => {
      const slow = Object.assign(service, { timeout: () => undefined });
      const harness = await opened(slow, { timeoutMs: 100 });
      harness.processElement('a');
      harness.setProcessingTime(100);
      service.answer('a');
      await harness.settle();
      expect(harness.records()).to.deep.equal(['A']);
    });

    it('does not come when the answer is there but not looked at yet', async () => {
      const harness = await opened(service, { timeoutMs: 100 });
      harness.processElement('a');
      service.answer('a');
      harness.setProcessingTime(100);
      expect(harness.records()).to.deep.equal(['A']);
    });

    it('may be 0: then a request may take for ever', async () => {
      const harness = await opened(service);
      harness.processElement('a');
      harness.setProcessingTime(1e9);
      service.answer('a');
      await harness.settle();
      expect(harness.records()).to.deep.equal(['A']);
    });
  });

  describe('retries', () => {
    const { FixedDelayRetryStrategyBuilder, ExponentialBackoffDelayRetryStrategyBuilder } = AsyncRetryStrategies;
    const onErrors = new FixedDelayRetryStrategyBuilder<string>(2, 100)
      .ifException(RetryPredicates.HAS_EXCEPTION_PREDICATE)
      .build();

    it('ask again after the delay, as often as the strategy allows, and then fail', async () => {
      const harness = await opened(service, { timeoutMs: 10_000, retryStrategy: onErrors });
      harness.processElement('a');
      for (const attempt of [1, 2]) {
        service.fail('a');
        await harness.settle();
        harness.setProcessingTime(attempt * 100 - 1);
        expect(service.asked.length).to.equal(attempt);
        harness.setProcessingTime(attempt * 100);
        expect(service.asked.length).to.equal(attempt + 1);
      }
      service.fail('a');
      const error = await flinkRejectionOf('USER_FUNCTION_FAILED', harness.settle());
      expect(error.message).to.include('no a');
    });

    it('are for the outcomes that the predicates name', async () => {
      const retryStrategy = new FixedDelayRetryStrategyBuilder<string>(5, 100)
        .ifResult(RetryPredicates.EMPTY_RESULT_PREDICATE)
        .ifException((error) => (error as Error).message === 'later')
        .build();
      const harness = await opened(service, { timeoutMs: 10_000, retryStrategy });
      harness.processElement('a');
      service.answer('a', []);
      await harness.settle();
      harness.setProcessingTime(100);
      service.fail('a', new Error('later'));
      await harness.settle();
      harness.setProcessingTime(200);
      expect(service.asked.length).to.equal(3);
      service.fail('a', new Error('never'));
      await flinkRejectionOf('USER_FUNCTION_FAILED', harness.settle());
    });

    it('give empty results through when no attempt is left', async () => {
      const retryStrategy = new FixedDelayRetryStrategyBuilder<string>(1, 100)
        .ifResult(RetryPredicates.EMPTY_RESULT_PREDICATE)
        .build();
      const harness = await opened(service, { timeoutMs: 10_000, retryStrategy });
      harness.processElement('a');
      harness.processElement('b');
      service.answer('a', []);
      service.answer('b');
      await harness.settle();
      harness.setProcessingTime(100);
      service.answer('a', []);
      await harness.settle();
      expect(harness.records()).to.deep.equal(['B']);
    });

    it('wait longer each time with exponential backoff, up to the longest delay', async () => {
      const retryStrategy = new ExponentialBackoffDelayRetryStrategyBuilder<string>(5, 100, 350, 2)
        .ifException(RetryPredicates.HAS_EXCEPTION_PREDICATE)
        .build();
      const harness = await opened(service, { timeoutMs: 10_000, retryStrategy });
      const askedAt: number[] = [];
      harness.processElement('a');
      while (service.asked.length < 6) {
        askedAt.push(harness.processingTime);
        const attempts = service.asked.length;
        service.fail('a');
        await harness.settle();
        while (service.asked.length === attempts) harness.setProcessingTime(harness.processingTime + 10);
      }
      expect(askedAt).to.deep.equal([0, 100, 300, 650, 1_000]);
    });

    it('all count toward one timeout, which calls them off', async () => {
      const patient = Object.assign(service, { timeout: async (value: string) => [`gave ${value} up`] });
      const harness = await opened(patient, { timeoutMs: 150, retryStrategy: onErrors });
      harness.processElement('a');
      service.fail('a');
      await harness.settle();
      harness.setProcessingTime(100);
      service.fail('a');
      await harness.settle();
      harness.setProcessingTime(1_000);
      await harness.settle();
      expect(service.asked.length).to.equal(2);
      expect(harness.records()).to.deep.equal(['gave a up']);
    });

    it('ignore what an earlier attempt still says', async () => {
      const harness = await opened(service, { timeoutMs: 10_000, retryStrategy: onErrors });
      harness.processElement('a');
      const first = service.last('a');
      service.fail('a');
      await harness.settle();
      first.complete(['between attempts']);
      await harness.settle();
      harness.setProcessingTime(100);
      first.complete(['too late']);
      await harness.settle();
      expect(harness.records()).to.deep.equal([]);
      service.answer('a');
      await harness.settle();
      expect(harness.records()).to.deep.equal(['A']);
    });

    it('go on at the end of the input', async () => {
      const harness = await opened(service, { timeoutMs: 10_000, retryStrategy: onErrors });
      harness.processElement('a');
      service.fail('a');
      const asyncInvoke = service.asyncInvoke.bind(service);
      service.asyncInvoke = (value, future) => {
        asyncInvoke(value, future);
        future.complete(['second attempt']);
      };
      await harness.endInput();
      expect(harness.records()).to.deep.equal(['second attempt']);
    });
  });

  describe('snapshots', () => {
    it('hold what is not answered, with the watermarks between, and ask again', async () => {
      const harness = await opened(service, { capacity: 2 });
      harness.processElement('a', 1);
      harness.processElement('b', 2);
      harness.processWatermark(2);
      harness.processElement('c', 3);
      service.answer('a');
      service.answer('b');
      const snapshot = harness.snapshot();
      expect(snapshot.operator.pendingElements).to.deep.equal([
        { value: 'a', timestamp: 1 },
        { value: 'b', timestamp: 2 },
        { watermark: 2 },
        { value: 'c', timestamp: 3 },
      ]);
      await harness.close(true);
      const again = new Service();
      const restored = await opened(again, { capacity: 2 }, { restoreFrom: snapshot });
      expect(again.asked).to.deep.equal(['a', 'b']);
      for (const value of ['b', 'a']) again.answer(value);
      await restored.settle();
      again.answer('c');
      await restored.settle();
      expect(restored.output).to.deep.equal([
        { type: 'record', value: 'A', timestamp: 1 },
        { type: 'record', value: 'B', timestamp: 2 },
        { type: 'watermark', timestamp: 2 },
        { type: 'record', value: 'C', timestamp: 3 },
      ]);
    });

    it('begin the timeout anew', async () => {
      const harness = await opened(service, { timeoutMs: 100 });
      harness.processElement('a');
      harness.setProcessingTime(90);
      const restored = await opened(service, { timeoutMs: 100 }, { restoreFrom: harness.snapshot() });
      restored.setProcessingTime(189);
      flinkErrorOf('ASYNC_TIMEOUT', () => restored.setProcessingTime(190));
    });
  });

  it('waits at the end of the input until the last answer is there', async () => {
    const harness = await opened(service, { timeoutMs: 100 });
    Object.assign(service, { timeout: (_value: string, future: ResultFuture<string>) => future.complete(['late']) });
    harness.processElement('a');
    await harness.endInput();
    expect(harness.records()).to.deep.equal(['late']);
    expect(harness.processingTime).to.equal(100);
  });

  it('opens and closes its function, which may count but has no keyed state', async () => {
    const calls: string[] = [];
    const fn: AsyncFunction<string, string> = {
      open(context) {
        calls.push('open');
        context.getIntCounter('asked').add(1);
        flinkErrorOf('STATE_IN_ASYNC_FUNCTION', () => context.getState(valueState('x')));
      },
      asyncInvoke: async () => [],
      close: () => void calls.push('close'),
    };
    const harness = await opened(fn, {}, { keySelector: (value: string) => value });
    await harness.close();
    expect(calls).to.deep.equal(['open', 'close']);
    expect(harness.accumulators()).to.deep.equal({ asked: 1 });
  });

  it('refuses what is no asynchronous function', async () => {
    const error = await flinkRejectionOf('INVALID_FUNCTION', opened({ map: () => 1 } as never));
    expect(error.message).to.include('asyncInvoke');
  });
});
