package nexmark.queries;

import nexmark.model.Auction;
import nexmark.model.Bid;
import nexmark.race.RowHash;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/** Expand bids with their auction, category 10 only. Of auctions in another category only that is kept. */
final class Query20 {
  private Query20() {}

  public static class Row {
    public long auction;
    public long bidder;
    public long price;
    public String channel;
    public String url;
    public long bidDateTime;
    public String bidExtra;
    public String itemName;
    public String description;
    public long initialBid;
    public long reserve;
    public long auctionDateTime;
    public long expires;
    public long seller;
    public long category;
    public String auctionExtra;

    static Row of(Bid bid, Auction auction) {
      Row row = new Row();
      row.auction = bid.auction;
      row.bidder = bid.bidder;
      row.price = bid.price;
      row.channel = bid.channel;
      row.url = bid.url;
      row.bidDateTime = bid.dateTime;
      row.bidExtra = bid.extra;
      row.itemName = auction.itemName;
      row.description = auction.description;
      row.initialBid = auction.initialBid;
      row.reserve = auction.reserve;
      row.auctionDateTime = auction.dateTime;
      row.expires = auction.expires;
      row.seller = auction.seller;
      row.category = auction.category;
      row.auctionExtra = auction.extra;
      return row;
    }

    static int hash(Row row) {
      int hash = RowHash.add(RowHash.START, row.auction);
      hash = RowHash.add(hash, row.bidder);
      hash = RowHash.add(hash, row.price);
      hash = RowHash.add(hash, row.channel);
      hash = RowHash.add(hash, row.url);
      hash = RowHash.add(hash, row.bidDateTime);
      hash = RowHash.add(hash, row.bidExtra);
      hash = RowHash.add(hash, row.itemName);
      hash = RowHash.add(hash, row.description);
      hash = RowHash.add(hash, row.initialBid);
      hash = RowHash.add(hash, row.reserve);
      hash = RowHash.add(hash, row.auctionDateTime);
      hash = RowHash.add(hash, row.expires);
      hash = RowHash.add(hash, row.seller);
      hash = RowHash.add(hash, row.category);
      return RowHash.mix(RowHash.add(hash, row.auctionExtra));
    }
  }

  /** What the join knows of an auction that has opened. */
  public static class Opened {
    /** Null when it is of another category. */
    public Auction wanted;
  }

  static DataStream<Row> build(NexmarkStreams nexmark) {
    return nexmark
        .auctions()
        .keyBy(auction -> auction.id)
        .connect(nexmark.bids().keyBy(bid -> bid.auction))
        .process(new BidsOfCategory())
        .returns(Row.class);
  }

  /** An auction opens once, so that bids need to wait for it only once. */
  private static final class BidsOfCategory extends KeyedCoProcessFunction<Long, Auction, Bid, Row> {
    private static final long WANTED_CATEGORY = 10;
    private transient ValueState<Opened> auction;
    private transient ListState<Bid> waiting;

    @Override
    public void open(OpenContext context) {
      auction = getRuntimeContext().getState(new ValueStateDescriptor<>("auction", Opened.class));
      waiting = getRuntimeContext().getListState(new ListStateDescriptor<>("waiting", Bid.class));
    }

    @Override
    public void processElement1(Auction opening, Context context, Collector<Row> out) throws Exception {
      Opened opened = new Opened();
      if (opening.category == WANTED_CATEGORY) {
        opened.wanted = opening;
        for (Bid bid : waiting.get()) out.collect(Row.of(bid, opening));
      }
      auction.update(opened);
      waiting.clear();
    }

    @Override
    public void processElement2(Bid bid, Context context, Collector<Row> out) throws Exception {
      Opened opened = auction.value();
      if (opened == null) waiting.add(bid);
      else if (opened.wanted != null) out.collect(Row.of(bid, opened.wanted));
    }
  }
}
