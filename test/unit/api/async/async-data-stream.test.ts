import { expect } from 'chai';
import { AsyncDataStream, AsyncRetryStrategies, type DataStream, RetryPredicates } from '../../../../src/index.js';
import { flinkErrorOf } from '../../../helpers/flink-errors.js';
import { recordingEnvironment, streamGraphOf } from '../../../helpers/recording-environment.js';

const double = async (n: number): Promise<number[]> => [n * 2];

function numbers(): DataStream<number> {
  return recordingEnvironment().env.fromData(1, 2, 3);
}

describe('AsyncDataStream', () => {
  it('is an operator of its own in the plan, with what the user gave', async () => {
    const graph = await streamGraphOf((env) => {
      AsyncDataStream.unorderedWait(env.fromData(1), double, '5 s', 7).print();
    });
    const node = graph.nodes.find(({ definition }) => definition.kind === 'asyncWait');
    expect(node?.name).to.equal('async wait operator');
    expect(node?.description).to.equal('AsyncWait(UNORDERED, timeout 5000, capacity 7)');
  });

  it('has room for 100 requests unless told otherwise', async () => {
    const strategy = AsyncRetryStrategies.NO_RETRY_STRATEGY;
    const graph = await streamGraphOf((env) => {
      const ordered = AsyncDataStream.orderedWait(env.fromData(1), double, 0);
      AsyncDataStream.orderedWaitWithRetry(ordered, double, 1, strategy).print();
      AsyncDataStream.unorderedWaitWithRetry(ordered, double, 1, 3, strategy).print();
    });
    const capacities = graph.nodes.flatMap(({ definition: d }) => (d.kind === 'asyncWait' ? [d.capacity] : []));
    expect(capacities).to.deep.equal([100, 100, 3]);
  });

  it('refuses a capacity that is no room, and a timeout that is none where retries need one', () => {
    for (const capacity of [0, -1, 1.5, Number.NaN]) {
      const error = flinkErrorOf('ILLEGAL_ARGUMENT', () => AsyncDataStream.orderedWait(numbers(), double, 1, capacity));
      expect(error.message).to.include('capacity').and.to.include(String(capacity));
    }
    flinkErrorOf('INVALID_DURATION', () => AsyncDataStream.orderedWait(numbers(), double, -1));
    flinkErrorOf('INVALID_DURATION', () =>
      AsyncDataStream.orderedWaitWithRetry(numbers(), double, 0, AsyncRetryStrategies.NO_RETRY_STRATEGY),
    );
  });
});

describe('AsyncRetryStrategies', () => {
  const { FixedDelayRetryStrategyBuilder: Fixed, ExponentialBackoffDelayRetryStrategyBuilder: Exponential } =
    AsyncRetryStrategies;

  it('allow as many further attempts as they were given', () => {
    const strategy = new Fixed<number>(2, '1 s').build();
    expect([1, 2, 3].map((attempts) => strategy.canRetry(attempts))).to.deep.equal([true, true, false]);
    expect(strategy.getBackoffTimeMillis(2)).to.equal(1_000);
    expect(AsyncRetryStrategies.NO_RETRY_STRATEGY.canRetry()).to.equal(false);
  });

  it('grow the delay from the first to the longest', () => {
    const strategy = new Exponential<number>(10, 100, '1 s', 1.5).build();
    const delays = [1, 2, 3, 4, 5, 6, 7, 8].map((attempts) => strategy.getBackoffTimeMillis(attempts));
    expect(delays).to.deep.equal([100, 150, 225, 337, 506, 759, 1_000, 1_000]);
  });

  it('have the predicates that were set, and no others', () => {
    expect(new Fixed<number>(1, 1).build().getRetryPredicate()).to.deep.equal({});
    const both = new Fixed<number>(1, 1)
      .ifResult(RetryPredicates.EMPTY_RESULT_PREDICATE)
      .ifException((error) => error instanceof TypeError)
      .build()
      .getRetryPredicate();
    expect([both.resultPredicate?.([]), both.resultPredicate?.([1])]).to.deep.equal([true, false]);
    expect([both.exceptionPredicate?.(new TypeError()), both.exceptionPredicate?.(new Error())]).to.deep.equal([
      true,
      false,
    ]);
  });

  it('refuse what is no number of attempts, no delay and no growth', () => {
    for (const attempts of [0, -1, 1.5]) flinkErrorOf('ILLEGAL_ARGUMENT', () => new Fixed(attempts, 1));
    flinkErrorOf('INVALID_DURATION', () => new Fixed(1, 0));
    flinkErrorOf('INVALID_DURATION', () => new Exponential(1, 1, 0, 2));
    flinkErrorOf('ILLEGAL_ARGUMENT', () => new Exponential(1, 1, 1, 0.5));
    flinkErrorOf('ILLEGAL_ARGUMENT', () => new Exponential(1, 1, 1, Number.NaN));
  });
});
