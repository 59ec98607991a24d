/** Where event time and watermarks come from. Mirrors: WatermarkStrategy, WatermarkGenerator, TimestampAssigner. */

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
