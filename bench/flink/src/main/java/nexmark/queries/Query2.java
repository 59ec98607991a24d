package nexmark.queries;

import nexmark.race.RowHash;
import org.apache.flink.streaming.api.datastream.DataStream;

/** Selection: the bids on every 123rd auction. */
final class Query2 {
  private Query2() {}

  public static class Row {
    public long auction;
    public long price;

    static int hash(Row row) {
      return RowHash.mix(RowHash.add(RowHash.add(RowHash.START, row.auction), row.price));
    }
  }

  static DataStream<Row> build(NexmarkStreams nexmark) {
    return nexmark.bids().filter(bid -> bid.auction % 123 == 0).map(bid -> {
      Row row = new Row();
      row.auction = bid.auction;
      row.price = bid.price;
      return row;
    }).returns(Row.class);
  }
}
