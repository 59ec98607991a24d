/** Asks something outside for each record of a stream, many at a time, without blocking it. Mirrors: AsyncDataStream. */
import { checkArgument } from '../../core/assert.js';
import type { DataStream } from '../data-stream.js';
import { type Duration, toMillis, toPositiveMillis } from '../duration.js';
import type { TimeKind } from '../event-time.js';
import type { SingleOutputStreamOperator } from '../single-output-stream-operator.js';
import type { AsyncWaitDefinition } from '../transformation.js';
import type { AsyncFunction, AsyncLambda } from './async-function.js';
import { AsyncRetryStrategies, type AsyncRetryStrategy } from './async-retry-strategies.js';

/** Requests on their way at a time, in each subtask. */
const DEFAULT_CAPACITY = 100;

type Function<IN, OUT> = AsyncLambda<IN, OUT> | AsyncFunction<IN, OUT>;
type RetrySettings<OUT> =
  | readonly [asyncRetryStrategy: AsyncRetryStrategy<OUT>]
  | readonly [capacity: number, asyncRetryStrategy: AsyncRetryStrategy<OUT>];

/**
 * `timeout` is how long a request may take, over all its attempts; 0 stands for ever. `capacity` is how many requests of a
 * subtask may be on their way, and results wait for earlier ones: beyond it the stream is held back. After a restart
 * requests that had not been answered are made again. All throw INVALID_DURATION and ILLEGAL_ARGUMENT.
 */
export const AsyncDataStream = {
  /** Results come in the order of their records. */
  orderedWait<IN, OUT, TIME extends TimeKind>(
    stream: DataStream<IN, TIME>,
    fn: Function<IN, OUT>,
    timeout: Duration,
    capacity: number = DEFAULT_CAPACITY,
  ): SingleOutputStreamOperator<OUT, TIME> {
    return asyncWait(stream, fn, 'ORDERED', toMillis(timeout, 'timeout'), capacity);
  },

  /** Results come as they are there; no result overtakes a watermark, nor a watermark a result. */
  unorderedWait<IN, OUT, TIME extends TimeKind>(
    stream: DataStream<IN, TIME>,
    fn: Function<IN, OUT>,
    timeout: Duration,
    capacity: number = DEFAULT_CAPACITY,
  ): SingleOutputStreamOperator<OUT, TIME> {
    return asyncWait(stream, fn, 'UNORDERED', toMillis(timeout, 'timeout'), capacity);
  },

  /** As `orderedWait`; the timeout must be greater than 0. */
  orderedWaitWithRetry<IN, OUT, TIME extends TimeKind>(
    stream: DataStream<IN, TIME>,
    fn: Function<IN, OUT>,
    timeout: Duration,
    ...settings: RetrySettings<NoInfer<OUT>>
  ): SingleOutputStreamOperator<OUT, TIME> {
    const [capacity, strategy] = settings.length === 1 ? [DEFAULT_CAPACITY, settings[0]] : settings;
    return asyncWait(stream, fn, 'ORDERED', toPositiveMillis(timeout, 'timeout'), capacity, strategy);
  },

  /** As `unorderedWait`; the timeout must be greater than 0. */
  unorderedWaitWithRetry<IN, OUT, TIME extends TimeKind>(
    stream: DataStream<IN, TIME>,
    fn: Function<IN, OUT>,
    timeout: Duration,
    ...settings: RetrySettings<NoInfer<OUT>>
  ): SingleOutputStreamOperator<OUT, TIME> {
    const [capacity, strategy] = settings.length === 1 ? [DEFAULT_CAPACITY, settings[0]] : settings;
    return asyncWait(stream, fn, 'UNORDERED', toPositiveMillis(timeout, 'timeout'), capacity, strategy);
  },
} as const;

function asyncWait<IN, OUT, TIME extends TimeKind>(
  stream: DataStream<IN, TIME>,
  fn: Function<IN, OUT>,
  outputMode: AsyncWaitDefinition['outputMode'],
  timeoutMs: number,
  capacity: number,
  retryStrategy: AsyncRetryStrategy<OUT> = AsyncRetryStrategies.NO_RETRY_STRATEGY,
): SingleOutputStreamOperator<OUT, TIME> {
  checkArgument(
    Number.isInteger(capacity) && capacity > 0,
    `capacity must be a whole number greater than 0, but is ${capacity}`,
  );
  const definition = { kind: 'asyncWait', fn, outputMode, timeoutMs, capacity, retryStrategy } as const;
  return stream.transform('async wait operator', definition);
}
