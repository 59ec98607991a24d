package nexmark.generator;

import java.nio.charset.StandardCharsets;

/** The strings of Nexmark: the tables that all events share, and the random ones. */
final class Texts {
  static final int HOT_CHANNELS = 4;
  static final int COLD_CHANNELS = 10_000;
  /** Hot channels first. A channel and its url have the same index. */
  static final String[] CHANNELS = new String[HOT_CHANNELS + COLD_CHANNELS];
  static final String[] URLS = new String[CHANNELS.length];

  private static final int EXTRA_CHARACTERS = 1 << 20;
  private static final int CHARACTERS_PER_DRAW = 6;
  private static final String EXTRA = extraTable(new SplittableRandom(1));
  private static final int SHORTEST = 3;

  static {
    SplittableRandom random = new SplittableRandom(2);
    byte[] scratch = new byte[8];
    String[] hot = {"Google", "Facebook", "Baidu", "Apple"};
    for (int i = 0; i < HOT_CHANNELS; i++) {
      CHANNELS[i] = hot[i];
      URLS[i] = url(random, scratch);
    }
    for (int i = 0; i < COLD_CHANNELS; i++) {
      CHANNELS[HOT_CHANNELS + i] = "channel-" + i;
      String url = url(random, scratch);
      boolean hasChannel = random.nextInt(10) > 0;
      URLS[HOT_CHANNELS + i] = hasChannel ? url + "&channel_id=" + Math.abs(Integer.reverse(i)) : url;
    }
  }

  private Texts() {}

  private static String extraTable(SplittableRandom random) {
    byte[] table = new byte[EXTRA_CHARACTERS];
    int drawn = 0;
    for (int i = 0; i < table.length; i++) {
      if (i % CHARACTERS_PER_DRAW == 0) drawn = random.nextInt();
      table[i] = (byte) ('a' + drawn % 26);
      drawn /= 26;
    }
    return latin1(table, 0, table.length);
  }

  private static String url(SplittableRandom random, byte[] scratch) {
    return "https://www.nexmark.com/" + text(random, 5, '_', scratch) + '/' + text(random, 5, '_', scratch) + '/'
        + text(random, 5, '_', scratch) + "/item.htm?query=1";
  }

  /** At least three and fewer than {@code max} characters: letters, and {@code special} now and then. */
  static String text(SplittableRandom random, int max, char special, byte[] scratch) {
    int length = fill(random, max, special, scratch);
    return latin1(scratch, 0, length);
  }

  /** As {@link #text} with blanks as the special character, those at either end cut off. */
  static String words(SplittableRandom random, int max, byte[] scratch) {
    int end = fill(random, max, ' ', scratch);
    int begin = 0;
    while (begin < end && scratch[begin] == ' ') begin++;
    while (end > begin && scratch[end - 1] == ' ') end--;
    return latin1(scratch, begin, end - begin);
  }

  private static int fill(SplittableRandom random, int max, char special, byte[] scratch) {
    int length = SHORTEST + random.nextInt(max - SHORTEST);
    for (int i = 0; i < length; i++) {
      scratch[i] = (byte) (random.nextInt(13) == 0 ? special : 'a' + random.nextInt(26));
    }
    return length;
  }

  /** Filler that brings a record of {@code size} bytes to about {@code averageSize}. */
  static String extra(SplittableRandom random, int size, int averageSize) {
    if (size > averageSize) return "";
    int missing = averageSize - size;
    int delta = (int) Math.round(missing * 0.2);
    int length = missing - delta + (delta == 0 ? 0 : random.nextInt(2 * delta));
    int begin = random.nextInt(EXTRA_CHARACTERS - length);
    return EXTRA.substring(begin, begin + length);
  }

  static String latin1(byte[] bytes, int offset, int length) {
    return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
  }
}
