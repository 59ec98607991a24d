package nexmark.model;

/** An item for sale; prices in cents. */
public class Auction {
  public long id;
  public String itemName;
  public String description;
  public long initialBid;
  public long reserve;
  /** Milliseconds since the epoch. */
  public long dateTime;
  /** The last moment for a bid, in milliseconds since the epoch. */
  public long expires;
  public long seller;
  public long category;
  public String extra;
}
