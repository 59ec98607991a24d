/** Where the frames of a writer go: to one channel, or to several that get the same. */
import type { ByteWriter } from '../serialization/byte-writer.js';

export interface FrameTarget {
  /** Frames of this size are taken without being copied once more. */
  readonly frameBytes: number;
  /** Begins a frame of about so many bytes; its body is to be written to what is returned. A frame that is not ended counts for nothing. */
  beginFrame(kind: number, expectedBytes: number): ByteWriter;
  /** Passes on the frame begun last. */
  endFrame(): void;
  /** Makes everything written so far visible to the consumer, now or, while blocked, by the `drain` that finds room. */
  flush(): void;
  /** True while bytes wait for a segment. The consumer then rings the producer's doorbell when it frees one. */
  readonly isBlocked: boolean;
  /** Moves waiting bytes into segments as far as there is room. True if none wait any more. */
  drain(): boolean;
  /** Bytes outside of segments, to be counted as network memory. */
  readonly retainedBytes: number;
}
