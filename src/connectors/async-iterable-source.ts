/** A stream from whatever JavaScript can iterate: generators, Node streams, event iterators. One reader. */
import type { Boundedness, SourceSplit } from '../api/source.js';
import { BatchSplitSource } from './batch-split-source.js';

export interface AsyncIterableSourceOptions {
  /** Default BOUNDED: the job ends when the iterable does. */
  readonly boundedness?: Boundedness;
  /** Records that may wait for the job before the iterable is asked for more. Default 1024. */
  readonly prefetchRecords?: number;
  /** Default `Async Iterable`. */
  readonly description?: string;
}

/**
 * Reads what `create()` returns. After a failure `create` is called again and as many records are skipped as were
 * emitted: exact when it yields the same records again, as a file does and a socket does not.
 *
 * @example env.fromSource(fromAsyncIterable(() => ticks()), WatermarkStrategy.noWatermarks(), 'ticks')
 */
export function fromAsyncIterable<T>(
  create: () => AsyncIterable<T> | Iterable<T>,
  options: AsyncIterableSourceOptions = {},
): BatchSplitSource<T, SourceSplit> {
  return new BatchSplitSource({
    description: options.description ?? 'Async Iterable',
    boundedness: options.boundedness ?? 'BOUNDED',
    prefetchRecords: options.prefetchRecords ?? 1_024,
    maxParallelism: 1,
    splits: () => [{ splitId: 'all' }],
    read: () => oneByOne(create()),
  });
}

/** Nothing says how many records an iterable has ready: waiting to fill a larger batch would hold some back. */
function oneByOne<T>(iterable: AsyncIterable<T> | Iterable<T>): AsyncIterable<readonly T[]> {
  const isAsync = Symbol.asyncIterator in iterable;
  const iterator = isAsync ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]();
  const batches: AsyncIterator<readonly T[]> = {
    async next() {
      const next = await iterator.next();
      return next.done === true ? { done: true, value: undefined } : { done: false, value: [next.value] };
    },
    async return() {
      await iterator.return?.();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => batches };
}
