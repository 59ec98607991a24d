package nexmark.source;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;

/** Hands each reader that asks one of the stripes that are left. */
final class StripeEnumerator implements SplitEnumerator<Stripe, List<Stripe>> {
  private final SplitEnumeratorContext<Stripe> context;
  private final List<Stripe> pending;

  StripeEnumerator(SplitEnumeratorContext<Stripe> context, List<Stripe> pending) {
    this.context = context;
    this.pending = new ArrayList<>(pending);
  }

  @Override
  public void start() {
    // Readers ask.
  }

  @Override
  public void handleSplitRequest(int subtask, String host) {
    if (pending.isEmpty()) context.signalNoMoreSplits(subtask);
    else context.assignSplit(pending.remove(0), subtask);
  }

  @Override
  public void addSplitsBack(List<Stripe> stripes, int subtask) {
    pending.addAll(stripes);
  }

  @Override
  public void addReader(int subtask) {
    // Readers ask.
  }

  @Override
  public List<Stripe> snapshotState(long checkpointId) {
    return Collections.unmodifiableList(new ArrayList<>(pending));
  }

  @Override
  public void close() {
    // Holds nothing.
  }
}
