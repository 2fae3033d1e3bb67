package dev.chainrule.core.kernel;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.kernel.cuda.CudaUnderTest;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The kernels of the cuda engine compute what the reference computes, in three orders of threads,
 * on the stand-in for a GPU.
 */
class CudaAgreementTest {
  private static CudaUnderTest cuda;

  @BeforeAll
  static void start() {
    cuda = CudaUnderTest.onStandIn();
  }

  @AfterAll
  static void stop() {
    if (cuda != null) {
      cuda.close();
    }
  }

  static List<KernelCase> cases() {
    return KernelCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void threadsForward(KernelCase kernelCase) {
    cuda.order(0);
    kernelCase.check(cuda.ownProducts(), DType.FLOAT32);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void threadsBackward(KernelCase kernelCase) {
    cuda.order(1);
    kernelCase.check(cuda.ownProducts(), DType.FLOAT32);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void threadsShuffled(KernelCase kernelCase) {
    cuda.order(2);
    kernelCase.check(cuda.libraryProducts(), DType.FLOAT32);
  }
}
