package dev.chainrule.core.kernel;

/**
 * Attention of queries that share a head of keys and values to a {@link PagedCache} of the same
 * engine: {@code softmax(softcap(scale q k)) v}. The memory is a worker's own; one reader serves
 * caches of all layers whose heads are of one size.
 */
public interface CacheReader {
  /** How many queries may attend at once if they see no more than so many times; at least 1. */
  int most(int seen);

  /** Address where query n [HS] is put before, and what it gets is found after {@link #attend}. */
  long query(int n);

  /**
   * Says where a query stands; queries stand in the order of their times.
   *
   * @param n of the query
   * @param time of the query
   */
  void at(int n, int time);

  /**
   * Replaces queries by the means of the values that they see.
   *
   * @param head of keys and values
   * @param count at most {@link #most} of the times that they see
   */
  void attend(PagedCache cache, int stream, int head, int count);
}
