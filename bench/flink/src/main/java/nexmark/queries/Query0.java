package nexmark.queries;

import nexmark.race.RowHash;
import org.apache.flink.streaming.api.datastream.DataStream;

/** Pass through: the bids without channel and url. */
final class Query0 {
  private Query0() {}

  public static class Row {
    public long auction;
    public long bidder;
    public long price;
    public long dateTime;
    public String extra;

    static int hash(Row row) {
      int hash = RowHash.add(RowHash.START, row.auction);
      hash = RowHash.add(hash, row.bidder);
      hash = RowHash.add(hash, row.price);
      hash = RowHash.add(hash, row.dateTime);
      return RowHash.mix(RowHash.add(hash, row.extra));
    }
  }

  static DataStream<Row> build(NexmarkStreams nexmark) {
    return nexmark.bids().map(bid -> {
      Row row = new Row();
      row.auction = bid.auction;
      row.bidder = bid.bidder;
      row.price = bid.price;
      row.dateTime = bid.dateTime;
      row.extra = bid.extra;
      return row;
    }).returns(Row.class);
  }
}
