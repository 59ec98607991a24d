package nexmark.source;

import org.apache.flink.api.connector.source.SourceSplit;

/**
 * Every {@code stride}-th event of a stream: striped splitting leaves the data the same whatever the parallelism.
 *
 * @param next number of the event to emit next, counted from 0 over the whole stream
 * @param end the number at which the stream ends
 */
public record Stripe(int index, int stride, long next, long end) implements SourceSplit {
  static Stripe first(int index, int stride, long end) {
    return new Stripe(index, stride, index, end);
  }

  Stripe from(long position) {
    return new Stripe(index, stride, position, end);
  }

  @Override
  public String splitId() {
    return "stripe-" + index;
  }
}
