package nexmark.generator;

/** The numbers of java.util.SplittableRandom, in an object that can be seeded anew: one seed per event. */
final class SplittableRandom {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1.0p-53;
  private long state;

  SplittableRandom(long seed) {
    state = seed;
  }

  void seed(long seed) {
    state = seed;
  }

  int nextInt() {
    long z = state += GAMMA;
    z = (z ^ (z >>> 33)) * 0x62A9D9ED799705F5L;
    z = (z ^ (z >>> 28)) * 0xCB24D0A5C88C35B3L;
    return (int) (z >>> 32);
  }

  int nextInt(int bound) {
    int r = nextInt();
    int max = bound - 1;
    if ((bound & max) == 0) return r & max;
    for (int u = r >>> 1; ; u = nextInt() >>> 1) {
      r = u % bound;
      if (u + max - r >= 0) return r;
    }
  }

  double nextDouble() {
    long z = state += GAMMA;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return ((z ^ (z >>> 31)) >>> 11) * UNIT;
  }
}
