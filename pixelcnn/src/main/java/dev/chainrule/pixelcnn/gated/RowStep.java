package dev.chainrule.pixelcnn.gated;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.pixelcnn.Conditioning;
import dev.chainrule.pixelcnn.RowCache;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a layer's vertical stack computes when a row is complete. */
final class RowStep {
  private final Kernels kernels;
  private final Tensor input;
  private final Taps taps;
  private final Tensor weight;
  private final Tensor bias;
  private final Tensor linkWeight;
  private final @Nullable Tensor condition;

  /** The vertical map of the newest row before its gate [S, 1, W, 2F]. */
  private final Tensor map;

  private final Tensor output;

  /** What the horizontal gate begins with in any row: bias and condition [S, W, 2F]. */
  private final Tensor start;

  /** The same with the link's part, for the row after the newest. */
  private final Tensor linked;

  private final @Nullable RowCache kept;

  /**
   * A layer's step.
   *
   * @param condition class or vector of each stream
   * @param input rows that the layer reads [S, rows, W, I]
   * @param keptRows of its output, for the next layer; 0 for the last
   */
  RowStep(
      Kernels kernels,
      Parameters parameters,
      GatedLayer layer,
      Tensor condition,
      Tensor input,
      int keptRows) {
    this.kernels = kernels;
    this.input = input;
    int streams = condition.dim(0);
    int width = input.dim(2);
    weight = layer.vertical.maskedWeight(parameters);
    int units = weight.dim(0);
    bias = parameters.value(Objects.requireNonNull(layer.vertical.bias()));
    linkWeight = layer.link.maskedWeight(parameters).reshape(units, units);
    int half = -layer.vertical.taps().dx(0);
    taps = Taps.rectangle(0, input.dim(1) - 1, -half, half);
    map = zeros(streams, 1, width, units);
    output = zeros(streams, 1, width, units / 2);
    this.condition = rows(parameters, layer.verticalCondition, condition);
    Tensor horizontalBias = parameters.value(Objects.requireNonNull(layer.horizontal.bias()));
    Tensor added = rows(parameters, layer.horizontalCondition, condition);
    start = zeros(streams, width, units);
    for (long i = 0; i < start.size(); i++) {
      long stream = i / ((long) width * units);
      double own = added == null ? 0 : added.get(stream * units + i % units);
      start.set(i, horizontalBias.get(i % units) + own);
    }
    linked = zeros(streams, width, units);
    kept = keptRows == 0 ? null : new RowCache(streams, keptRows, width, units / 2);
  }

  /** What each stream's gates add for its condition [S, 2F]. */
  private static @Nullable Tensor rows(
      Parameters parameters, @Nullable Conditioning conditioning, Tensor condition) {
    return conditioning == null ? null : conditioning.rows(parameters, condition);
  }

  private static Tensor zeros(int... shape) {
    return Tensor.zeros(DType.FLOAT32, shape);
  }

  /** The output's last rows; null for the last layer. */
  @Nullable RowCache kept() {
    return kept;
  }

  /** What the horizontal gate of the present row begins with [S, W, 2F]. */
  Tensor linked() {
    return linked;
  }

  /** Nothing lies above the first row. */
  void clear() {
    linked.copyFrom(start);
    if (kept != null) {
      kept.clear();
    }
  }

  /** Takes a new row in. */
  void run() {
    kernels.convolutions().conv2d(map, input, weight, bias, null, taps);
    kernels.linear().linear(linked, map, linkWeight, null, start);
    if (kept != null) {
      kernels.activations().gatedActivation(output, map, condition);
      kept.push(output, 0, output.size() / output.dim(0));
    }
  }
}
