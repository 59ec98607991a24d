package nexmark.queries;

import java.time.Duration;
import nexmark.race.RowHash;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.EventTimeSessionWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/** User sessions: how many bids in a row without ten seconds of silence. */
final class Query11 {
  private Query11() {}

  public static class Row {
    public long bidder;
    public long count;
    public long startTime;
    public long endTime;

    static int hash(Row row) {
      int hash = RowHash.add(RowHash.START, row.bidder);
      hash = RowHash.add(hash, row.count);
      hash = RowHash.add(hash, row.startTime);
      return RowHash.mix(RowHash.add(hash, row.endTime));
    }
  }

  static DataStream<Row> build(NexmarkStreams nexmark) {
    return nexmark
        .bids()
        .map(bid -> bid.bidder)
        .returns(Types.LONG)
        .keyBy(bidder -> bidder)
        .window(EventTimeSessionWindows.withGap(Duration.ofSeconds(10)))
        .aggregate(new Counting<>(), new Session(), Types.LONG, Types.LONG, TypeInformation.of(Row.class));
  }

  private static final class Session extends ProcessWindowFunction<Long, Row, Long, TimeWindow> {
    @Override
    public void process(Long bidder, Context context, Iterable<Long> counts, Collector<Row> out) {
      Row row = new Row();
      row.bidder = bidder;
      row.count = counts.iterator().next();
      row.startTime = context.window().getStart();
      row.endTime = context.window().getEnd();
      out.collect(row);
    }
  }
}
