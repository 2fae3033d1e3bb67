package dev.chainrule.core.kernel;

/**
 * The keys and values that one attention layer has seen, and attention of a query to them, in three
 * steps that the caller puts together: {@link #scores}, {@link RowKernels#softmaxWeights}, {@link
 * #mix}. Different heads may be used by different threads at once.
 */
public interface AttentionCache {
  /**
   * Stores the key and the value of one time.
   *
   * @param key [HS]
   * @param value [HS]
   */
  void put(int stream, int head, int time, long key, long value);

  /**
   * The key and the value of one time.
   *
   * @param key [HS], written
   * @param value [HS], written
   */
  void get(int stream, int head, int time, long key, long value);

  /** Makes what one stream has stored what another has. */
  void copyStream(int from, int to);

  /** Floats of memory that {@link #scores} needs for a number of times. */
  int scoreRoom(int times);

  /**
   * The products of the query with the keys of times 0 to {@code visible - 1}, not yet divided by
   * the square root of HS.
   *
   * @param scores {@link #scoreRoom} floats, written
   * @param query [HS]
   */
  void scores(long scores, long query, int stream, int head, int visible);

  /**
   * The weighted mean of the values of times 0 to {@code visible - 1}.
   *
   * @param y [HS], written
   * @param weights [visible]
   * @param total the sum of the weights
   */
  void mix(long y, long weights, float total, int stream, int head, int visible);
}
