package dev.chainrule.core.kernel;

/**
 * Functions of a few rows and the memory of attention, for decoders in the processor's memory, by
 * bare address: the same functions as training's, without what only a gradient needs. What
 * addresses point to must outlive the call; float32 throughout. Threads may share an instance.
 */
public interface RowKernels {
  /**
   * Layer normalisation of each row.
   *
   * @param y [N, C]
   * @param x [N, C]
   * @param gain [C]
   * @param bias [C], or 0 for none
   * @param rows N
   * @param width C
   */
  void layerNorm(long y, long x, long gain, long bias, int rows, int width, double epsilon);

  /**
   * Root-mean-square normalisation of each row; y may be x.
   *
   * @param y [N, C]
   * @param x [N, C]
   * @param gain [C]
   * @param rows N
   * @param width C
   */
  void rmsNorm(long y, long x, long gain, int rows, int width, double epsilon);

  /**
   * Rotates the heads of one row, in place.
   *
   * @param x [heads, 2 half]
   * @param cos [half]
   * @param sin [half]
   */
  void rotate(long x, long cos, long sin, int heads, int half);

  /** {@code y = f(gate) up} of n elements, without up (0) {@code f(gate)}; y may be gate. */
  void gate(long y, long gate, long up, GateFunction f, int n);

  /** {@code x = cap tanh(x / cap)} of n elements. */
  void softCap(long x, double cap, int n);

  /** {@code x = x + y} of n elements. */
  void add(long x, long y, int n);

  /**
   * {@code y = exp(scale * (x - max(x)))} of n elements, which is a softmax once it is divided by
   * its sum; y may be x.
   *
   * @return the sum
   */
  float softmaxWeights(long y, long x, double scale, int n);

  /**
   * A step of an LSTM: activates the gates, then computes cell and output.
   *
   * @param h [H]
   * @param c [H]; may be c0
   * @param gates [4H] in the order input, forget, candidate, output, before activation; overwritten
   * @param c0 the cell before [H]; 0 where it is zero
   * @param units H
   */
  void lstmCell(long h, long c, long gates, long c0, int units);

  /**
   * Memory for the keys and values of one attention layer.
   *
   * @param capacity most times that it holds
   */
  AttentionCache attentionCache(int streams, int heads, int headSize, int capacity);

  /**
   * Memory for the keys and values of one attention layer that grows with what is stored.
   *
   * @param shape of the layer's attention
   */
  PagedCache pagedCache(CacheFormat format, AttentionShape shape, int headSize, int streams);

  /**
   * What a worker reads caches of a format and a size of heads with.
   *
   * @param capacity most times that are seen at once
   */
  CacheReader cacheReader(CacheFormat format, int headSize, int capacity);
}
