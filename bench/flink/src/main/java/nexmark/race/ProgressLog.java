package nexmark.race;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * How many events a source subtask has emitted, by when, and what CPU time the process had taken: a sample every
 * 16,384 events, kept in memory until the end. Lines of {@code progress-<subtask>.tsv}: monotonic nanoseconds, CPU
 * nanoseconds of the process, events. The first sample stands before the first event, when it is ready to be emitted.
 */
public final class ProgressLog {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final long EVENTS_PER_SAMPLE = 1 << 14;
  private static final int FIELDS = 3;

  private final long assigned = System.nanoTime();
  private long[] samples = new long[FIELDS * 1024];
  private int used;
  private long events;

  /** Everything is prepared: encoding, if any, is over. */
  public void start() {
    sample();
  }

  public void emitted() {
    if ((++events & (EVENTS_PER_SAMPLE - 1)) == 0) sample();
  }

  private void sample() {
    if (used == samples.length) samples = Arrays.copyOf(samples, 2 * used);
    samples[used++] = System.nanoTime();
    samples[used++] = cpuNanos();
    samples[used++] = events;
  }

  /** CPU time of the process, all its threads. */
  static long cpuNanos() {
    return SYSTEM.getProcessCpuTime();
  }

  /** The header line holds the nanoseconds of preparation. */
  public void write(String folder, int subtask) throws IOException {
    sample();
    StringBuilder text = new StringBuilder().append(samples[0] - assigned).append('\n');
    for (int i = 0; i < used; i += FIELDS) {
      text.append(samples[i]).append('\t').append(samples[i + 1]).append('\t').append(samples[i + 2]).append('\n');
    }
    Files.writeString(Path.of(folder, "progress-" + subtask + ".tsv"), text);
  }
}
