package nexmark.model;

/** One of the three; the other two fields are null. */
public class NexmarkEvent {
  public Person person;
  public Auction auction;
  public Bid bid;

  public static NexmarkEvent of(Person person) {
    NexmarkEvent event = new NexmarkEvent();
    event.person = person;
    return event;
  }

  public static NexmarkEvent of(Auction auction) {
    NexmarkEvent event = new NexmarkEvent();
    event.auction = auction;
    return event;
  }

  public static NexmarkEvent of(Bid bid) {
    NexmarkEvent event = new NexmarkEvent();
    event.bid = bid;
    return event;
  }

  /** Event time in milliseconds since the epoch. */
  public long dateTime() {
    return bid != null ? bid.dateTime : auction != null ? auction.dateTime : person.dateTime;
  }
}
