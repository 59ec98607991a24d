package nexmark.queries;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import nexmark.race.RowHash;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.windowing.ProcessAllWindowFunction;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.SlidingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/** Hot items: every two seconds the auctions with the most bids of the last ten. Only ids go to the first windows. */
final class Query5 {
  /** Auction and its number of bids. */
  private static final TypeInformation<Tuple2<Long, Long>> COUNT = Types.TUPLE(Types.LONG, Types.LONG);

  private Query5() {}

  public static class Row {
    public long auction;
    public long num;

    static int hash(Row row) {
      return RowHash.mix(RowHash.add(RowHash.add(RowHash.START, row.auction), row.num));
    }
  }

  static DataStream<Row> build(NexmarkStreams nexmark) {
    return nexmark
        .bids()
        .map(bid -> bid.auction)
        .returns(Types.LONG)
        .keyBy(auction -> auction)
        .window(SlidingEventTimeWindows.of(Duration.ofSeconds(10), Duration.ofSeconds(2)))
        .aggregate(new Counting<>(), new CountOfAuction(), Types.LONG, Types.LONG, COUNT)
        .windowAll(TumblingEventTimeWindows.of(Duration.ofSeconds(2)))
        .aggregate(new Hottest(), new EachOf(), Types.LIST(COUNT), Types.LIST(COUNT), TypeInformation.of(Row.class));
  }

  private static final class CountOfAuction
      extends ProcessWindowFunction<Long, Tuple2<Long, Long>, Long, TimeWindow> {
    @Override
    public void process(Long auction, Context context, Iterable<Long> counts, Collector<Tuple2<Long, Long>> out) {
      out.collect(Tuple2.of(auction, counts.iterator().next()));
    }
  }

  /** The auctions with the highest count so far: several where they tie. */
  private static final class Hottest
      implements AggregateFunction<Tuple2<Long, Long>, List<Tuple2<Long, Long>>, List<Tuple2<Long, Long>>> {
    @Override
    public List<Tuple2<Long, Long>> createAccumulator() {
      return new ArrayList<>();
    }

    @Override
    public List<Tuple2<Long, Long>> add(Tuple2<Long, Long> count, List<Tuple2<Long, Long>> winners) {
      long best = winners.isEmpty() ? 0 : winners.get(0).f1;
      if (count.f1 < best) return winners;
      if (count.f1 > best) winners.clear();
      winners.add(count);
      return winners;
    }

    @Override
    public List<Tuple2<Long, Long>> getResult(List<Tuple2<Long, Long>> winners) {
      return winners;
    }

    @Override
    public List<Tuple2<Long, Long>> merge(List<Tuple2<Long, Long>> a, List<Tuple2<Long, Long>> b) {
      for (Tuple2<Long, Long> count : b) add(count, a);
      return a;
    }
  }

  private static final class EachOf extends ProcessAllWindowFunction<List<Tuple2<Long, Long>>, Row, TimeWindow> {
    @Override
    public void process(Context context, Iterable<List<Tuple2<Long, Long>>> results, Collector<Row> out) {
      for (Tuple2<Long, Long> winner : results.iterator().next()) {
        Row row = new Row();
        row.auction = winner.f0;
        row.num = winner.f1;
        out.collect(row);
      }
    }
  }
}
