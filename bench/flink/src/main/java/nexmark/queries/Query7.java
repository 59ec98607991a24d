package nexmark.queries;

import nexmark.model.Bid;
import nexmark.race.RowHash;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Highest bid: of every ten seconds the bids with the highest price, with a filter before the exchange. */
final class Query7 {
  private static final long WINDOW_MILLIS = 10_000;

  private Query7() {}

  public static class Row {
    public long auction;
    public long price;
    public long bidder;
    public long dateTime;
    public String extra;

    static int hash(Row row) {
      int hash = RowHash.add(RowHash.START, row.auction);
      hash = RowHash.add(hash, row.price);
      hash = RowHash.add(hash, row.bidder);
      hash = RowHash.add(hash, row.dateTime);
      return RowHash.mix(RowHash.add(hash, row.extra));
    }
  }

  /** A bid, and a window for whose highest bid it has to be looked at. */
  public static class Candidate extends Row {
    public long windowEnd;

    static Candidate of(Bid bid, long windowEnd) {
      Candidate candidate = new Candidate();
      candidate.auction = bid.auction;
      candidate.price = bid.price;
      candidate.bidder = bid.bidder;
      candidate.dateTime = bid.dateTime;
      candidate.extra = bid.extra;
      candidate.windowEnd = windowEnd;
      return candidate;
    }

    Row row() {
      Row row = new Row();
      row.auction = auction;
      row.price = price;
      row.bidder = bidder;
      row.dateTime = dateTime;
      row.extra = extra;
      return row;
    }
  }

  static DataStream<Row> build(NexmarkStreams nexmark) {
    return nexmark
        .bids()
        .filter(new NotOutbid())
        .flatMap(new Candidacies())
        .keyBy(candidate -> candidate.windowEnd)
        .process(new HighestBids())
        .returns(Row.class);
  }

  /**
   * Lets a bid pass unless an earlier one of its window was higher. What it remembers is no state of the job: after a
   * restart more bids pass, and the result stays the same.
   */
  private static final class NotOutbid implements FilterFunction<Bid> {
    private long windowStart;
    private long windowEnd;
    private long highest;

    @Override
    public boolean filter(Bid bid) {
      if (bid.dateTime > windowStart && bid.dateTime < windowEnd) {
        if (bid.price < highest) return false;
        highest = bid.price;
        return true;
      }
      // The first moment of a window counts for the window before as well, of which nothing is known any more.
      windowStart = bid.dateTime - bid.dateTime % WINDOW_MILLIS;
      windowEnd = windowStart + WINDOW_MILLIS;
      highest = bid.price;
      return true;
    }
  }

  /** The query takes bids from the start to the end of a window, both included: some lie in two. */
  private static final class Candidacies implements FlatMapFunction<Bid, Candidate> {
    @Override
    public void flatMap(Bid bid, Collector<Candidate> out) {
      long sinceStart = bid.dateTime % WINDOW_MILLIS;
      out.collect(Candidate.of(bid, bid.dateTime - sinceStart + WINDOW_MILLIS));
      if (sinceStart == 0) out.collect(Candidate.of(bid, bid.dateTime));
    }
  }

  private static final class HighestBids extends KeyedProcessFunction<Long, Candidate, Row> {
    private transient ListState<Candidate> candidates;

    @Override
    public void open(OpenContext context) {
      candidates = getRuntimeContext().getListState(new ListStateDescriptor<>("candidates", Candidate.class));
    }

    @Override
    public void processElement(Candidate candidate, Context context, Collector<Row> out) throws Exception {
      candidates.add(candidate);
      context.timerService().registerEventTimeTimer(candidate.windowEnd);
    }

    @Override
    public void onTimer(long windowEnd, OnTimerContext context, Collector<Row> out) throws Exception {
      long highest = -1;
      for (Candidate candidate : candidates.get()) {
        if (candidate.dateTime < windowEnd) highest = Math.max(highest, candidate.price);
      }
      for (Candidate candidate : candidates.get()) {
        if (candidate.price == highest) out.collect(candidate.row());
      }
      candidates.clear();
    }
  }
}
