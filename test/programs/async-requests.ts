/**
 * Looks each number up in a slow service: real timers, on the slots' own event loops. Arguments: ordered or unordered,
 * how many numbers, capacity.
 */
import { AsyncDataStream, AsyncRetryStrategies, IntMaximum, RetryPredicates, type RuntimeContext } from 'flink-yarn';
import { StreamExecutionEnvironment, WatermarkStrategy } from 'flink-yarn';

const [mode = 'ordered', count = '100', capacity = '10'] = process.argv.slice(2);
const env = StreamExecutionEnvironment.getExecutionEnvironment();

class LookUp {
  private readonly mostAtOnce = new IntMaximum();
  private readonly failed = new Set<number>();
  private atOnce = 0;

  open(context: RuntimeContext): void {
    context.addAccumulator('most at once', this.mostAtOnce);
  }

  async asyncInvoke(n: number): Promise<{ n: number; square: number }[]> {
    this.mostAtOnce.add(++this.atOnce);
    await new Promise((resolve) => setTimeout(resolve, (n * 7) % 10));
    this.atOnce--;
    if (n % 13 === 0 && !this.failed.has(n)) {
      this.failed.add(n);
      throw new Error(`${n} is unlucky`);
    }
    return [{ n, square: n * n }];
  }
}

const numbers = env
  .fromSequence(1, Number(count))
  .assignTimestampsAndWatermarks(WatermarkStrategy.forMonotonousTimestamps().withTimestampAssigner((n: number) => n));
const retry = new AsyncRetryStrategies.FixedDelayRetryStrategyBuilder<{ n: number; square: number }>(1, '5 ms')
  .ifException(RetryPredicates.HAS_EXCEPTION_PREDICATE)
  .build();
const wait = mode === 'ordered' ? AsyncDataStream.orderedWaitWithRetry : AsyncDataStream.unorderedWaitWithRetry;
const squares = wait(numbers, new LookUp(), '10 s', Number(capacity), retry);
const collected = squares.collectAsync();
const job = await env.executeAsync('look-ups');
export const results = await collected.toArray();
export const mostAtOnce = (await job.getJobExecutionResult()).getAccumulatorResult<number>('most at once');
