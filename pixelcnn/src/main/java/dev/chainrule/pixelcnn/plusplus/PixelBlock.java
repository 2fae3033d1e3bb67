package dev.chainrule.pixelcnn.plusplus;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import org.jspecify.annotations.Nullable;

/** A residual block of the stream of pixels, a pixel at a time. */
final class PixelBlock {
  private final Kernels kernels;
  private final DecodedMap input;
  private final DecodedMap row;
  private final @Nullable DecodedMap mirrored;
  private final Tensor linkWeight;
  private final Tensor linkBias;
  private final @Nullable PackedLinear skip;
  private final PixelConv first;
  private final PixelConv second;
  private final @Nullable Tensor condition;
  private final Tensor sum;
  private final Tensor hidden;
  private final Tensor gates;
  private final Rows sumRows;
  private final Rows gateRows;
  private final DecodedMap output;

  /**
   * A block's step.
   *
   * @param labels class of each stream
   * @param input pixel that the block reads
   * @param row what it reads of the stream of rows, whose width is the block's
   * @param mirrored the pixel of the way down that is added; null on the way down
   */
  PixelBlock(
      Kernels kernels,
      Parameters parameters,
      GatedResidualBlock block,
      int[] labels,
      DecodedMap input,
      DecodedMap row,
      @Nullable DecodedMap mirrored) {
    this.kernels = kernels;
    this.input = input;
    this.row = row;
    this.mirrored = mirrored;
    int streams = labels.length;
    int width = row.map().dim(2);
    int filters = input.map().dim(1);
    NormedConv2d link = block.sides.getFirst();
    linkWeight = link.weight(parameters).reshape(filters, 2 * filters);
    linkBias = link.bias(parameters);
    NormedConv2d side = mirrored == null ? null : block.sides.getLast();
    skip =
        side == null ? null : kernels.steps().pack(side.weight(parameters), side.bias(parameters));
    first = new PixelConv(kernels, parameters, block.first, streams, width);
    second = new PixelConv(kernels, parameters, block.second, streams, width);
    condition = RowBlock.condition(parameters, block.classes, labels);
    sum = Tensor.zeros(DType.FLOAT32, streams, filters);
    hidden = Tensor.zeros(DType.FLOAT32, streams, 2 * filters);
    gates = Tensor.zeros(DType.FLOAT32, streams, 2 * filters);
    sumRows = Rows.of(sum);
    gateRows = Rows.of(gates);
    output = DecodedMap.pixel(streams, filters);
  }

  DecodedMap output() {
    return output;
  }

  void clear() {
    first.clear();
    second.clear();
  }

  /** The stream of rows has computed its row. */
  void beginRow() {
    first.beginRow();
    first.link(row.activated(), linkWeight, linkBias);
    second.beginRow();
  }

  /** Computes a pixel. */
  void run(int column) {
    first.put(column, input.activated());
    first.run(column, sumRows);
    if (mirrored != null && skip != null) {
      kernels.steps().product(sumRows, sumRows, skip, mirrored.activatedRows(), sum.dim(0));
    }
    kernels.activations().concatElu(hidden, sum);
    second.put(column, hidden);
    second.run(column, gateRows);
    kernels.activations().gatedLinear(output.map(), gates, condition, input.map());
    output.activate(kernels);
  }

  void finishRow() {
    first.finishRow();
    second.finishRow();
  }
}
