/** Assigns event time and makes watermarks, as an operator and for sources. Mirrors: TimestampsAndWatermarksOperator. */
import type {
  TimestampAssigner,
  WatermarkGenerator,
  WatermarkOutput,
  WatermarkStrategy,
} from '../api/watermark-strategy.js';
import type { Clock } from '../core/clock.js';
import { FlinkError } from '../core/errors.js';
import { MAX_WATERMARK, MIN_WATERMARK, NO_TIMESTAMP } from '../core/time-constants.js';
import { renderValue } from '../serialization/render-value.js';
import type { OneInputOperator, OperatorContext, Output } from './stream-operator.js';

export interface WatermarkDriverOptions {
  /** Operator, for error messages. */
  readonly name: string;
  readonly strategy: WatermarkStrategy<never>;
  readonly output: Pick<Output, 'emitWatermark' | 'emitIdle'>;
  readonly clock: Clock;
  /** 0 asks the generator after every record. */
  readonly intervalMs: number;
}

/**
 * Runs one watermark strategy: `assignTimestamp`, emit the record, `onRecord`; and `onPeriodic` once an interval. What
 * it emits only rises, and an input without records for the idle timeout is declared idle until its next record.
 */
export class WatermarkDriver {
  /** How often `onPeriodic` is wanted; undefined if never. */
  readonly periodMs: number | undefined;
  private readonly asksAfterEachRecord: boolean;
  private readonly name: string;
  private readonly generator: WatermarkGenerator<unknown>;
  private readonly assigner: TimestampAssigner<unknown> | undefined;
  private readonly idleTimeoutMs: number | undefined;
  private readonly output: Pick<Output, 'emitWatermark' | 'emitIdle'>;
  private readonly clock: Clock;
  private readonly watermarks: WatermarkOutput;
  private watermark = MIN_WATERMARK;
  private records = 0;
  private recordsSeen = 0;
  private quietSince: number | undefined;
  private isIdle = false;

  constructor(options: WatermarkDriverOptions) {
    const strategy = options.strategy as WatermarkStrategy<unknown>;
    // Idleness needs the clock also when watermarks are made with every record.
    const period = options.intervalMs > 0 ? options.intervalMs : strategy.idleTimeoutMs;
    this.periodMs = period === undefined ? undefined : Math.max(1, period);
    this.asksAfterEachRecord = options.intervalMs === 0;
    this.name = options.name;
    this.output = options.output;
    this.clock = options.clock;
    this.generator = strategy.createWatermarkGenerator();
    this.assigner = strategy.timestampAssigner;
    this.idleTimeoutMs = strategy.idleTimeoutMs;
    this.watermarks = { emitWatermark: (timestamp) => this.emit(timestamp) };
  }

  get currentWatermark(): number {
    return this.watermark;
  }

  /** Event time of the record in whole milliseconds; throws INVALID_TIMESTAMP if the assigner has no number. hot path */
  assignTimestamp(value: unknown, recordTimestamp: number): number {
    if (this.isIdle) this.becomeActive();
    const timestamp = this.assigner === undefined ? recordTimestamp : this.assigner(value, recordTimestamp);
    return Number.isInteger(timestamp) ? timestamp : this.wholeMillis(timestamp, value);
  }

  /** To be called after the record was emitted, so that a watermark made from it follows it. hot path */
  onRecord(value: unknown, timestamp: number): void {
    this.records++;
    this.generator.onEvent(value, timestamp, this.watermarks);
    if (this.asksAfterEachRecord) this.generator.onPeriodicEmit(this.watermarks);
  }

  /**
   * To be called once every `periodMs`; finds out idleness as well. A source that is `paused` has no records because
   * nobody asks it for any: that is no idleness.
   */
  onPeriodic(paused = false): void {
    if (paused) this.quietSince = undefined;
    else if (this.checkIdle()) return;
    this.emitNow();
  }

  /** Asks the generator for a watermark between two periods. */
  emitNow(): void {
    this.generator.onPeriodicEmit(this.watermarks);
  }

