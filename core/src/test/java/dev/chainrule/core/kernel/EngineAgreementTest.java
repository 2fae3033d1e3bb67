package dev.chainrule.core.kernel;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.kernel.nd4j.Nd4jKernels;
import dev.chainrule.core.kernel.vector.VectorKernels;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every engine computes what the reference computes. */
class EngineAgreementTest {
  private static final Kernels VECTOR = new VectorKernels();
  private static final Kernels ND4J = new Nd4jKernels();

  static List<KernelCase> cases() {
    return KernelCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void vectorKernels(KernelCase kernelCase) {
    kernelCase.check(VECTOR, DType.FLOAT32);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nd4jKernels(KernelCase kernelCase) {
    kernelCase.check(ND4J, DType.FLOAT32);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nd4jKernelsInDouble(KernelCase kernelCase) {
    kernelCase.check(ND4J, DType.FLOAT64);
  }
}
