package nexmark.queries;

import nexmark.race.RowHash;
import org.apache.flink.streaming.api.datastream.DataStream;

/** Currency conversion: 0.908 euros for a dollar. */
final class Query1 {
  private static final long EUROS_FOR_1000_DOLLARS = 908;

  private Query1() {}

  public static class Row {
    public long auction;
    public long bidder;
    /** In thousandths of a cent: exact. */
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
      row.price = bid.price * EUROS_FOR_1000_DOLLARS;
      row.dateTime = bid.dateTime;
      row.extra = bid.extra;
      return row;
    }).returns(Row.class);
  }
}
