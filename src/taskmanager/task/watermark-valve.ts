/**
 * Combines the watermarks of a task's input channels: their minimum, without idle channels and without channels that
 * came back from idleness and are still behind. Mirrors: StatusWatermarkValve, CombinedWatermarkStatus.
 */
import { MIN_WATERMARK } from '../../core/time-constants.js';

export class WatermarkValve {
  private readonly watermarks: Float64Array;
  private readonly idle: Uint8Array;
  private readonly behind: Uint8Array;
  private lastWatermark = MIN_WATERMARK;
  private lastIdle = false;

  constructor(numChannels: number) {
    this.watermarks = new Float64Array(numChannels).fill(MIN_WATERMARK);
    this.idle = new Uint8Array(numChannels);
    this.behind = new Uint8Array(numChannels);
  }

  get watermark(): number {
    return this.lastWatermark;
  }

  get isIdle(): boolean {
    return this.lastIdle;
  }

  /** Takes a channel's watermark; true when the combined one rose. */
  onWatermark(channel: number, timestamp: number): boolean {
    if (this.idle[channel] === 1 || timestamp <= (this.watermarks[channel] as number)) return false;
    this.watermarks[channel] = timestamp;
    if (timestamp >= this.lastWatermark) this.behind[channel] = 0;
    return this.advance();
  }

  /** Takes a channel's idleness; tells what changed for the task. */
  onIdle(channel: number, isIdle: boolean): { readonly watermarkRose: boolean; readonly idleChanged: boolean } {
    this.idle[channel] = isIdle ? 1 : 0;
    if (!isIdle && (this.watermarks[channel] as number) < this.lastWatermark) this.behind[channel] = 1;
    const allIdle = this.idle.every((flag) => flag === 1);
    const idleChanged = allIdle !== this.lastIdle;
    this.lastIdle = allIdle;
    return { watermarkRose: isIdle && this.advance(), idleChanged };
  }

  private advance(): boolean {
    let minimum = Number.POSITIVE_INFINITY;
    let counted = 0;
    for (let i = 0; i < this.watermarks.length; i++) {
      if (this.idle[i] === 1 || this.behind[i] === 1) continue;
      minimum = Math.min(minimum, this.watermarks[i] as number);
      counted++;
    }
    if (counted === 0 || minimum <= this.lastWatermark) return false;
    this.lastWatermark = minimum;
    return true;
  }
}
