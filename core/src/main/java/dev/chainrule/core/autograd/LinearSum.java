package dev.chainrule.core.autograd;

import dev.chainrule.core.array.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sum of several linear maps: skip connections of many layers into one output. */
public final class LinearSum {
  /** Rows whose output stays in the cache while all maps are added to it. */
  private static final int TILE = 256;

  private LinearSum() {}

  /**
   * {@code bias + sum_l xs[l] ws[l]^T}, without an array for any partial sum.
   *
   * @param xs each [..., I]
   * @param ws each [O, I]
   * @param bias [O]
   * @return [..., O]
   */
  public static Variable linearSum(
      Tape tape, List<Variable> xs, List<Variable> ws, @Nullable Variable bias) {
    Variable first = xs.getFirst();
    int[] shape = first.value().shape();
    shape[shape.length - 1] = ws.getFirst().value().dim(0);
    for (int l = 0; l < xs.size(); l++) {
      Tensor x = xs.get(l).value();
      Tensor w = ws.get(l).value();
      if (x.rows() != first.value().rows() || !w.hasShape(shape[shape.length - 1], x.dim(-1))) {
        throw new IllegalArgumentException(
            "linearSum: shapes %s and %s do not fit".formatted(x, w));
      }
    }
    Variable y = tape.variable(true, shape);
    int rows = y.value().rows();
    for (int from = 0; from < rows; from += TILE) {
      Tensor part = rows(y.value(), from);
      for (int l = 0; l < xs.size(); l++) {
        Tensor b = l > 0 || bias == null ? null : bias.value();
        Tensor x = rows(xs.get(l).value(), from);
        tape.kernels().linear().linear(part, x, ws.get(l).value(), b, l > 0 ? part : null);
      }
    }
    tape.record(
        "linearSum",
        y,
        first,
        xs.getLast(),
        () -> {
          for (int l = 0; l < xs.size(); l++) {
            Variable x = xs.get(l);
            Variable w = ws.get(l);
            boolean accumulate = x.gradientStarted();
            Tensor dX = x.needsGradient() ? tape.gradient(x) : null;
            Tensor dW = w.needsGradient() ? tape.gradient(w) : null;
            Tensor dBias = l > 0 || bias == null ? null : tape.gradient(bias);
            tape.kernels()
                .linear()
                .linearBackward(dX, accumulate, dW, dBias, tape.gradient(y), x.value(), w.value());
          }
        });
    return y;
  }

  private static Tensor rows(Tensor x, int from) {
    int width = x.dim(-1);
    return x.range((long) from * width, Math.min(TILE, x.rows() - from), width);
  }
}
