package nexmark.source;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import nexmark.generator.NexmarkGenerator;
import nexmark.model.Auction;
import nexmark.model.Bid;
import nexmark.model.NexmarkEvent;
import nexmark.model.Person;

/**
 * Events as binary rows in memory, in chunks of a size that the garbage collector moves without effort. A row is its
 * kind (one byte), then its fields: numbers in eight bytes, strings as their length in two bytes and Latin-1.
 */
final class EncodedEvents {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
  private static final int CHUNK_BYTES = 1 << 18;
  private static final int LONGEST_ROW = 1 << 11;
  private static final byte PERSON = 1;
  private static final byte AUCTION = 2;
  private static final byte BID = 3;
  /** Where a row would stand, behind the last one of a chunk. */
  private static final byte END = 0;

  private final List<byte[]> chunks = new ArrayList<>();

  static EncodedEvents of(NexmarkGenerator generator, Stripe stripe) {
    EncodedEvents events = new EncodedEvents();
    Writer writer = new Writer();
    for (long k = stripe.next(); k < stripe.end(); k += stripe.stride()) {
      if (writer.at > CHUNK_BYTES - LONGEST_ROW) events.chunks.add(writer.finish());
      writer.write(generator.event(k));
    }
    events.chunks.add(writer.finish());
    return events;
  }

  EventCursor cursor() {
    return new Reader(chunks);
  }

  private static final class Writer {
    private byte[] chunk = new byte[CHUNK_BYTES];
    private int at;

    byte[] finish() {
      byte[] full = chunk;
      full[at] = END;
      chunk = new byte[CHUNK_BYTES];
      at = 0;
      return full;
    }

    void write(NexmarkEvent event) {
      if (event.bid != null) bid(event.bid);
      else if (event.auction != null) auction(event.auction);
      else person(event.person);
    }

    private void person(Person person) {
      chunk[at++] = PERSON;
      number(person.id);
      text(person.name);
      text(person.emailAddress);
      text(person.creditCard);
      text(person.city);
      text(person.state);
      number(person.dateTime);
      text(person.extra);
    }

    private void auction(Auction auction) {
      chunk[at++] = AUCTION;
      number(auction.id);
      text(auction.itemName);
      text(auction.description);
      number(auction.initialBid);
      number(auction.reserve);
      number(auction.dateTime);
      number(auction.expires);
      number(auction.seller);
      number(auction.category);
      text(auction.extra);
    }

    private void bid(Bid bid) {
      chunk[at++] = BID;
      number(bid.auction);
      number(bid.bidder);
      number(bid.price);
      text(bid.channel);
      text(bid.url);
      number(bid.dateTime);
      text(bid.extra);
    }

    private void number(long value) {
      LONG.set(chunk, at, value);
      at += Long.BYTES;
    }

    private void text(String value) {
      byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
      SHORT.set(chunk, at, (short) bytes.length);
      System.arraycopy(bytes, 0, chunk, at + Short.BYTES, bytes.length);
      at += Short.BYTES + bytes.length;
    }
  }

  private static final class Reader implements EventCursor {
    private final List<byte[]> chunks;
    private int nextChunk;
    private byte[] chunk = {END};
    private int at;

    Reader(List<byte[]> chunks) {
      this.chunks = chunks;
    }

    @Override
    public NexmarkEvent next() {
      if (chunk[at] == END) {
        chunk = chunks.get(nextChunk++);
        at = 0;
      }
      switch (chunk[at++]) {
        case BID:
          return NexmarkEvent.of(bid());
        case AUCTION:
          return NexmarkEvent.of(auction());
        case PERSON:
          return NexmarkEvent.of(person());
        default:
          throw new IllegalStateException("no event of this kind at byte " + (at - 1) + " of chunk " + nextChunk);
      }
    }

    private Person person() {
      Person person = new Person();
      person.id = number();
      person.name = text();
      person.emailAddress = text();
      person.creditCard = text();
      person.city = text();
      person.state = text();
      person.dateTime = number();
      person.extra = text();
      return person;
    }

    private Auction auction() {
      Auction auction = new Auction();
      auction.id = number();
      auction.itemName = text();
      auction.description = text();
      auction.initialBid = number();
      auction.reserve = number();
      auction.dateTime = number();
      auction.expires = number();
      auction.seller = number();
      auction.category = number();
      auction.extra = text();
      return auction;
    }

    private Bid bid() {
      Bid bid = new Bid();
      bid.auction = number();
      bid.bidder = number();
      bid.price = number();
      bid.channel = text();
      bid.url = text();
      bid.dateTime = number();
      bid.extra = text();
      return bid;
    }

    private long number() {
      long value = (long) LONG.get(chunk, at);
      at += Long.BYTES;
      return value;
    }

    private String text() {
      int length = (short) SHORT.get(chunk, at);
      int begin = at + Short.BYTES;
      at = begin + length;
      return new String(chunk, begin, length, StandardCharsets.ISO_8859_1);
    }
  }
}
