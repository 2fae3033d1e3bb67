package dev.chainrule.pixelcnn.gated;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.pixelcnn.Conditioning;
import dev.chainrule.pixelcnn.RowWindow;
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
  private final Rows outputRows;

  /** What the horizontal gate begins with in any row: bias and condition [S, W, 2F]. */
  private final Tensor start;

  /** The same with the link's part, for the row after the newest. */
  private final Tensor linked;

  private final @Nullable RowWindow kept;

  /**
   * A layer's step.
   *
   * @param condition class or vector of each stream
   * @param input rows that the layer reads [S, rows, W, I]
   * @param keptRows of its output, for the next layer; 0 for the last
   */
  RowStep(
      Engine engine,
      Parameters parameters,
      GatedLayer layer,
      Tensor condition,
      Tensor input,
      int keptRows) {
    kernels = engine.kernels(0);
    this.input = input;
    int streams = condition.dim(0);
    int width = input.dim(2);
    weight = engine.place(layer.vertical.maskedWeight(parameters));
    int units = weight.dim(0);
    bias = parameters.value(Objects.requireNonNull(layer.vertical.bias()));
    linkWeight = engine.place(layer.link.maskedWeight(parameters).reshape(units, units));
    int half = -layer.vertical.taps().dx(0);
    taps = Taps.rectangle(0, input.dim(1) - 1, -half, half);
    map = engine.zeros(DType.FLOAT32, streams, 1, width, units);
    output = engine.zeros(DType.FLOAT32, streams, 1, width, units / 2);
    outputRows = new Rows(output, 0, output.size() / streams);
    Tensor vertical = rows(parameters, layer.verticalCondition, condition);
    this.condition = vertical == null ? null : engine.place(vertical);
    Tensor horizontalBias =
        parameters.value(Objects.requireNonNull(layer.horizontal.bias())).host();
    Tensor added = rows(parameters, layer.horizontalCondition, condition);
    Tensor begun = Tensor.zeros(DType.FLOAT32, streams, width, units);
    for (long i = 0; i < begun.size(); i++) {
      long stream = i / ((long) width * units);
      double own = added == null ? 0 : added.get(stream * units + i % units);
      begun.set(i, horizontalBias.get(i % units) + own);
    }
    start = engine.place(begun);
    linked = engine.zeros(DType.FLOAT32, streams, width, units);
    kept = keptRows == 0 ? null : new RowWindow(engine, streams, keptRows, width, units / 2);
  }

  /** What each stream's gates add for its condition [S, 2F]. */
  private static @Nullable Tensor rows(
      Parameters parameters, @Nullable Conditioning conditioning, Tensor condition) {
    return conditioning == null ? null : conditioning.rows(parameters, condition);
  }

  /** The output's last rows; null for the last layer. */
  @Nullable RowWindow kept() {
    return kept;
  }

  /** What the horizontal gate of the present row begins with [S, W, 2F]. */
  Tensor linked() {
    return linked;
  }

  /** Nothing lies above the first row. */
  void clear() {
    kernels.arrays().copy(linked, start);
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
      kept.push(outputRows);
    }
  }
}
