package nexmark.queries;

import java.time.Duration;
import nexmark.model.Auction;
import nexmark.model.Bid;
import nexmark.model.NexmarkEvent;
import nexmark.model.Person;
import nexmark.source.NexmarkSource;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The streams that all queries start from. Only those that a query asks for become part of its job. */
public final class NexmarkStreams {
  private static final Duration MOST_OUT_OF_ORDER = Duration.ofSeconds(4);
  private final DataStream<NexmarkEvent> events;

  public NexmarkStreams(StreamExecutionEnvironment env, NexmarkSource source) {
    WatermarkStrategy<NexmarkEvent> watermarks =
        WatermarkStrategy.<NexmarkEvent>forBoundedOutOfOrderness(MOST_OUT_OF_ORDER)
            .withTimestampAssigner((event, none) -> event.dateTime());
    events = env.fromSource(source, watermarks, "nexmark");
  }

  public DataStream<NexmarkEvent> events() {
    return events;
  }

  public DataStream<Person> persons() {
    return events.filter(event -> event.person != null).map(event -> event.person).returns(Person.class);
  }

  public DataStream<Auction> auctions() {
    return events.filter(event -> event.auction != null).map(event -> event.auction).returns(Auction.class);
  }

  public DataStream<Bid> bids() {
    return events.filter(event -> event.bid != null).map(event -> event.bid).returns(Bid.class);
  }
}
