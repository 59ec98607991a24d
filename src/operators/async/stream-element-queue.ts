/** Requests on their way, and in which order their results go on. Mirrors: StreamElementQueue. */
import type { PendingElement } from '../stream-operator.js';

/** A record whose results are asked for. */
export interface QueuedRequest {
  readonly value: unknown;
  readonly timestamp: number;
  /** Set once they are there. */
  results: readonly unknown[] | undefined;
}

export interface QueuedWatermark {
  readonly watermark: number;
}

export interface StreamElementQueue<R extends QueuedRequest> {
  /** Requests that have not left the queue, answered or not. */
  readonly numRequests: number;
  readonly isEmpty: boolean;
  addRequest(request: R): void;
  addWatermark(watermark: QueuedWatermark): void;
  /** To be called once, when `results` are set. */
  onAnswered(request: R): void;
  /** Takes out what may go on next; undefined when that has no answer yet. */
  poll(): R | QueuedWatermark | undefined;
  /** In an order in which they could be added again. */
  toArray(): readonly PendingElement[];
}

export function pendingElementOf(element: QueuedRequest | QueuedWatermark): PendingElement {
  if ('watermark' in element) return { watermark: element.watermark };
  return { value: element.value, timestamp: element.timestamp };
}
