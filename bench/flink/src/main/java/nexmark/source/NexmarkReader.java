package nexmark.source;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import nexmark.generator.NexmarkConfig;
import nexmark.generator.NexmarkGenerator;
import nexmark.model.NexmarkEvent;
import nexmark.race.ProgressLog;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;

/** Emits the events of one stripe, one a call, and notes now and then how far it has come. */
final class NexmarkReader implements SourceReader<NexmarkEvent, Stripe> {
  private final SourceReaderContext context;
  private final NexmarkConfig config;
  private final NexmarkSource.Mode mode;
  private final String progressFolder;
  private CompletableFuture<Void> available = new CompletableFuture<>();
  private boolean noMoreSplits;
  private Stripe stripe;
  private long next;
  private EventCursor cursor;
  private ProgressLog progress;

  NexmarkReader(SourceReaderContext context, NexmarkConfig config, NexmarkSource.Mode mode, String progressFolder) {
    this.context = context;
    this.config = config;
    this.mode = mode;
    this.progressFolder = progressFolder;
  }

  @Override
  public void start() {
    if (stripe == null) context.sendSplitRequest();
  }

  @Override
  public InputStatus pollNext(ReaderOutput<NexmarkEvent> output) throws Exception {
    if (stripe == null) return noMoreSplits ? InputStatus.END_OF_INPUT : InputStatus.NOTHING_AVAILABLE;
    if (next < stripe.end()) {
      output.collect(cursor.next());
      next += stripe.stride();
      progress.emitted();
      if (next < stripe.end()) return InputStatus.MORE_AVAILABLE;
    }
    progress.write(progressFolder, stripe.index());
    stripe = null;
    cursor = null;
    available = new CompletableFuture<>();
    context.sendSplitRequest();
    return InputStatus.NOTHING_AVAILABLE;
  }

  @Override
  public void addSplits(List<Stripe> stripes) {
    if (stripe != null || stripes.size() != 1) throw new IllegalStateException("a reader takes one stripe at a time");
    stripe = stripes.get(0);
    next = stripe.next();
    progress = new ProgressLog();
    NexmarkGenerator generator = new NexmarkGenerator(config);
    cursor = mode == NexmarkSource.Mode.ENCODED ? EncodedEvents.of(generator, stripe).cursor() : inline(generator);
    progress.start();
    available.complete(null);
  }

  private EventCursor inline(NexmarkGenerator generator) {
    long stride = stripe.stride();
    return new EventCursor() {
      private long k = next;

      @Override
      public NexmarkEvent next() {
        NexmarkEvent event = generator.event(k);
        k += stride;
        return event;
      }
    };
  }

  @Override
  public void notifyNoMoreSplits() {
    noMoreSplits = true;
    available.complete(null);
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    return available;
  }

  @Override
  public List<Stripe> snapshotState(long checkpointId) {
    return stripe == null ? List.of() : List.of(stripe.from(next));
  }

  @Override
  public void close() {
    cursor = null;
  }
}
