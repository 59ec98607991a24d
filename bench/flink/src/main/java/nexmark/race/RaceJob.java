package nexmark.race;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import nexmark.generator.NexmarkConfig;
import nexmark.queries.NexmarkStreams;
import nexmark.queries.RacedQuery;
import nexmark.source.NexmarkSource;
import nexmark.source.NexmarkSource.Mode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;

/**
 * One run of one query on an embedded cluster: {@code --query q5 --mode inline --events N --parallelism P --rate R
 * --seed S --base-time T --output DIR}. Leaves in DIR the progress of the source, the checksum of the result, and
 * {@code process.json} with the duration of the job and the CPU time of the process, both in nanoseconds, and its peak
 * memory in bytes.
 */
public final class RaceJob {
  private static final long CHECKPOINT_INTERVAL_MILLIS = 1000;

  private RaceJob() {}

  public static void main(String[] args) throws Exception {
    ParameterTool options = ParameterTool.fromArgs(args);
    String output = options.getRequired("output");
    // All that Flink leaves behind goes with the folder.
    System.setProperty("java.io.tmpdir", output);
    Mode mode = Mode.valueOf(options.getRequired("mode").toUpperCase(Locale.ROOT));
    long nanos = run(options.getRequired("query"), mode, stream(options), options.getInt("parallelism"), output);
    String result = String.format(
        "{\"jobNanos\":%d,\"cpuNanos\":%d,\"peakRssBytes\":%d}%n", nanos, ProgressLog.cpuNanos(), peakRssBytes());
    Files.writeString(Path.of(output, "process.json"), result);
    // Threads of the embedded cluster have nothing left to do that anybody waits for.
    Runtime.getRuntime().halt(0);
  }

  /** Runs the job to its end; answers how long that took, in nanoseconds. */
  static long run(String query, Mode mode, NexmarkConfig stream, int parallelism, String output) throws Exception {
    RacedQuery<?> raced = RacedQuery.ALL.get(query);
    if (raced == null) throw new IllegalArgumentException("no query '" + query + "' in " + RacedQuery.ALL.keySet());
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration(output, parallelism));
    env.getConfig().enableObjectReuse();
    env.enableCheckpointing(CHECKPOINT_INTERVAL_MILLIS);
    raced.connect(new NexmarkStreams(env, new NexmarkSource(stream, mode, parallelism, output)), output);
    long start = System.nanoTime();
    env.execute(query);
    return System.nanoTime() - start;
  }

  private static NexmarkConfig stream(ParameterTool options) {
    return new NexmarkConfig(
        options.getLong("events"),
        options.getLong("seed"),
        options.getDouble("rate"),
        options.getLong("base-time"),
        1);
  }

  private static Configuration configuration(String output, int slots) {
    Configuration configuration = new Configuration();
    configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, slots);
    // Fails instead of falling back to a slow serializer.
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, Path.of(output, "checkpoints").toUri().toString());
    return configuration;
  }

  private static long peakRssBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
    }
    throw new IOException("/proc/self/status does not tell the peak of the memory");
  }
}
