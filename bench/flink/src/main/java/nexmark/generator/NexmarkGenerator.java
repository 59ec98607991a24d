package nexmark.generator;

import nexmark.model.Auction;
import nexmark.model.Bid;
import nexmark.model.NexmarkEvent;
import nexmark.model.Person;

/**
 * Makes the k-th event of a stream, any k in any order: nothing but the configuration and k decides what is in it.
 * Profile ND1: the reference generator with a seed for each event. Not for two threads at once.
 */
public final class NexmarkGenerator {
  private static final int EPOCH = 50;
  private static final int AUCTIONS_PER_EPOCH = 3;
  private static final int FIRST_BID = 1 + AUCTIONS_PER_EPOCH;
  private static final long FIRST_ID = 1000;
  /** Bidders are counted from the first id twice. */
  private static final long FIRST_BIDDER = 2 * FIRST_ID;
  private static final long FIRST_CATEGORY = 10;
  private static final int CATEGORIES = 5;
  private static final int ACTIVE_PEOPLE = 1000;
  private static final int IN_FLIGHT_AUCTIONS = 100;
  private static final int LEAD = 10;
  private static final int HOT_BATCH = 100;
  /** So many events later as many auctions have opened as are in flight. */
  private static final long EVENTS_OF_FLIGHT = IN_FLIGHT_AUCTIONS * EPOCH / AUCTIONS_PER_EPOCH;
  private static final long SEED_STEP = 1_000_000_007L;

  private static final String[] FIRST_NAMES = {
    "Peter", "Paul", "Luke", "John", "Saul", "Vicky", "Kate", "Julie", "Sarah", "Deiter", "Walter"
  };
  private static final String[] LAST_NAMES = {
    "Shultz", "Abrams", "Spencer", "White", "Bartels", "Walton", "Smith", "Jones", "Noris"
  };
  private static final String[] CITIES = {
    "Phoenix", "Los Angeles", "San Francisco", "Boise", "Portland", "Bend", "Redmond", "Seattle", "Kent", "Cheyenne"
  };
  private static final String[] STATES = {"AZ", "CA", "ID", "OR", "WA", "WY"};

  private final long seedBase;
  private final long baseTime;
  private final double delayMicros;
  private final int groupSize;
  private final SplittableRandom random = new SplittableRandom(0);
  private final byte[] scratch = new byte[128];

  public NexmarkGenerator(NexmarkConfig config) {
    seedBase = SEED_STEP * config.seed();
    baseTime = config.baseTime();
    delayMicros = 1e6 / config.rate();
    groupSize = config.outOfOrderGroupSize();
  }

  public NexmarkEvent event(long k) {
    long number = disordered(1 + k);
    long id = 1 + number;
    random.seed(seedBase + id);
    long time = timeOf(number);
    int position = (int) (id % EPOCH);
    if (position >= FIRST_BID) return NexmarkEvent.of(bid(id, time));
    return position == 0 ? NexmarkEvent.of(person(id, time)) : NexmarkEvent.of(auction(id, number, time));
  }

  private long disordered(long n) {
    return groupSize == 1 ? n : n / groupSize * groupSize + n * 953 % groupSize;
  }

  private long timeOf(long number) {
    return baseTime + (long) (number * delayMicros) / 1000;
  }

  private Person person(long event, long time) {
    Person person = new Person();
    person.id = FIRST_ID + lastPerson(event);
    person.name = FIRST_NAMES[random.nextInt(FIRST_NAMES.length)] + ' ' + LAST_NAMES[random.nextInt(LAST_NAMES.length)];
    person.emailAddress = Texts.words(random, 7, scratch) + '@' + Texts.words(random, 5, scratch) + ".com";
    person.creditCard = creditCard();
    person.city = CITIES[random.nextInt(CITIES.length)];
    person.state = STATES[random.nextInt(STATES.length)];
    person.dateTime = time;
    int size = 8 + person.name.length() + person.emailAddress.length() + person.creditCard.length()
        + person.city.length() + person.state.length();
    person.extra = Texts.extra(random, size, 200);
    return person;
  }

  private String creditCard() {
    int at = 0;
    for (int group = 0; group < 4; group++) {
      int digits = random.nextInt(10_000);
      if (group > 0) scratch[at++] = ' ';
      scratch[at++] = (byte) ('0' + digits / 1000);
      scratch[at++] = (byte) ('0' + digits / 100 % 10);
      scratch[at++] = (byte) ('0' + digits / 10 % 10);
      scratch[at++] = (byte) ('0' + digits % 10);
    }
    return Texts.latin1(scratch, 0, at);
  }

  private Auction auction(long event, long number, long time) {
    Auction auction = new Auction();
    auction.id = FIRST_ID + lastAuction(event);
    auction.seller = FIRST_ID
        + (random.nextInt(4) > 0 ? lastPerson(event) / HOT_BATCH * HOT_BATCH : nextPerson(event));
    auction.category = FIRST_CATEGORY + random.nextInt(CATEGORIES);
    auction.initialBid = price();
    auction.dateTime = time;
    long flight = timeOf(number + EVENTS_OF_FLIGHT) - time;
    auction.expires = time + 1 + random.nextInt((int) Math.max(2 * flight, 1));
    auction.itemName = Texts.words(random, 20, scratch);
    auction.description = Texts.words(random, 100, scratch);
    auction.reserve = auction.initialBid + price();
    auction.extra = Texts.extra(random, 48 + auction.itemName.length() + auction.description.length(), 500);
    return auction;
  }

  private Bid bid(long event, long time) {
    Bid bid = new Bid();
    bid.auction = FIRST_ID
        + (random.nextInt(2) > 0 ? lastAuction(event) / HOT_BATCH * HOT_BATCH : nextAuction(event));
    bid.bidder = FIRST_BIDDER
        + (random.nextInt(4) > 0 ? lastPerson(event) / HOT_BATCH * HOT_BATCH + 1 : nextPerson(event));
    bid.price = price();
    int channel = random.nextInt(2) > 0
        ? random.nextInt(Texts.HOT_CHANNELS)
        : Texts.HOT_CHANNELS + random.nextInt(Texts.COLD_CHANNELS);
    bid.channel = Texts.CHANNELS[channel];
    bid.url = Texts.URLS[channel];
    bid.dateTime = time;
    bid.extra = Texts.extra(random, 32, 100);
    return bid;
  }

  private long price() {
    return Math.round(Math.pow(10, random.nextDouble() * 6) * 100);
  }

  private static long lastPerson(long event) {
    return event / EPOCH;
  }

  private static long lastAuction(long event) {
    long epoch = event / EPOCH;
    int position = (int) (event % EPOCH);
    if (position == 0) return epoch * AUCTIONS_PER_EPOCH - 1;
    return epoch * AUCTIONS_PER_EPOCH + Math.min(position, AUCTIONS_PER_EPOCH) - 1;
  }

  private long nextPerson(long event) {
    long people = lastPerson(event) + 1;
    long active = Math.min(people, ACTIVE_PEOPLE);
    return people - active + random.nextInt((int) active + LEAD);
  }

  private long nextAuction(long event) {
    long last = lastAuction(event);
    long first = Math.max(last - IN_FLIGHT_AUCTIONS, 0);
    return first + random.nextInt((int) (last - first) + 1 + LEAD);
  }
}
