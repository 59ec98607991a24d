/**
 * What passes through a channel, as bytes in order. A frame may begin and end anywhere in a segment.
 *
 *   int32 length of kind and body | uint8 kind | body
 *
 *   RECORDS      a batch (serialization/record-batch.ts)
 *   WATERMARK    float64 timestamp
 *   IDLE         uint8 0 or 1
 *   END_OF_DATA  nothing; the last frame
 */
import type { ByteWriter } from '../serialization/byte-writer.js';

export const FrameKind = { RECORDS: 1, WATERMARK: 2, IDLE: 3, END_OF_DATA: 4 } as const;

export const FRAME_HEADER_BYTES = 4;
/** A batch of several records is divided rather than made larger than this. */
export const MAX_BATCH_BYTES = 4 << 20;
/** The largest frame, hence about the largest record. */
export const MAX_FRAME_BYTES = 128 << 20;

/** Begins a frame at the position of `frame`; its body is to follow. */
export function beginFrame(frame: ByteWriter, kind: number): ByteWriter {
  frame.writeInt32(0);
  frame.writeUint8(kind);
  return frame;
}

/** Completes the frame that began at `start` and ends at the position of `frame`. */
export function endFrame(frame: ByteWriter, start: number): void {
  frame.view.setInt32(start, frame.position - start - FRAME_HEADER_BYTES, true);
}

export interface RecordsFrame {
  readonly kind: 'records';
  /** Arrays longer than `count` keep room; only `count` elements of each are meant. */
  records: unknown[];
  timestamps: Float64Array;
  /** null on an edge that is not keyed. */
  keyGroups: Int32Array | null;
  count: number;
}

export interface WatermarkFrame {
  readonly kind: 'watermark';
  timestamp: number;
}

export interface IdleFrame {
  readonly kind: 'idle';
  isIdle: boolean;
}

export interface EndOfDataFrame {
  readonly kind: 'endOfData';
}

/** One object a kind and reader, filled anew: what is needed after the next poll has to be taken out of it. */
export type Frame = RecordsFrame | WatermarkFrame | IdleFrame | EndOfDataFrame;
