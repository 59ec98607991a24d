package nexmark.race;

/**
 * The hash of a row of results, the same in every engine of the race: 32 bits, taken from the columns in their order.
 * Begin with {@link #START}, add the columns, end with {@link #mix}.
 */
public final class RowHash {
  public static final int START = 17;

  private RowHash() {}

  public static int add(int hash, long value) {
    return hash * 31 + (int) value;
  }

  public static int add(int hash, String value) {
    int length = value.length();
    return hash * 31 + length * 31 + (length == 0 ? 0 : value.charAt(length - 1));
  }

  public static int mix(int hash) {
    return (hash ^ (hash >>> 15)) * 0x2c1b3c6d;
  }
}
