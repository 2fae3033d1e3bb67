package dev.chainrule.base.random;

import java.util.random.RandomGenerator;

/**
 * A counter-based generator: the n-th value is {@code mix(key + n * GOLDEN)}, a pure function of
 * the key and of n. It is SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) with its position in the
 * open, so that any element of any stream can be drawn on its own, on any thread, in any order.
 */
public final class CounterRandom implements RandomGenerator {
  /** The odd 64-bit integer nearest to 2^64 divided by the golden ratio. */
  public static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long key;
  private long position;

  private CounterRandom(long key, long position) {
    this.key = key;
    this.position = position;
  }

  /**
   * The stream that a seed and a path of numbers name, for example {@code of(seed, epoch, item)};
   * different paths give independent streams.
   */
  public static CounterRandom of(long seed, long... path) {
    return new CounterRandom(key(seed, path), 0);
  }

  /** The key of the stream that {@link #of} gives, for use with {@link #bits}. */
  public static long key(long seed, long... path) {
    long key = mix(seed + GOLDEN);
    for (long part : path) {
      key = mix(key ^ mix(part + GOLDEN));
    }
    return key;
  }

  /** Value number {@code position} (from 0) of the stream with this key: 64 uniform bits. */
  public static long bits(long key, long position) {
    return mix(key + (position + 1) * GOLDEN);
  }

  /** The key of the same stream without its first values: their number counts from there. */
  public static long after(long key, long values) {
    return key + values * GOLDEN;
  }

  /** How many values were drawn so far; with {@link #at} it restores a generator. */
  public long position() {
    return position;
  }

  /** The same stream, from the given position on. */
  public CounterRandom at(long position) {
    return new CounterRandom(key, position);
  }

  @Override
  public long nextLong() {
    return bits(key, position++);
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
