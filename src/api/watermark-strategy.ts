/** Where event time and watermarks come from. Mirrors: WatermarkStrategy, WatermarkGenerator, TimestampAssigner. */
import { type Duration, toMillis, toPositiveMillis } from './duration.js';
import { BoundedOutOfOrdernessWatermarks, NoWatermarksGenerator } from './watermark-generators.js';

/** Takes watermarks: `-Infinity` is before all, each one says that no record with a smaller or equal time follows. */
export interface WatermarkOutput {
  emitWatermark(timestamp: number): void;
}

export interface WatermarkGenerator<T> {
  onEvent(value: T, timestamp: number, output: WatermarkOutput): void;
  /** Called every `pipeline.auto-watermark-interval` (default 200 ms). */
  onPeriodicEmit(output: WatermarkOutput): void;
}

/** Event time in ms of a record; `recordTimestamp` is what the source attached, `-Infinity` when nothing. */
export type TimestampAssigner<T> = (value: T, recordTimestamp: number) => number;

export interface WatermarkStrategy<T> {
  readonly description: string;
  createWatermarkGenerator(): WatermarkGenerator<T>;
  readonly timestampAssigner?: TimestampAssigner<T> | undefined;
  /** Without records for this long, the input no longer holds back the watermark. */
  readonly idleTimeoutMs?: number | undefined;
}

/** A stream with this strategy has no event time: the mark tells the compiler. */
export interface NoWatermarksStrategy<T> extends WatermarkStrategy<T> {
  readonly hasWatermarks: false;
}
/** A stream with any other strategy has event time. */
export type EventTimeStrategy<T> = WatermarkStrategy<T> & { readonly hasWatermarks?: true };

/** A strategy to be refined; each call returns a new one. */
export class ConfigurableWatermarkStrategy<T> implements WatermarkStrategy<T> {
  readonly description: string;
  readonly timestampAssigner: TimestampAssigner<T> | undefined;
  readonly idleTimeoutMs: number | undefined;
  private readonly generator: () => WatermarkGenerator<T>;

  constructor(
    description: string,
    generator: () => WatermarkGenerator<T>,
    timestampAssigner?: TimestampAssigner<T>,
    idleTimeoutMs?: number,
  ) {
    this.description = description;
    this.generator = generator;
    this.timestampAssigner = timestampAssigner;
    this.idleTimeoutMs = idleTimeoutMs;
  }

  createWatermarkGenerator(): WatermarkGenerator<T> {
    return this.generator();
  }

  /**
   * Event time of a record, in milliseconds since the epoch. Without a call: what the source attached. As the last call
   * of the chain it knows the type of the records from the stream that the strategy is given to.
   */
  withTimestampAssigner<U extends T = T>(assigner: TimestampAssigner<U>): ConfigurableWatermarkStrategy<U> {
    return new ConfigurableWatermarkStrategy<U>(this.description, this.generator, assigner, this.idleTimeoutMs);
  }

  /** A subtask without records for this long no longer holds back the watermark of the others. */
  withIdleness(timeout: Duration): ConfigurableWatermarkStrategy<T> {
    const idleTimeoutMs = toPositiveMillis(timeout, 'withIdleness');
    return new ConfigurableWatermarkStrategy<T>(
      this.description,
      this.generator,
      this.timestampAssigner,
      idleTimeoutMs,
    );
  }
}

export const WatermarkStrategy = {
  /** For records that come in the order of their timestamps, in each split. */
  forMonotonousTimestamps<T = unknown>(): ConfigurableWatermarkStrategy<T> {
    return new ConfigurableWatermarkStrategy<T>('MonotonousTimestamps()', () => new BoundedOutOfOrdernessWatermarks(0));
  },

  /** For records that come at most `maxOutOfOrderness` later, in event time, than the latest one before. */
  forBoundedOutOfOrderness<T = unknown>(maxOutOfOrderness: Duration): ConfigurableWatermarkStrategy<T> {
    const millis = toMillis(maxOutOfOrderness, 'maxOutOfOrderness');
    return new ConfigurableWatermarkStrategy<T>(
      `BoundedOutOfOrderness(${millis})`,
      () => new BoundedOutOfOrdernessWatermarks(millis),
    );
  },

  /** Watermarks from a generator of one's own; each subtask, or split, gets one from the supplier. */
  forGenerator<T>(supplier: () => WatermarkGenerator<T>): ConfigurableWatermarkStrategy<T> {
    return new ConfigurableWatermarkStrategy<T>('Generator()', supplier);
  },

  /** For streams without event time. */
  noWatermarks<T = unknown>(): NoWatermarksStrategy<T> {
    return {
      description: 'NoWatermarks()',
      hasWatermarks: false,
      createWatermarkGenerator: () => new NoWatermarksGenerator(),
    };
  },
} as const;
