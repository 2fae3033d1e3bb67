package dev.chainrule.pixelcnn.plusplus;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.pixelcnn.RowCache;

/** A convolution of the stream of rows: two rows of input are kept, a row of output computed. */
final class RowConv {
  private final Kernels kernels;
  private final RowCache input;
  private final Tensor weight;
  private final Tensor bias;
  private final Taps taps;
  private final Tensor output;

  /** For rows of some places of input. */
  RowConv(Kernels kernels, Parameters parameters, NormedConv2d conv, int streams, int width) {
    this.kernels = kernels;
    weight = conv.weight(parameters);
    bias = conv.bias(parameters);
    int stride = conv.taps().stride();
    taps = Taps.rectangle(0, 1, -1, 1).withStride(stride);
    input = new RowCache(streams, 2, width, weight.dim(2));
    output = Tensor.zeros(DType.FLOAT32, streams, 1, Math.ceilDiv(width, stride), weight.dim(0));
  }

  /** Nothing lies above the first row. */
  void clear() {
    input.clear();
  }

  /** Takes a row of input in [S, 1, W, I]. */
  void push(Tensor row) {
    input.push(row, 0, row.size() / row.dim(0));
  }

  /** Takes a row of input in of which stream s begins at element {@code from + s * stride}. */
  void push(Tensor row, long from, long stride) {
    input.push(row, from, stride);
  }

  /** The row of output, which reads the last two rows of input [S, 1, W', O]. */
  Tensor run() {
    kernels.convolutions().conv2d(output, input.rows(), weight, bias, null, taps);
    return output;
  }
}
