/** Segments from watermark to watermark: results may overtake each other within one. Mirrors: UnorderedStreamElementQueue. */
import type { PendingElement } from '../stream-operator.js';
import { FifoQueue } from './fifo-queue.js';
import {
  pendingElementOf,
  type QueuedRequest,
  type QueuedWatermark,
  type StreamElementQueue,
} from './stream-element-queue.js';

/** What lies between two watermarks. */
class Segment<R extends QueuedRequest> {
  readonly waiting = new Set<R>();
  readonly answered = new FifoQueue<R>();
  /** What ends the segment, once it is there. */
  watermark: QueuedWatermark | undefined;
}

/** Results go on as they come, but neither they nor watermarks overtake one another. */
export class UnorderedStreamElementQueue<R extends QueuedRequest> implements StreamElementQueue<R> {
  numRequests = 0;
  private readonly segments = new FifoQueue<Segment<R>>();
  private readonly segmentOf = new Map<R, Segment<R>>();

  get isEmpty(): boolean {
    return this.segments.size === 0;
  }

  addRequest(request: R): void {
    this.numRequests++;
    const segment = this.openSegment();
    segment.waiting.add(request);
    this.segmentOf.set(request, segment);
  }

  addWatermark(watermark: QueuedWatermark): void {
    this.openSegment().watermark = watermark;
  }

  onAnswered(request: R): void {
    const segment = this.segmentOf.get(request);
    this.segmentOf.delete(request);
    segment?.waiting.delete(request);
    segment?.answered.push(request);
  }

  poll(): R | QueuedWatermark | undefined {
    const segment = this.segments.peek();
    if (segment === undefined) return undefined;
    const request = segment.answered.shift();
    if (request === undefined) {
      if (segment.waiting.size > 0) return undefined;
      this.segments.shift();
      return segment.watermark;
    }
    this.numRequests--;
    const isDone = segment.answered.size === 0 && segment.waiting.size === 0 && segment.watermark === undefined;
    if (isDone) this.segments.shift();
    return request;
  }

  toArray(): readonly PendingElement[] {
    return this.segments
      .toArray()
      .flatMap(({ answered, waiting, watermark }) => [
        ...[...answered.toArray(), ...waiting].map(pendingElementOf),
        ...(watermark === undefined ? [] : [watermark]),
      ]);
  }

  private openSegment(): Segment<R> {
    const last = this.segments.peekLast();
    if (last !== undefined && last.watermark === undefined) return last;
    const segment = new Segment<R>();
    this.segments.push(segment);
    return segment;
  }
}
