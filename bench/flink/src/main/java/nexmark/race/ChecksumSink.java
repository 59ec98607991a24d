package nexmark.race;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Counts rows and sums up their hashes, so that order does not matter; {@code sink-<subtask>.json} has the result. */
public final class ChecksumSink<T> implements Sink<T> {
  private final Hash<T> hash;
  private final String folder;

  /** The hash of one row. */
  @FunctionalInterface
  public interface Hash<T> extends Serializable {
    int of(T row);
  }

  public ChecksumSink(Hash<T> hash, String folder) {
    this.hash = hash;
    this.folder = folder;
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) {
    int subtask = context.getTaskInfo().getIndexOfThisSubtask();
    return new SinkWriter<T>() {
      private long rows;
      private int checksum;

      @Override
      public void write(T row, Context context) {
        rows++;
        checksum += hash.of(row);
      }

      @Override
      public void flush(boolean endOfInput) {
        // Nothing waits.
      }

      @Override
      public void close() throws IOException {
        String result = String.format("{\"rows\":%d,\"checksum\":%d}%n", rows, Integer.toUnsignedLong(checksum));
        Files.writeString(Path.of(folder, "sink-" + subtask + ".json"), result);
      }
    };
  }
}