  /** Windows end on whole milliseconds: a fraction past the last of them would belong nowhere. */
  private wholeMillis(timestamp: number, value: unknown): number {
    if (Number.isFinite(timestamp)) return Math.floor(timestamp);
    if (this.assigner === undefined && timestamp === NO_TIMESTAMP) return timestamp;
    throw invalidTimestamp(timestamp, value, this.name);
  }

  private emit(timestamp: number): void {
    if (typeof timestamp !== 'number' || Number.isNaN(timestamp)) throw invalidWatermark(timestamp, this.name);
    if (timestamp <= this.watermark) return;
    this.watermark = timestamp;
    this.output.emitWatermark(timestamp);
  }

  private checkIdle(): boolean {
    if (this.idleTimeoutMs === undefined) return false;
    if (this.records !== this.recordsSeen) {
      this.recordsSeen = this.records;
      this.quietSince = undefined;
      return false;
    }
    const now = this.clock.monotonic();
    this.quietSince ??= now;
    if (now - this.quietSince < this.idleTimeoutMs) return false;
    if (!this.isIdle) {
      this.isIdle = true;
      this.output.emitIdle(true);
    }
    return true;
  }

  private becomeActive(): void {
    this.isIdle = false;
    this.output.emitIdle(false);
  }
}

/** Forgets the watermarks and idleness of its input, except the watermark that ends event time. */
export class TimestampsAndWatermarksOperator implements OneInputOperator {
  private readonly context: OperatorContext;
  private readonly driver: WatermarkDriver;
  private cancelPeriodic: (() => void) | undefined;

  constructor(strategy: WatermarkStrategy<never>, context: OperatorContext) {
    this.context = context;
    const { name, output, clock, autoWatermarkIntervalMs: intervalMs } = context;
    this.driver = new WatermarkDriver({ name, strategy, output, clock, intervalMs });
  }

  open(): void {
    this.schedulePeriodic();
  }

  /** hot path */
  processElement(value: unknown, recordTimestamp: number): void {
    const timestamp = this.driver.assignTimestamp(value, recordTimestamp);
    this.context.output.collect(value, timestamp);
    this.driver.onRecord(value, timestamp);
  }

  processWatermark(timestamp: number): void {
    if (timestamp === MAX_WATERMARK) this.context.output.emitWatermark(timestamp);
  }

  processIdle(_isIdle: boolean): void {
    // Idleness of this operator's output follows from its own strategy.
  }

  close(_aborted: boolean): void {
    this.cancelPeriodic?.();
  }

  private schedulePeriodic(): void {
    const { periodMs } = this.driver;
    if (periodMs === undefined) return;
    this.cancelPeriodic = this.context.scheduleAt(this.context.clock.now() + periodMs, () => {
      this.driver.onPeriodic();
      this.schedulePeriodic();
    });
  }
}

function invalidTimestamp(timestamp: unknown, record: unknown, operator: string): FlinkError {
  const text = renderValue(record);
  const remedies: Record<string, string> = {
    bigint: 'Convert it with Number(...).',
    string: 'Convert it with Date.parse(...).',
    object: 'If it is a Date, use its getTime().',
  };
  return new FlinkError(
    'INVALID_TIMESTAMP',
    `operator '${operator}' got ${renderValue(timestamp)} as event time of record ${text}`,
    {
      domain: 'user',
      remedy: `Give event time as a finite number of milliseconds. ${remedies[typeof timestamp] ?? 'Filter out records that have none.'}`,
      details: { operator, record: text, timestamp: renderValue(timestamp) },
    },
  );
}

function invalidWatermark(timestamp: unknown, operator: string): FlinkError {
  return new FlinkError(
    'INVALID_TIMESTAMP',
    `the watermark generator of operator '${operator}' emitted ${renderValue(timestamp)}`,
    {
      domain: 'user',
      remedy: 'Emit watermarks as milliseconds; -Infinity stands for none yet.',
      details: { operator },
    },
  );
}
