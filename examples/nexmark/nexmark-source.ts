/** Nexmark's events as a source: the same ones each time, from any position, in any number of splits. */
import {
  type Boundedness,
  Duration,
  type Source,
  type SourceReader,
  type SourceReaderContext,
  type SplitEnumerator,
  type SplitEnumeratorContext,
  WatermarkStrategy,
} from 'flink-yarn';
import { EncodedProducer, InlineProducer } from './generator/event-producer.js';
import {
  checkConfig,
  type GeneratorConfig,
  generatorConfig,
  type NexmarkConfig,
  splitContiguously,
} from './generator/nexmark-config.js';
import { NexmarkReader } from './generator/nexmark-reader.js';
import {
  contiguousSplits,
  type NexmarkSplit,
  NexmarkSplitEnumerator,
  stripedSplits,
} from './generator/nexmark-split.js';
import { type SourceClock, SYSTEM_CLOCK } from './generator/pace.js';
import type { NexmarkEvent } from './model.js';

export interface NexmarkSourceOptions extends NexmarkConfig {
  /**
   * `striped`: every split has each so manieth event, and together they are one data set, whatever their number.
   * `contiguous`: every split is a generator with a range of ids of its own, as in the reference; so the number of splits
   * changes the data.
   */
  readonly splitting: 'striped' | 'contiguous';
  /** At least 1. More than the parallelism is fine, less leaves readers without work. */
  readonly splits: number;
  /** Events per second of wall clock, over all readers together. Default: as fast as the job takes them. */
  readonly maxSpeed?: number;
  /**
   * `inline` makes events when they are emitted. `encoded` makes all of a split first, in memory, some 160 bytes an event,
   * and then emits by decoding.
   */
  readonly mode: 'inline' | 'encoded';
}

/** Throws a RangeError for options that make no sense. */
export function nexmarkSource(
  options: NexmarkSourceOptions,
  clock: SourceClock = SYSTEM_CLOCK,
): Source<NexmarkEvent, NexmarkSplit, readonly NexmarkSplit[]> {
  return new NexmarkSource(options, clock);
}

/** Bids, persons and auctions may be up to 4 s of event time late. */
export const nexmarkWatermarks = WatermarkStrategy.forBoundedOutOfOrderness<NexmarkEvent>(
  Duration.ofSeconds(4),
).withTimestampAssigner((event) => event.dateTime);

class NexmarkSource implements Source<NexmarkEvent, NexmarkSplit, readonly NexmarkSplit[]> {
  readonly description = 'Nexmark';
  readonly boundedness: Boundedness = 'BOUNDED';
  readonly maxParallelism: number;
  private readonly generators: readonly GeneratorConfig[];
  private readonly splits: readonly NexmarkSplit[];
  private readonly mode: NexmarkSourceOptions['mode'];
  private readonly splitSpeed: number;
  private readonly clock: SourceClock;

  constructor(options: NexmarkSourceOptions, clock: SourceClock) {
    const { splitting, splits, maxSpeed = Number.POSITIVE_INFINITY } = options;
    if (!Number.isSafeInteger(splits) || splits < 1) throw new RangeError(`splits must be at least 1: ${splits}`);
    if (!(maxSpeed > 0)) throw new RangeError(`maxSpeed must be above 0: ${maxSpeed}`);
    checkConfig(options, splitting === 'contiguous' ? splits : 1);
    this.generators = splitting === 'contiguous' ? splitContiguously(options, splits) : [generatorConfig(options)];
    this.splits =
      splitting === 'contiguous'
        ? contiguousSplits(this.generators.map(({ events }) => events))
        : stripedSplits(options.events, splits);
    this.maxParallelism = splits;
    this.mode = options.mode;
    this.splitSpeed = maxSpeed / splits;
    this.clock = clock;
  }

  createEnumerator(
    context: SplitEnumeratorContext<NexmarkSplit>,
  ): SplitEnumerator<NexmarkSplit, readonly NexmarkSplit[]> {
    return new NexmarkSplitEnumerator(context, this.splits);
  }

  restoreEnumerator(
    context: SplitEnumeratorContext<NexmarkSplit>,
    checkpoint: readonly NexmarkSplit[],
  ): SplitEnumerator<NexmarkSplit, readonly NexmarkSplit[]> {
    return new NexmarkSplitEnumerator(context, checkpoint);
  }

  createReader(context: SourceReaderContext): SourceReader<NexmarkEvent, NexmarkSplit> {
    const Producer = this.mode === 'inline' ? InlineProducer : EncodedProducer;
    return new NexmarkReader(context, {
      producerOf: (split) => new Producer(this.generators[split.generator] as GeneratorConfig, split),
      splitSpeed: this.splitSpeed,
      clock: this.clock,
    });
  }
}
