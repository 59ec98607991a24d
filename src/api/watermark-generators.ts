/** The built-in generators. Mirrors: BoundedOutOfOrdernessWatermarks, AscendingTimestampsWatermarks, NoWatermarksGenerator. */
import { MIN_WATERMARK } from '../core/time-constants.js';
import type { WatermarkGenerator, WatermarkOutput } from './watermark-strategy.js';

/** Says that no record is more than the bound behind the latest one; with the bound 0, that time never goes back. */
export class BoundedOutOfOrdernessWatermarks implements WatermarkGenerator<unknown> {
  private readonly outOfOrdernessMs: number;
  private maxTimestamp = MIN_WATERMARK;

  constructor(outOfOrdernessMs: number) {
    this.outOfOrdernessMs = outOfOrdernessMs;
  }

  // hot path
  onEvent(_value: unknown, timestamp: number): void {
    if (timestamp > this.maxTimestamp) this.maxTimestamp = timestamp;
  }

  onPeriodicEmit(output: WatermarkOutput): void {
    if (this.maxTimestamp === MIN_WATERMARK) return;
    // A record with the very time of the bound may still come, hence one millisecond less.
    output.emitWatermark(this.maxTimestamp - this.outOfOrdernessMs - 1);
  }
}

export class NoWatermarksGenerator implements WatermarkGenerator<unknown> {
  onEvent(): void {}

  onPeriodicEmit(): void {}
}
