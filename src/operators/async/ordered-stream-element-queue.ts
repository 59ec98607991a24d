/** One queue: what is answered waits for what came before it. Mirrors: OrderedStreamElementQueue. */
import type { PendingElement } from '../stream-operator.js';
import { FifoQueue } from './fifo-queue.js';
import {
  pendingElementOf,
  type QueuedRequest,
  type QueuedWatermark,
  type StreamElementQueue,
} from './stream-element-queue.js';

/** Results go on in the order of their records. */
export class OrderedStreamElementQueue<R extends QueuedRequest> implements StreamElementQueue<R> {
  numRequests = 0;
  private readonly elements = new FifoQueue<R | QueuedWatermark>();

  get isEmpty(): boolean {
    return this.elements.size === 0;
  }

  addRequest(request: R): void {
    this.numRequests++;
    this.elements.push(request);
  }

  addWatermark(watermark: QueuedWatermark): void {
    this.elements.push(watermark);
  }

  onAnswered(_request: R): void {
    // Its place in the queue says when it goes on.
  }

  poll(): R | QueuedWatermark | undefined {
    const next = this.elements.peek();
    if (next === undefined) return undefined;
    if (!('watermark' in next)) {
      if (next.results === undefined) return undefined;
      this.numRequests--;
    }
    return this.elements.shift();
  }

  toArray(): readonly PendingElement[] {
    return this.elements.toArray().map(pendingElementOf);
  }
}
