package dev.chainrule.core.nn.transformer;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.core.kernel.WeightFormat;
import org.jspecify.annotations.Nullable;

/**
 * A linear map of a {@link DeviceNetwork}: of few rows as a step's product, of many as a matrix.
 */
record DeviceMap(Kernels kernels, Tensor weight, @Nullable Tensor bias, PackedLinear packed) {
  static DeviceMap of(Kernels kernels, Tensor weight, @Nullable Tensor bias) {
    PackedLinear packed =
        kernels.steps().pack(weight, bias, WeightFormat.FLOAT32, StepKernels.Reading.STREAMED);
    return new DeviceMap(kernels, weight, bias, packed);
  }

  /**
   * {@code y = x w^T + bias}, or that added to y.
   *
   * @param y [N, O]
   * @param x [N, I]
   */
  void product(Tensor y, boolean add, Tensor x, boolean matrices) {
    if (matrices) {
      kernels.linear().linear(y, x, weight, bias, add ? y : null);
    } else {
      Rows out = Rows.of(y);
      kernels.steps().product(out, add ? out : null, packed, Rows.of(x), y.dim(0));
    }
  }
}
