package dev.chainrule.core.autograd;

import dev.chainrule.core.array.Tensor;

/** Operations that move numbers and compute none. */
public final class ShapeOps {
  private ShapeOps() {}

  /** The same elements in the same order under another shape. */
  public static Variable reshape(Tape tape, Variable x, int... shape) {
    Variable y = tape.variable(x.needsGradient(), shape);
    if (y.value().size() != x.value().size()) {
      throw new IllegalArgumentException(
          "reshape: shapes %s and %s do not fit".formatted(x.value(), y.value()));
    }
    tape.kernels().copy(y.value(), x.value());
    tape.record(
        y,
        x,
        () -> {
          Tensor dY = tape.gradient(y);
          boolean accumulate = x.gradientStarted();
          Tensor dX = tape.gradient(x);
          if (accumulate) {
            tape.kernels().addScaled(dX, dY, 1);
          } else {
            tape.kernels().copy(dX, dY);
          }
        });
    return y;
  }
}
