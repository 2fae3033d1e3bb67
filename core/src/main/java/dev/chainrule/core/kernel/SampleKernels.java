package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;

/**
 * Incremental evaluation of networks of many small products, thousands of times a second: weights
 * are packed once, in the order in which they are read, and everything else lies in arrays. Rows of
 * outputs are padded, to {@link #padded} floats, with what has no meaning.
 */
public interface SampleKernels {
  /** The weight of an output (row) for an input (column) of a matrix to be packed. */
  @FunctionalInterface
  interface Entries {
    float at(int output, int input);
  }

  /** Memory for the matrices of a network, filled in the order of packing. */
  interface Place {}

  /** A packed matrix. */
  interface Product {
    /**
     * {@code y = init + W x} of each stream; y and init may be the same array with the same
     * strides. A stream comes out the same, to the bit, beside any others.
     *
     * @param y [streams, padded outputs], a stream's after {@code yStride}
     * @param init [streams, padded outputs]; stride 0 for one that all share
     * @param x [streams, inputs], beginning at {@code from}
     * @param streams those of the place
     */
    void product(
        float[] y,
        int yStride,
        float[] init,
        int initStride,
        float[] x,
        int from,
        int xStride,
        int streams);

    /**
     * Adds the product of one stream to the sums that begin at {@code at}; float32, of a place for
     * one stream.
     */
    void accumulate(float[] sums, int at, float[] x, int from);

    /** Bytes that a product reads. */
    long bytes();
  }

  /** Whether weights can be kept in a format. */
  boolean has(WeightFormat format);

  /** Rows of streams that are computed together, at least as many as there are streams. */
  int rows(int streams);

  /** Floats that a row of so many outputs takes. */
  int padded(int outputs);

  /** Bytes of memory of a packed matrix. */
  long bytes(WeightFormat format, int outputs, int inputs);

  /**
   * Memory for matrices.
   *
   * @param bytes the sum of their {@link #bytes}
   * @param streams that are multiplied at once, as {@link #rows} gives them
   */
  Place place(long bytes, int streams);

  /** Packs a matrix. */
  Product pack(Place place, WeightFormat format, Entries matrix, int outputs, int inputs);

  /** Copies a few floats. */
  void copy(float[] source, int from, float[] target, int to, int count);

  /**
   * {@code y = tanh(a) sigmoid(b)} of all rows, a and b being the halves of a row of x.
   *
   * @param y [rows, ...], of which {@code channels} from {@code to} on are written
   * @param x [rows, 2 channels], padded
   */
  void gatedActivation(float[] y, int to, float[] x, int channels, int rows);

  /** {@code y += x} of padded rows that share x. */
  void add(float[] y, float[] x);

  /** {@code x = max(x, 0)} of padded rows. */
  void relu(float[] x);

  /** Rows of a tensor [O, I], or [O, K, I] of K I inputs. */
  static Entries of(Tensor w) {
    long columns = w.size() / Math.max(1, w.dim(0));
    return (output, input) -> (float) w.get(output * columns + input);
  }
}
