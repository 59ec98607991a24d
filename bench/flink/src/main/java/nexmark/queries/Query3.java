package nexmark.queries;

import nexmark.race.RowHash;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.tuple.Tuple4;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/** Local item suggestion: who in Oregon, Idaho and California sells in category 10. Either side may come first. */
final class Query3 {
  /** Id, name, city and state of a person. */
  private static final TypeInformation<Tuple4<Long, String, String, String>> SELLER =
      Types.TUPLE(Types.LONG, Types.STRING, Types.STRING, Types.STRING);

  private Query3() {}

  public static class Row {
    public String name;
    public String city;
    public String state;
    public long auction;

    static Row of(Tuple4<Long, String, String, String> seller, long auction) {
      Row row = new Row();
      row.name = seller.f1;
      row.city = seller.f2;
      row.state = seller.f3;
      row.auction = auction;
      return row;
    }

    static int hash(Row row) {
      int hash = RowHash.add(RowHash.START, row.name);
      hash = RowHash.add(hash, row.city);
      hash = RowHash.add(hash, row.state);
      return RowHash.mix(RowHash.add(hash, row.auction));
    }
  }

  static DataStream<Row> build(NexmarkStreams nexmark) {
    DataStream<Tuple4<Long, String, String, String>> sellers = nexmark
        .persons()
        .filter(person -> person.state.equals("OR") || person.state.equals("ID") || person.state.equals("CA"))
        .map(person -> Tuple4.of(person.id, person.name, person.city, person.state))
        .returns(SELLER);
    DataStream<Tuple2<Long, Long>> offers = nexmark
        .auctions()
        .filter(auction -> auction.category == 10)
        .map(auction -> Tuple2.of(auction.seller, auction.id))
        .returns(Types.TUPLE(Types.LONG, Types.LONG));
    return sellers
        .keyBy(seller -> seller.f0)
        .connect(offers.keyBy(offer -> offer.f0))
        .process(new OffersOfSellers())
        .returns(Row.class);
  }

  private static final class OffersOfSellers
      extends KeyedCoProcessFunction<Long, Tuple4<Long, String, String, String>, Tuple2<Long, Long>, Row> {
    private transient ValueState<Tuple4<Long, String, String, String>> seller;
    private transient ListState<Long> waiting;

    @Override
    public void open(OpenContext context) {
      seller = getRuntimeContext().getState(new ValueStateDescriptor<>("seller", SELLER));
      waiting = getRuntimeContext().getListState(new ListStateDescriptor<>("waiting", Types.LONG));
    }

    @Override
    public void processElement1(Tuple4<Long, String, String, String> person, Context context, Collector<Row> out)
        throws Exception {
      seller.update(person);
      for (long auction : waiting.get()) out.collect(Row.of(person, auction));
      waiting.clear();
    }

    @Override
    public void processElement2(Tuple2<Long, Long> offer, Context context, Collector<Row> out) throws Exception {
      Tuple4<Long, String, String, String> person = seller.value();
      if (person == null) waiting.add(offer.f1);
      else out.collect(Row.of(person, offer.f1));
    }
  }
}
