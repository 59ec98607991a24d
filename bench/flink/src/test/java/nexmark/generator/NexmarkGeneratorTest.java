package nexmark.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import nexmark.model.Auction;
import nexmark.model.Bid;
import nexmark.model.NexmarkEvent;
import nexmark.model.Person;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** The stream is the one of profile ND1, to the last character. */
class NexmarkGeneratorTest {
  @ParameterizedTest
  @CsvFileSource(resources = "/stream-hashes.csv", numLinesToSkip = 1)
  void makesTheStreamOfTheProfile(double rate, long baseTime, int outOfOrderGroupSize, long events, String sha256)
      throws Exception {
    NexmarkGenerator generator =
        new NexmarkGenerator(new NexmarkConfig(events, 0, rate, baseTime, outOfOrderGroupSize));
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (long k = 0; k < events; k++) digest.update(line(generator.event(k)).getBytes(StandardCharsets.ISO_8859_1));
    assertEquals(sha256, HexFormat.of().formatHex(digest.digest()));
  }

  private static String line(NexmarkEvent event) {
    if (event.bid != null) {
      Bid b = event.bid;
      return array("B", b.dateTime, b.auction, b.bidder, b.price, b.channel, b.url, b.extra);
    }
    if (event.auction != null) {
      Auction a = event.auction;
      return array("A", a.dateTime, a.id, a.itemName, a.description, a.initialBid, a.reserve, a.expires, a.seller,
          a.category, a.extra);
    }
    Person p = event.person;
    return array("P", p.dateTime, p.id, p.name, p.emailAddress, p.creditCard, p.city, p.state, p.extra);
  }

  private static String array(Object... values) {
    StringBuilder line = new StringBuilder();
    for (Object value : values) {
      line.append(line.isEmpty() ? '[' : ',');
      if (value instanceof String text) line.append('"').append(text.replace("\\", "\\\\")).append('"');
      else line.append(value);
    }
    return line.append("]\n").toString();
  }
}
