package dev.chainrule.core.quant;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Rounds the rows of a matrix so that its products with typical inputs change least, as GPTQ does
 * (Frantar et al. 2023): numbers are rounded one after the other, and what one was rounded by is
 * made up for by those after it, as far as their inputs go with its own. With {@code R R^T} the
 * moments of the inputs, the squared error of a row is the sum over j of {@code (sum over i <= j of
 * R[i, j] d[i])^2}: each number is rounded to what makes its own term least. The scales of a block
 * are those of least such error of the block's numbers, by the squares of R's diagonal.
 *
 * <p><b>Differences from the paper:</b> scales are looked for by weighted least squares, in the
 * formats of {@link BlockFormat}; R comes of the moments themselves, without an inverse.
 */
public final class CalibratedRounding {
  private final GridCodec codec;
  private final BlockFormat format;
  private final int columns;
  private final float[] root;
  private final float[] inverse;
  private final float[] weights;

  private CalibratedRounding(GridCodec codec, BlockFormat format, int columns, float[] root) {
    this.codec = codec;
    this.format = format;
    this.columns = columns;
    this.root = root;
    inverse = new float[columns];
    weights = new float[columns];
    for (int j = 0; j < columns; j++) {
      float diagonal = root[j * columns + j];
      inverse[j] = 1 / diagonal;
      weights[j] = diagonal * diagonal;
    }
  }

  /** Whether a format has codes that can be chosen. */
  public static boolean isFor(BlockFormat format) {
    return format.codec() instanceof GridCodec;
  }

  /**
   * For a matrix of as many columns as inputs.
   *
   * @throws IllegalArgumentException if the format has no codes, or rows are no whole blocks
   */
  public static CalibratedRounding of(BlockFormat format, InputMoments moments) {
    if (!(format.codec() instanceof GridCodec codec) || moments.size() % format.elements() != 0) {
      throw new IllegalArgumentException(
          "%s for rows of %d, expected a format of codes and whole blocks"
              .formatted(format, moments.size()));
    }
    return new CalibratedRounding(codec, format, moments.size(), moments.root());
  }

  /** Numbers of a row. */
  public int columns() {
    return columns;
  }

  /** As {@link BlockFormat#quantizeClosest}, of whole rows; several threads may call it. */
  public void round(float[] from, int at, MemorySegment to, long offset, int n) {
    Row row = new Row();
    long bytes = format.bytes(columns);
    for (int r = 0; r < n / columns; r++) {
      row.round(from, at + r * columns, to, offset + r * bytes);
    }
  }

  /** A row that is being rounded. */
  private final class Row {
    /** Of each number the sum of R[i, j] d[i] over those before it. */
    private final float[] sums = new float[columns];

    private final float[] wanted = new float[format.elements()];
    private final float[] scale = new float[format.elements()];
    private final float[] least = new float[format.elements()];
    private final int[] codes = new int[format.elements()];

    void round(float[] x, int at, MemorySegment to, long offset) {
      Arrays.fill(sums, 0);
      for (int first = 0; first < columns; first += wanted.length) {
        long block = offset + format.bytes(first);
        for (int i = 0; i < wanted.length; i++) {
          wanted[i] = wanted(x[at + first + i], first + i);
        }
        codec.plan(wanted, 0, weights, first, to, block, scale, least);
        for (int i = 0; i < wanted.length; i++) {
          roundOne(x[at + first + i], first + i, i);
        }
        codec.putCodes(codes, to, block);
      }
    }

    private float wanted(float x, int j) {
      return x + sums[j] * inverse[j];
    }

    private void roundOne(float x, int j, int i) {
      codes[i] =
          Stored.nearest((wanted(x, j) - least[i]) * Stored.inverse(scale[i]), 0, codec.largest());
      float error = x - (scale[i] * codes[i] + least[i]);
      int row = j * columns;
      for (int k = j + 1; k < columns; k++) {
        sums[k] += error * root[row + k];
      }
    }
  }
}
