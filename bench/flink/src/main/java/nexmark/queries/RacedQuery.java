package nexmark.queries;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import nexmark.race.ChecksumSink;
import org.apache.flink.streaming.api.datastream.DataStream;

/** A query of the race: its job, and what of its rows the checksum takes. */
public record RacedQuery<T>(Function<NexmarkStreams, DataStream<T>> build, ChecksumSink.Hash<T> hash) {
  public static final Map<String, RacedQuery<?>> ALL = new TreeMap<>(Map.ofEntries(
      Map.entry("source", new RacedQuery<>(NexmarkStreams::events, SourceOnly::hash)),
      Map.entry("q0", new RacedQuery<>(Query0::build, Query0.Row::hash)),
      Map.entry("q1", new RacedQuery<>(Query1::build, Query1.Row::hash)),
      Map.entry("q2", new RacedQuery<>(Query2::build, Query2.Row::hash)),
      Map.entry("q3", new RacedQuery<>(Query3::build, Query3.Row::hash)),
      Map.entry("q5", new RacedQuery<>(Query5::build, Query5.Row::hash)),
      Map.entry("q7", new RacedQuery<>(Query7::build, Query7.Row::hash)),
      Map.entry("q8", new RacedQuery<>(Query8::build, Query8.Row::hash)),
      Map.entry("q11", new RacedQuery<>(Query11::build, Query11.Row::hash)),
      Map.entry("q17", new RacedQuery<>(Query17::build, Query17.Row::hash)),
      Map.entry("q20", new RacedQuery<>(Query20::build, Query20.Row::hash))));

  /** The job up to its sink. */
  public void connect(NexmarkStreams nexmark, String resultFolder) {
    build.apply(nexmark).sinkTo(new ChecksumSink<>(hash, resultFolder));
  }
}
