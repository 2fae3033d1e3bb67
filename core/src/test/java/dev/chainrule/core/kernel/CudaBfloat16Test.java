package dev.chainrule.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.cuda.CudaUnderTest;
import dev.chainrule.core.kernel.reference.ReferenceKernels;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Products of bfloat16 on tensor cores, on inputs that bfloat16 holds exactly: sums of their
 * products agree as float32 does. Attention rounds its probabilities, too, to 8 bits.
 */
class CudaBfloat16Test {
  private static final Kernels REFERENCE = new ReferenceKernels();
  private static final int[][] PRODUCTS = {
    {1, 1, 1}, {3, 17, 5}, {64, 64, 64}, {65, 70, 129}, {7, 130, 33}
  };
  private static final int[] TIMES = {1, 2, 63, 64, 65, 130};

  private final CounterRandom rng = CounterRandom.of(11);
  private CudaUnderTest cuda;

  @BeforeEach
  void open() {
    cuda = CudaUnderTest.onStandIn();
  }

  /** All checks, on whatever the kernels run. */
  void all(CudaUnderTest device) {
    cuda = device;
    for (int[] shape : PRODUCTS) {
      products(shape);
    }
    for (int time : TIMES) {
      attention(time);
    }
  }

  private Tensor rounded(int... shape) {
    Tensor x = Tensor.zeros(DType.FLOAT32, shape);
    for (long i = 0; i < x.size(); i++) {
      int bits = Float.floatToRawIntBits((float) rng.nextGaussian());
      x.set(i, Float.intBitsToFloat(bits & 0xffff0000));
    }
    return x;
  }

  private static Tensor copy(Tensor x) {
    Tensor copy = Tensor.zeros(x.dtype(), x.shape());
    copy.copyFrom(x);
    return copy;
  }

  private static void assertClose(Tensor actual, Tensor expected, double tolerance) {
    for (long i = 0; i < expected.size(); i++) {
      double e = expected.get(i);
      assertThat(Math.abs(actual.get(i) - e))
          .as("element %d, %s for %s", i, actual.get(i), e)
          .isLessThanOrEqualTo(tolerance * (1 + Math.abs(e)));
    }
  }

  @AfterEach
  void close() {
    if (cuda != null) {
      cuda.close();
    }
  }

  static int[][] shapes() {
    return PRODUCTS;
  }

  static int[] times() {
    return TIMES;
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void products(int[] shape) {
    int n = shape[0];
    int in = shape[1];
    int out = shape[2];
    for (int order = 0; order < 3; order++) {
      cuda.order(order);
      Tensor x = rounded(n, in);
      Tensor w = rounded(out, in);
      Tensor bias = rounded(out);
      Tensor y = rounded(n, out);
      Tensor expected = copy(y);
      cuda.bfloat16().linear().linear(y, x, w, bias, y);
      REFERENCE.linear().linear(expected, x, w, bias, expected);
      assertClose(y, expected, 2e-5);
      Tensor dY = rounded(n, out);
      Tensor dX = rounded(n, in);
      Tensor dW = rounded(out, in);
      Tensor expectedDx = copy(dX);
      Tensor expectedDw = copy(dW);
      cuda.bfloat16().linear().linearBackward(dX, true, dW, null, dY, x, w);
      REFERENCE.linear().linearBackward(expectedDx, true, expectedDw, null, dY, x, w);
      assertClose(dX, expectedDx, 2e-5);
      assertClose(dW, expectedDw, 2e-5);
    }
  }

  @ParameterizedTest
  @MethodSource("times")
  void attention(int time) {
    for (int headSize : new int[] {16, 64}) {
      cuda.order(time % 3);
      int width = 2 * headSize;
      Tensor qkv = rounded(1, time, 3 * width);
      Tensor y = rounded(1, time, width);
      Tensor lse = rounded(1, 2, time);
      Tensor expectedY = copy(y);
      Tensor expectedLse = copy(lse);
      cuda.bfloat16().attention().causalAttention(y, lse, qkv, 2);
      REFERENCE.attention().causalAttention(expectedY, expectedLse, qkv, 2);
      assertClose(lse, expectedLse, 2e-5);
      assertClose(y, expectedY, 1e-2);
      Tensor dY = rounded(1, time, width);
      Tensor dQkv = rounded(1, time, 3 * width);
      Tensor expectedD = copy(dQkv);
      boolean accumulate = time % 2 == 0;
      cuda.bfloat16().attention().causalAttentionBackward(dQkv, accumulate, dY, y, lse, qkv, 2);
      REFERENCE
          .attention()
          .causalAttentionBackward(expectedD, accumulate, dY, expectedY, expectedLse, qkv, 2);
      assertClose(dQkv, expectedD, 3e-2);
    }
  }
}
