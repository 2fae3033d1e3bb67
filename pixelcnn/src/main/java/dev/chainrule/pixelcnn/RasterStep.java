package dev.chainrule.pixelcnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.Taps;
import org.jspecify.annotations.Nullable;

/**
 * A convolution by {@link Taps#raster} computed once for each pixel: its part of the rows above for
 * a whole row when the row above is complete, its part of the present row for each pixel.
 */
public final class RasterStep {
  private final Kernels kernels;
  private final int streams;
  private final int outputs;
  private final int reach;
  private final RowBuffer input;
  private final RowCache rowsAbove;
  private final Tensor weightAbove;
  private final Taps tapsAbove;
  private final Tensor above;
  private final Rows aboveRows;
  private final Tensor bias;
  private final PackedLinear own;

  /**
   * For a convolution with the parameters' present values.
   *
   * @param width of a row
   */
  public RasterStep(
      Kernels kernels, Parameters parameters, MaskedConv2d conv, int streams, int width) {
    this.kernels = kernels;
    this.streams = streams;
    Taps taps = conv.taps();
    reach = -taps.dy(0);
    Tensor weight = conv.maskedWeight(parameters);
    outputs = weight.dim(0);
    int inputs = weight.dim(2);
    int countAbove = reach * (2 * reach + 1);
    weightAbove = part(weight, 0, countAbove);
    own = kernels.steps().pack(part(weight, countAbove, taps.count()), null);
    tapsAbove = Taps.rectangle(0, reach - 1, -reach, reach);
    Parameter declared = conv.bias();
    bias = Tensor.zeros(DType.FLOAT32, outputs);
    if (declared != null) {
      copyFloats(bias, parameters.value(declared));
    }
    input = new RowBuffer(streams, reach, width, inputs);
    rowsAbove = new RowCache(streams, reach, width, inputs);
    above = Tensor.zeros(DType.FLOAT32, streams, 1, width, outputs);
    aboveRows = new Rows(above, 0, (long) width * outputs);
  }

  private static void copyFloats(Tensor target, @Nullable Tensor source) {
    for (long i = 0; source != null && i < target.size(); i++) {
      target.set(i, source.get(i));
    }
  }

  /** Taps {@code from} to {@code to} of weights [O, K, I]. */
  private static Tensor part(Tensor weight, int from, int to) {
    int count = weight.dim(1);
    int inputs = weight.dim(2);
    Tensor part = Tensor.zeros(DType.FLOAT32, weight.dim(0), to - from, inputs);
    long size = (long) (to - from) * inputs;
    for (long i = 0; i < part.size(); i++) {
      long o = i / size;
      part.set(i, weight.get((o * count + from) * inputs + i % size));
    }
    return part;
  }

  /** The present row of the input; a pixel's part is written before {@link #run}. */
  public RowBuffer input() {
    return input;
  }

  /** Nothing lies above the first row. */
  public void clear() {
    rowsAbove.clear();
    kernels.linear().addRows(above, zeroed(), bias);
  }

  private Tensor zeroed() {
    above.fill(0);
    return above;
  }

  /** Computes the pixel of a column into rows of each stream's outputs. */
  public void run(int column, Rows y) {
    Rows base = aboveRows.moveTo((long) column * outputs);
    kernels.steps().product(y, base, own, input.rows(column - reach), streams);
  }

  /** The row is complete. */
  public void finishRow() {
    rowsAbove.push(input.places(), input.at(0), input.stride());
    kernels.convolutions().conv2d(above, rowsAbove.rows(), weightAbove, bias, null, tapsAbove);
  }
}
