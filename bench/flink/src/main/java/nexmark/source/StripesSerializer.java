package nexmark.source;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Stripes that no reader has: what a checkpoint keeps of the enumerator. */
final class StripesSerializer implements SimpleVersionedSerializer<List<Stripe>> {
  private final StripeSerializer stripes = new StripeSerializer();

  @Override
  public int getVersion() {
    return 1;
  }

  @Override
  public byte[] serialize(List<Stripe> pending) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(pending.size());
      for (Stripe stripe : pending) {
        byte[] serialized = stripes.serialize(stripe);
        out.writeInt(serialized.length);
        out.write(serialized);
      }
    }
    return bytes.toByteArray();
  }

  @Override
  public List<Stripe> deserialize(int version, byte[] bytes) throws IOException {
    List<Stripe> pending = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      for (int left = in.readInt(); left > 0; left--) {
        pending.add(stripes.deserialize(version, in.readNBytes(in.readInt())));
      }
    }
    return pending;
  }
}
