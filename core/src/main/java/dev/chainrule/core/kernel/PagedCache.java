package dev.chainrule.core.kernel;

/**
 * The keys and values that one attention layer has seen, of several streams, whose memory grows
 * with what is stored: a window keeps no more than it sees, and streams that were forked may share
 * what both have seen. {@link CacheReader} attends to them.
 *
 * <p>{@link #extend} and what else changes a stream's length is for one thread; then different
 * heads may be used by different threads at once.
 */
public interface PagedCache {
  /** Bytes of memory that it has, used or kept for later. */
  long bytes();

  /**
   * Makes room for times {@code from} to {@code to - 1} of a stream, and lets go what none sees.
   */
  void extend(int stream, int from, int to);

  /** Forgets a stream. */
  void reset(int stream);

  /** Forgets the times of a stream from one on. */
  void truncate(int stream, int to);

  /**
   * The first time from which a stream could go on: all that it sees is still there. 0 as long as
   * nothing was let go.
   */
  int earliest(int stream);

  /** Stream {@code to} has seen what stream {@code from} has. */
  void fork(int from, int to);

  /**
   * Stores the key and the value of one time, for which there is room, in the cache's format.
   *
   * @param key address of [HS]
   * @param value address of [HS]
   */
  void put(int stream, int head, int time, long key, long value);

  /**
   * The key and the value of one time, as they are kept: rounded by the format. Stored again, they
   * are the same to the bit.
   *
   * @param key address of [HS], written
   * @param value address of [HS], written
   */
  void get(int stream, int head, int time, long key, long value);
}
