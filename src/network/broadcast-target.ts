/** Several channels that get the same frames: each is encoded once and its bytes are copied. Mirrors: BroadcastRecordWriter. */
import { ByteWriter } from '../serialization/byte-writer.js';
import type { FrameTarget } from './frame-target.js';
import { beginFrame, endFrame, MAX_FRAME_BYTES } from './frames.js';
import type { SegmentWriter } from './segment-writer.js';

export class BroadcastTarget implements FrameTarget {
  readonly frameBytes: number;
  private readonly channels: readonly SegmentWriter[];
  private readonly frame = new ByteWriter(1024, MAX_FRAME_BYTES);

  constructor(channels: readonly SegmentWriter[], frameBytes: number) {
    this.channels = channels;
    this.frameBytes = frameBytes;
  }

  beginFrame(kind: number): ByteWriter {
    this.frame.reset();
    return beginFrame(this.frame, kind);
  }

  endFrame(): void {
    const { frame } = this;
    endFrame(frame, 0);
    for (const channel of this.channels) channel.append(frame.buffer, 0, frame.position);
  }

  flush(): void {
    for (const channel of this.channels) channel.flush();
  }

  get isBlocked(): boolean {
    for (const channel of this.channels) if (channel.isBlocked) return true;
    return false;
  }

  drain(): boolean {
    let isDrained = true;
    for (const channel of this.channels) if (!channel.drain()) isDrained = false;
    return isDrained;
  }

  get retainedBytes(): number {
    return this.channels.reduce((sum, channel) => sum + channel.retainedBytes, 0);
  }
}
