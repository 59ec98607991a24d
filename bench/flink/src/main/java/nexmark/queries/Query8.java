package nexmark.queries;

import java.time.Duration;
import nexmark.race.RowHash;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/** Monitor new users: who registered and opened an auction within the same ten seconds. */
final class Query8 {
  private Query8() {}

  public static class Row {
    public long id;
    public String name;
    public long startTime;

    static int hash(Row row) {
      int hash = RowHash.add(RowHash.START, row.id);
      return RowHash.mix(RowHash.add(RowHash.add(hash, row.name), row.startTime));
    }
  }

  /** Something that a person did. */
  public static class Activity {
    public long id;
    /** Null when it is the opening of an auction, which does not tell the name. */
    public String name;

    static Activity of(long id, String name) {
      Activity activity = new Activity();
      activity.id = id;
      activity.name = name;
      return activity;
    }
  }

  /** What a person did within a window. */
  public static class Activities {
    public String name;
    public boolean hasOpenedAuction;
  }

  static DataStream<Row> build(NexmarkStreams nexmark) {
    DataStream<Activity> registrations =
        nexmark.persons().map(person -> Activity.of(person.id, person.name)).returns(Activity.class);
    DataStream<Activity> openings =
        nexmark.auctions().map(auction -> Activity.of(auction.seller, null)).returns(Activity.class);
    return registrations
        .union(openings)
        .keyBy(activity -> activity.id)
        .window(TumblingEventTimeWindows.of(Duration.ofSeconds(10)))
        .aggregate(new Remember(), new NewSellers());
  }

  private static final class Remember implements AggregateFunction<Activity, Activities, Activities> {
    @Override
    public Activities createAccumulator() {
      return new Activities();
    }

    @Override
    public Activities add(Activity activity, Activities seen) {
      if (activity.name == null) seen.hasOpenedAuction = true;
      else seen.name = activity.name;
      return seen;
    }

    @Override
    public Activities getResult(Activities seen) {
      return seen;
    }

    @Override
    public Activities merge(Activities a, Activities b) {
      if (a.name == null) a.name = b.name;
      a.hasOpenedAuction |= b.hasOpenedAuction;
      return a;
    }
  }

  private static final class NewSellers extends ProcessWindowFunction<Activities, Row, Long, TimeWindow> {
    @Override
    public void process(Long id, Context context, Iterable<Activities> results, Collector<Row> out) {
      Activities seen = results.iterator().next();
      if (seen.name == null || !seen.hasOpenedAuction) return;
      Row row = new Row();
      row.id = id;
      row.name = seen.name;
      row.startTime = context.window().getStart();
      out.collect(row);
    }
  }
}
