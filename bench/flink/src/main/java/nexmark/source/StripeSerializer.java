package nexmark.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.flink.core.io.SimpleVersionedSerializer;

final class StripeSerializer implements SimpleVersionedSerializer<Stripe> {
  private static final int BYTES = 2 * Integer.BYTES + 2 * Long.BYTES;

  @Override
  public int getVersion() {
    return 1;
  }

  @Override
  public byte[] serialize(Stripe stripe) {
    return ByteBuffer.allocate(BYTES)
        .putInt(stripe.index())
        .putInt(stripe.stride())
        .putLong(stripe.next())
        .putLong(stripe.end())
        .array();
  }

  @Override
  public Stripe deserialize(int version, byte[] bytes) throws IOException {
    if (version != getVersion()) throw new IOException("no version " + version + " of a stripe is known");
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Stripe(buffer.getInt(), buffer.getInt(), buffer.getLong(), buffer.getLong());
  }
}
