package nexmark.source;

import java.util.List;
import java.util.stream.IntStream;
import nexmark.generator.NexmarkConfig;
import nexmark.model.NexmarkEvent;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** The events of one generator, striped over the readers, which go on where a checkpoint left them. */
public final class NexmarkSource implements Source<NexmarkEvent, Stripe, List<Stripe>> {
  private final NexmarkConfig config;
  private final Mode mode;
  private final int stripes;
  private final String progressFolder;

  /** How a reader comes by its events. */
  public enum Mode {
    /** Each is generated when it is emitted. */
    INLINE,
    /** All are generated and encoded before the first one is emitted, which then means decoding. */
    ENCODED
  }

  /** Readers leave their progress over time in files below {@code progressFolder}. */
  public NexmarkSource(NexmarkConfig config, Mode mode, int stripes, String progressFolder) {
    this.config = config;
    this.mode = mode;
    this.stripes = stripes;
    this.progressFolder = progressFolder;
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public SourceReader<NexmarkEvent, Stripe> createReader(SourceReaderContext context) {
    return new NexmarkReader(context, config, mode, progressFolder);
  }

  @Override
  public SplitEnumerator<Stripe, List<Stripe>> createEnumerator(SplitEnumeratorContext<Stripe> context) {
    List<Stripe> all =
        IntStream.range(0, stripes).mapToObj(i -> Stripe.first(i, stripes, config.events())).toList();
    return new StripeEnumerator(context, all);
  }

  @Override
  public SplitEnumerator<Stripe, List<Stripe>> restoreEnumerator(
      SplitEnumeratorContext<Stripe> context, List<Stripe> pending) {
    return new StripeEnumerator(context, pending);
  }

  @Override
  public SimpleVersionedSerializer<Stripe> getSplitSerializer() {
    return new StripeSerializer();
  }

  @Override
  public SimpleVersionedSerializer<List<Stripe>> getEnumeratorCheckpointSerializer() {
    return new StripesSerializer();
  }
}
