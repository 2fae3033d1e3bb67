package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.GatedLinearKernels;
import dev.chainrule.core.kernel.WeightNormKernels;
import org.jspecify.annotations.Nullable;

/** Operations of {@link VectorKernels} that need no memory of their own. */
interface VectorImageKernels extends GatedLinearKernels, WeightNormKernels {
  @Override
  default void gatedLinear(
      Tensor y, Tensor x, @Nullable Tensor condition, @Nullable Tensor residual) {
    int group = condition == null ? 1 : x.rows() / condition.rows();
    GatedLinear.forward(
        y.address(),
        x.address(),
        address(condition),
        address(residual),
        x.rows(),
        y.dim(-1),
        group);
  }

  @Override
  default void gatedLinearBackward(
      Tensor dX,
      boolean accumulate,
      @Nullable Tensor dCondition,
      boolean accumulateCondition,
      Tensor dY,
      Tensor x,
      @Nullable Tensor condition) {
    if (dCondition != null && !accumulateCondition) {
      dCondition.segment().fill((byte) 0);
    }
    int group = condition == null ? 1 : x.rows() / condition.rows();
    GatedLinear.backward(
        dX.address(),
        accumulate,
        address(dCondition),
        dY.address(),
        x.address(),
        address(condition),
        x.rows(),
        dY.dim(-1),
        group);
  }

  @Override
  default void weightNorm(Tensor w, Tensor norms, Tensor v, Tensor gain, boolean columns) {
    int units = (int) gain.size();
    int depth = (int) (v.size() / units);
    if (columns) {
      WeightNorm.columns(w.address(), norms.address(), v.address(), gain.address(), units, depth);
    } else {
      WeightNorm.rows(w.address(), norms.address(), v.address(), gain.address(), units, depth);
    }
  }

  @Override
  default void weightNormBackward(
      Tensor dV, Tensor dGain, Tensor dW, Tensor norms, Tensor v, Tensor gain, boolean columns) {
    int units = (int) gain.size();
    int depth = (int) (v.size() / units);
    if (columns) {
      WeightNorm.columnsBackward(
          dV.address(),
          dGain.address(),
          dW.address(),
          norms.address(),
          v.address(),
          gain.address(),
          units,
          depth);
    } else {
      WeightNorm.rowsBackward(
          dV.address(),
          dGain.address(),
          dW.address(),
          norms.address(),
          v.address(),
          gain.address(),
          units,
          depth);
    }
  }

  private static long address(@Nullable Tensor tensor) {
    return tensor == null ? 0 : tensor.address();
  }
}
