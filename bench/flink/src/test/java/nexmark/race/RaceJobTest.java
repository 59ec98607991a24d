package nexmark.race;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import nexmark.generator.NexmarkConfig;
import nexmark.source.NexmarkSource.Mode;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** The raced jobs give the rows that Flink SQL gives for set S: 20,000 events, 200 a second. */
class RaceJobTest {
  private static final NexmarkConfig SET_S = new NexmarkConfig(20_000, 0, 200, 1_436_918_400_000L, 1);
  private static final Pattern SINK = Pattern.compile("\\{\"rows\":(\\d+),\"checksum\":(\\d+)}\\s*");

  @TempDir(cleanup = CleanupMode.NEVER)
  Path output;

  @ParameterizedTest
  @CsvFileSource(resources = "/set-s-checksums.csv", numLinesToSkip = 1)
  void givesTheRowsOfSetS(String query, long rows, long checksum) throws Exception {
    for (int parallelism = 1; parallelism <= 2; parallelism++) {
      Path folder = Files.createDirectory(output.resolve("parallelism-" + parallelism));
      RaceJob.run(query, parallelism == 1 ? Mode.INLINE : Mode.ENCODED, SET_S, parallelism, folder.toString());
      long rowsSeen = 0;
      int sum = 0;
      for (int subtask = 0; subtask < parallelism; subtask++) {
        Path file = folder.resolve("sink-" + subtask + ".json");
        if (!Files.exists(file)) continue;
        Matcher result = SINK.matcher(Files.readString(file));
        assertEquals(true, result.matches());
        rowsSeen += Long.parseLong(result.group(1));
        sum += (int) Long.parseLong(result.group(2));
      }
      assertEquals(rows, rowsSeen);
      assertEquals(checksum, Integer.toUnsignedLong(sum));
    }
  }
}
