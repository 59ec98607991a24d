package nexmark.model;

/** An offer for an auction; the price in cents. */
public class Bid {
  public long auction;
  public long bidder;
  public long price;
  public String channel;
  public String url;
  /** Milliseconds since the epoch. */
  public long dateTime;
  public String extra;
}
