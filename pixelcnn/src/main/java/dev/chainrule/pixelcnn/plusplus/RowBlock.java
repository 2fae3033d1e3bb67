package dev.chainrule.pixelcnn.plusplus;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.nn.Embedding;
import org.jspecify.annotations.Nullable;

/** A residual block of the stream of rows, a row at a time. */
final class RowBlock {
  private final Kernels kernels;
  private final DecodedMap input;
  private final RowConv first;
  private final @Nullable DecodedMap mirrored;
  private final @Nullable Tensor sideWeight;
  private final @Nullable Tensor sideBias;
  private final Tensor hidden;
  private final RowConv second;
  private final @Nullable Tensor condition;
  private final DecodedMap output;

  /**
   * A block's step.
   *
   * @param labels class of each stream
   * @param mirrored the map of the way down that is added; null on the way down
   */
  RowBlock(
      Kernels kernels,
      Parameters parameters,
      GatedResidualBlock block,
      int[] labels,
      DecodedMap input,
      @Nullable DecodedMap mirrored) {
    this.kernels = kernels;
    this.input = input;
    this.mirrored = mirrored;
    int streams = labels.length;
    int width = input.map().dim(2);
    int filters = input.map().dim(3);
    first = new RowConv(kernels, parameters, block.first, streams, width);
    second = new RowConv(kernels, parameters, block.second, streams, width);
    NormedConv2d side = mirrored == null ? null : block.sides.getFirst();
    sideWeight = side == null ? null : side.weight(parameters).reshape(filters, 2 * filters);
    sideBias = side == null ? null : side.bias(parameters);
    hidden = Tensor.zeros(DType.FLOAT32, streams, 1, width, 2 * filters);
    condition = condition(parameters, block.classes, labels);
    output = DecodedMap.row(streams, width, filters);
  }

  /** The class vector of each stream [S, 2F]. */
  static @Nullable Tensor condition(
      Parameters parameters, @Nullable Embedding classes, int[] labels) {
    if (classes == null) {
      return null;
    }
    Tensor table = parameters.value(classes.table());
    Tensor condition = Tensor.zeros(DType.FLOAT32, labels.length, table.dim(1));
    for (int s = 0; s < labels.length; s++) {
      condition.slice(s, s + 1).copyFrom(table.slice(labels[s], labels[s] + 1));
    }
    return condition;
  }

  DecodedMap output() {
    return output;
  }

  void clear() {
    first.clear();
    second.clear();
  }

  /** Computes a row. */
  void run() {
    first.push(input.activated());
    Tensor sum = first.run();
    if (mirrored != null && sideWeight != null) {
      kernels.linear().linear(sum, mirrored.activated(), sideWeight, sideBias, sum);
    }
    kernels.activations().concatElu(hidden, sum);
    second.push(hidden);
    kernels.activations().gatedLinear(output.map(), second.run(), condition, input.map());
    output.activate(kernels);
  }
}
