/**
 * How far the reader of a source is, told to its coordinator once an interval, and how far it may go: a reader that is
 * ahead of its group is not polled. Mirrors: the part of SourceOperator that aligns watermarks.
 */
import type { WatermarkAlignmentParams } from '../../api/watermark-strategy.js';
import { MAX_WATERMARK, MIN_WATERMARK } from '../../core/time-constants.js';
import type { ChainTarget } from './chain-target.js';

type Target = Pick<ChainTarget, 'watermark' | 'idle'>;

export class SourceAlignment {
  private readonly params: WatermarkAlignmentParams;
  private readonly send: (watermark: number) => void;
  private emitted = MIN_WATERMARK;
  private maxAllowed = MAX_WATERMARK;
  private isIdle = false;
  private reported: number | undefined;

  /** `send` takes what is reported to the coordinator. */
  constructor(params: WatermarkAlignmentParams, send: (watermark: number) => void) {
    this.params = params;
    this.send = send;
  }

  get updateIntervalMs(): number {
    return this.params.updateIntervalMs;
  }

  /** True while the reader has to wait for others. */
  get isAhead(): boolean {
    return this.emitted > this.maxAllowed;
  }

  /** True once the group has been heard of: before, nobody can be ahead. */
  get isAligned(): boolean {
    return this.maxAllowed !== MAX_WATERMARK;
  }

  /** Milliseconds by which the reader is ahead of the lowest watermark in the group; the metric of this name. */
  get watermarkAlignmentDrift(): number {
    const lowest = this.maxAllowed - this.params.maxAllowedWatermarkDriftMs;
    const drift = this.emitted - lowest;
    return Number.isFinite(drift) ? Math.max(0, drift) : 0;
  }

  /** A target that passes everything on, and is seen here on its way. */
  watching(target: Target): Target {
    return {
      watermark: (timestamp) => {
        this.emitted = Math.max(this.emitted, timestamp);
        target.watermark(timestamp);
      },
      idle: (isIdle) => {
        this.isIdle = isIdle;
        target.idle(isIdle);
      },
    };
  }

  onMaxAllowedWatermark(maxAllowedWatermark: number): void {
    this.maxAllowed = maxAllowedWatermark;
  }

  /** To be called once an interval; news are sent. An idle reader holds nobody. */
  report(): void {
    this.sendIfNew(this.isIdle ? MAX_WATERMARK : this.emitted);
  }

  /** The reader has nothing more: it holds nobody either. */
  reportEnd(): void {
    this.sendIfNew(MAX_WATERMARK);
  }

  private sendIfNew(watermark: number): void {
    if (watermark === this.reported) return;
    this.reported = watermark;
    this.send(watermark);
  }
}
