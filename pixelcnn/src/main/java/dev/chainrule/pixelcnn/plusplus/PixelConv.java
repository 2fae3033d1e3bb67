package dev.chainrule.pixelcnn.plusplus;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.pixelcnn.RowBuffer;
import dev.chainrule.pixelcnn.RowCache;

/**
 * A convolution of the stream of pixels. What it reads of the row above is computed for a row as a
 * whole when the row begins; for each pixel only the two taps of its own row are left.
 */
final class PixelConv {
  private final Kernels kernels;
  private final Tensor weightAbove;
  private final Tensor bias;
  private final Taps tapsAbove;
  private final PackedLinear own;
  private final RowCache previous;
  private final RowBuffer row;
  private final Tensor above;
  private final Rows aboveRows;
  private final int stride;

  /** For rows of some places of input. */
  PixelConv(Kernels kernels, Parameters parameters, NormedConv2d conv, int streams, int width) {
    this.kernels = kernels;
    weightAbove = conv.weight(parameters, 0, 2);
    own = kernels.steps().pack(conv.weight(parameters, 2, 4), null);
    bias = conv.bias(parameters);
    stride = conv.taps().stride();
    tapsAbove = Taps.rectangle(0, 0, -1, 0).withStride(stride);
    int inputs = weightAbove.dim(2);
    previous = new RowCache(streams, 1, width, inputs);
    row = new RowBuffer(streams, 1, width, inputs);
    above =
        Tensor.zeros(DType.FLOAT32, streams, 1, Math.ceilDiv(width, stride), weightAbove.dim(0));
    aboveRows = new Rows(above, 0, above.size() / streams);
  }

  /** Nothing lies above the first row. */
  void clear() {
    previous.clear();
  }

  /** Begins a row of output. */
  void beginRow() {
    kernels.convolutions().conv2d(above, previous.rows(), weightAbove, bias, null, tapsAbove);
  }

  /** Adds a 1 x 1 convolution of another stream's row to the row of output. */
  void link(Tensor x, Tensor weight, Tensor addedBias) {
    kernels.linear().linear(above, x, weight, addedBias, above);
  }

  /** Puts a pixel of input [S, I] in its column. */
  void put(int column, Tensor x) {
    row.put(column, x);
  }

  /** Computes a pixel of output into rows of O. */
  void run(int column, Rows y) {
    Rows base = aboveRows.moveTo((long) column * own.outputs());
    kernels.steps().product(y, base, own, row.rows(column * stride - 1), above.dim(0));
  }

  /** The row of input is complete. */
  void finishRow() {
    previous.push(row.places(), row.at(0), row.stride());
  }
}
