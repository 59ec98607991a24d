package nexmark.model;

/** Somebody who sells or bids. */
public class Person {
  public long id;
  public String name;
  public String emailAddress;
  public String creditCard;
  public String city;
  public String state;
  /** Milliseconds since the epoch. */
  public long dateTime;
  public String extra;
}
