/** Sends records to the client that submitted the job. Mirrors: CollectSink. */
import type { Sink, SinkWriter, SinkWriterContext } from '../sink.js';

export class CollectSink<T> implements Sink<T> {
  readonly description = 'CollectSink()';

  createWriter(context: SinkWriterContext): SinkWriter<T> {
    return {
      write: (value) => context.sendToClient(value),
      flush: () => undefined,
      close: () => undefined,
    };
  }
}
