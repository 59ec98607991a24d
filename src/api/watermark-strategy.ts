/** Where event time and watermarks come from. Mirrors: WatermarkStrategy, WatermarkGenerator, TimestampAssigner. */
import { type Duration, toMillis, toPositiveMillis } from './duration.js';
import { checkArgument } from '../core/assert.js';
import { BoundedOutOfOrdernessWatermarks, NoWatermarksGenerator } from './watermark-generators.js';

const DEFAULT_UPDATE_INTERVAL_MS = 1_000;

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

/** Which sources wait for each other, and how far one may be ahead. Mirrors: WatermarkAlignmentParams. */
export interface WatermarkAlignmentParams {
  /** Sources of one job with the same group are aligned. */
  readonly group: string;
  /** Milliseconds of event time by which a watermark may be ahead of the lowest in the group. */
  readonly maxAllowedWatermarkDriftMs: number;
  /** Milliseconds between two reports, and between two answers. */
  readonly updateIntervalMs: number;
}

export interface WatermarkStrategy<T> {
  readonly description: string;
  createWatermarkGenerator(): WatermarkGenerator<T>;
  readonly timestampAssigner?: TimestampAssigner<T> | undefined;
  /** Without records for this long, the input no longer holds back the watermark. */
  readonly idleTimeoutMs?: number | undefined;
  readonly alignment?: WatermarkAlignmentParams | undefined;
}

/** A stream with this strategy has no event time: the mark tells the compiler. */
export interface NoWatermarksStrategy<T> extends WatermarkStrategy<T> {
  readonly hasWatermarks: false;
}
/** A stream with any other strategy has event time. */
export type EventTimeStrategy<T> = WatermarkStrategy<T> & { readonly hasWatermarks?: true };

interface Refinements {
  readonly timestampAssigner: TimestampAssigner<never> | undefined;
  readonly idleTimeoutMs: number | undefined;
  readonly alignment: WatermarkAlignmentParams | undefined;
}

const UNREFINED: Refinements = { timestampAssigner: undefined, idleTimeoutMs: undefined, alignment: undefined };

/** A strategy to be refined; each call returns a new one. */
export class ConfigurableWatermarkStrategy<T> implements WatermarkStrategy<T> {
  readonly description: string;
  readonly timestampAssigner: TimestampAssigner<T> | undefined;
  readonly idleTimeoutMs: number | undefined;
  readonly alignment: WatermarkAlignmentParams | undefined;
  private readonly generator: () => WatermarkGenerator<T>;

  /** @internal */
  constructor(description: string, generator: () => WatermarkGenerator<T>, refinements: Refinements = UNREFINED) {
    this.description = description;
    this.generator = generator;
    this.timestampAssigner = refinements.timestampAssigner as TimestampAssigner<T> | undefined;
    this.idleTimeoutMs = refinements.idleTimeoutMs;
    this.alignment = refinements.alignment;
  }

  createWatermarkGenerator(): WatermarkGenerator<T> {
    return this.generator();
  }

  /**
   * Event time of a record, in milliseconds since the epoch. Without a call: what the source attached. As the last call
   * of the chain it knows the type of the records from the stream that the strategy is given to.
   */
  withTimestampAssigner<U extends T = T>(assigner: TimestampAssigner<U>): ConfigurableWatermarkStrategy<U> {
    return this.refined<U>({ timestampAssigner: assigner });
  }

  /** A subtask without records for this long no longer holds back the watermark of the others. */
  withIdleness(timeout: Duration): ConfigurableWatermarkStrategy<T> {
    return this.refined({ idleTimeoutMs: toPositiveMillis(timeout, 'withIdleness') });
  }

  /**
   * A subtask of a source whose watermark is more than `maxAllowedWatermarkDrift` ahead of the lowest in the group pauses
   * until the others have come up; idle and ended ones hold nobody. For strategies that are given to `env.fromSource`;
   * a source is aligned as a whole, not split by split. Throws INVALID_DURATION, ILLEGAL_ARGUMENT for an empty group.
   */
  withWatermarkAlignment(
    watermarkGroup: string,
    maxAllowedWatermarkDrift: Duration,
    updateInterval: Duration = DEFAULT_UPDATE_INTERVAL_MS,
  ): ConfigurableWatermarkStrategy<T> {
    checkArgument(watermarkGroup !== '', 'withWatermarkAlignment: the group must have a name');
    const alignment: WatermarkAlignmentParams = {
      group: watermarkGroup,
      maxAllowedWatermarkDriftMs: toMillis(maxAllowedWatermarkDrift, 'maxAllowedWatermarkDrift'),
      updateIntervalMs: toPositiveMillis(updateInterval, 'updateInterval'),
    };
    return this.refined({ alignment });
  }

  private refined<U extends T = T>(change: Partial<Refinements>): ConfigurableWatermarkStrategy<U> {
    const { timestampAssigner, idleTimeoutMs, alignment } = this;
    return new ConfigurableWatermarkStrategy<U>(this.description, this.generator as () => WatermarkGenerator<U>, {
      timestampAssigner,
      idleTimeoutMs,
      alignment,
      ...change,
    });
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
