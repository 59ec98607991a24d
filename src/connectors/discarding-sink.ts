/** Swallows everything; for measuring what comes before it. Mirrors: DiscardingSink. */
import type { Sink, SinkWriter } from '../api/sink.js';

export class DiscardingSink<T> implements Sink<T> {
  readonly description = 'Discarding Sink';

  createWriter(): SinkWriter<T> {
    return {
      write: () => undefined,
      flush: () => undefined,
      close: () => undefined,
    };
  }
}
