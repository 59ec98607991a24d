package nexmark.queries;

import java.time.LocalDate;
import nexmark.race.RowHash;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Statistics of each auction and day, anew with every bid. */
final class Query17 {
  private static final long DAY_MILLIS = 86_400_000;

  private Query17() {}

  public static class Row {
    public long auction;
    /** As {@code yyyy-MM-dd}. */
    public String day;
    public long totalBids;
    public long rank1Bids;
    public long rank2Bids;
    public long rank3Bids;
    public long minPrice;
    public long maxPrice;
    public long avgPrice;
    public long sumPrice;

    /** The columns that do not depend on the order in which bids arrive. */
    static int hash(Row row) {
      int hash = RowHash.add(RowHash.START, row.auction);
      return RowHash.mix(RowHash.add(RowHash.add(hash, row.day), row.totalBids));
    }
  }

  /** What is known of an auction on a day. */
  public static class Statistics {
    public long totalBids;
    public long rank1Bids;
    public long rank2Bids;
    public long rank3Bids;
    public long minPrice = Long.MAX_VALUE;
    public long maxPrice = Long.MIN_VALUE;
    public long sumPrice;

    void add(long price) {
      totalBids++;
      if (price < 10_000) rank1Bids++;
      else if (price < 1_000_000) rank2Bids++;
      else rank3Bids++;
      minPrice = Math.min(minPrice, price);
      maxPrice = Math.max(maxPrice, price);
      sumPrice += price;
    }
  }

  static DataStream<Row> build(NexmarkStreams nexmark) {
    return nexmark
        .bids()
        .map(bid -> Tuple3.of(bid.auction, bid.dateTime / DAY_MILLIS, bid.price))
        .returns(Types.TUPLE(Types.LONG, Types.LONG, Types.LONG))
        .keyBy(bid -> Tuple2.of(bid.f0, bid.f1), Types.TUPLE(Types.LONG, Types.LONG))
        .process(new DailyStatistics())
        .returns(Row.class);
  }

  private static final class DailyStatistics
      extends KeyedProcessFunction<Tuple2<Long, Long>, Tuple3<Long, Long, Long>, Row> {
    private transient ValueState<Statistics> statistics;
    /** The last text that was made: most bids are of the day of the one before. */
    private transient String dayText;
    private transient long day;

    @Override
    public void open(OpenContext context) {
      statistics = getRuntimeContext().getState(new ValueStateDescriptor<>("statistics", Statistics.class));
    }

    @Override
    public void processElement(Tuple3<Long, Long, Long> bid, Context context, Collector<Row> out) throws Exception {
      Statistics known = statistics.value();
      if (known == null) known = new Statistics();
      known.add(bid.f2);
      statistics.update(known);
      out.collect(row(bid.f0, bid.f1, known));
    }

    private Row row(long auction, long ofDay, Statistics known) {
      Row row = new Row();
      row.auction = auction;
      row.day = text(ofDay);
      row.totalBids = known.totalBids;
      row.rank1Bids = known.rank1Bids;
      row.rank2Bids = known.rank2Bids;
      row.rank3Bids = known.rank3Bids;
      row.minPrice = known.minPrice;
      row.maxPrice = known.maxPrice;
      row.avgPrice = known.sumPrice / known.totalBids;
      row.sumPrice = known.sumPrice;
      return row;
    }

    private String text(long ofDay) {
      if (dayText == null || day != ofDay) {
        day = ofDay;
        dayText = LocalDate.ofEpochDay(ofDay).toString();
      }
      return dayText;
    }
  }
}
