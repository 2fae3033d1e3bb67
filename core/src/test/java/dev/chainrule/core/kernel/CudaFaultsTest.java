package dev.chainrule.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.kernel.cuda.CudaException;
import dev.chainrule.core.kernel.cuda.CudaUnderTest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults planted into the kernel texts are found by the cases, in one of the orders of threads. */
class CudaFaultsTest {
  private static final String SUM = "scratch[LOCAL_ID >> 5] = x;\n  BARRIER();\n  float s";

  /**
   * A fault.
   *
   * @param cases how the names of the cases begin that must find it
   */
  record Fault(String file, String was, String is, String cases) {
    @Override
    public String toString() {
      return file + ": " + was.strip();
    }
  }

  static Stream<Fault> faults() {
    return Stream.of(
        // a sum read before all of it is there; written again before all have read it
        new Fault("dialect", SUM, SUM.replace("BARRIER();", ""), "layerNorm 2 65"),
        new Fault(
            "dialect", "x = warp_sum(x);\n  BARRIER();", "x = warp_sum(x);", "layerNorm 5 65"),
        new Fault("rows", "gain[i], bias", "gain[0], bias", "layerNorm 2 33"),
        new Fault("rows", "lse[GROUP_ID] = z;", "lse[GROUP_ID + 1] = z;", "crossEntropy 5 9"),
        new Fault("rows", "target < 0 ? 0.0f : z", "target < -1 ? 0.0f : z", "crossEntropy 16 9"),
        new Fault("rows", "s *= expf(top - u);", "", "crossEntropy 3 1031"),
        new Fault("attention", "((k) > (q) ||", "((k) > (q) + 1 ||", "causalAttention 2 63"),
        new Fault("attention", "<= (q) - window", "< (q) - window", "groupedAttention 1 16 8"),
        new Fault("attention", "FMA(-u, u, 1.0f)", "1.0f", "groupedAttention 1 16 8"),
        new Fault(
            "attention", "NEG_INF ? 0.0f : top", "NEG_INF ? top : top", "groupedAttention 1 65 8"),
        new Fault("attention", "+ TILE + window - 1;", "+ TILE;", "groupedAttention 1 65 8"),
        new Fault("attention", "(h / shared) * HS", "h * HS", "groupedAttention 2 3 5"),
        new Fault("attention", "r0 + r < t && d", "r0 + r <= t && d", "causalAttention 1 63"),
        new Fault(
            "attention", "    m = top;\n    BARRIER();", "    m = top;", "causalAttention 2 33"),
        new Fault(
            "attention",
            "BARRIER();\n      load_tile(other, dyh",
            "load_tile(other, dyh",
            "causalAttention 2 33"),
        new Fault(
            "attention",
            "put_row(dk + own + key * kv_stride, dks, scale",
            "put_row(dk + own + key * kv_stride, dks, 1.0f",
            "causalAttention 2 33"),
        new Fault("embedding", "= hit;\n    BARRIER();", "= hit;", "embedding 100 7"),
        new Fault("embedding", "at < to && ids[at]", "at <= to && ids[at]", "embedding"),
        new Fault("embedding", "&& first + j < at", "&& first + j <= at", "embeddingBackward 33"),
        new Fault("embedding", "    BARRIER();\n    tile[", "    tile[", "embeddingBackward 1500"),
        new Fault("embedding", "!whole) * c + i]", "0) * c + i]", "embeddingBackward 65 600"),
        new Fault("embedding", "if (whole &&", "if (0 &&", "embeddingBackward 300 512"),
        new Fault("embedding", "(begun > from)", "1", "embeddingBackward 65 600"),
        new Fault("reduction", "= s;\n  BARRIER();", "= s;", "addRows 100 7"),
        new Fault("reduction", "int l = 1; l < LANES", "int l = 2; l < LANES", "addRows 100 7"),
        new Fault(
            "product", "BARRIER();\n    for (int i = tid;", "for (int i = tid;", "linear 9 65 15"),
        new Fault("product", "if (row >= m || c", "if (row > m || c", "linear 4 16 16"),
        new Fault("product", "k0 + d < to ? a[", "k0 + d <= to ? a[", "linear 5 31 33"),
        new Fault("convolution", "source < 0 || s", "source < -1 || s", "causalConv1d"),
        new Fault("convolution", "row < xh &&", "row <= xh &&", "conv2d 2 5 4"),
        new Fault("convolution", "row % stride == 0 && ", "", "conv2d 2 5 4"),
        new Fault("recurrent", "shift < before_rows) c", "shift <= before_rows) c", "gridLstm"),
        new Fault("recurrent", "dn * q * r * (1.0f - r)", "dn * q * r", "gru 2 3"),
        new Fault("transformer", "n) return;", "n + 1) return;", "rmsNorm 5 1 7"),
        new Fault(
            "transformer", "dy[row * c + i], x[row", "dy[row * c + i], x[i + 0 * row", "rmsNorm 5"),
        // of rows beyond a group's, and of sums that several groups share
        new Fault("transformer", "GROUP_ID * (GROUP / 32)", "GROUP_ID * 4", "rmsNorm 300"),
        new Fault("transformer", "root[row], s", "root[LOCAL_ID / 32], s", "rmsNorm 9 1 5"),
        new Fault("transformer", "from = GROUP_ID_Y * run", "from = 0", "rmsNorm 300"),
        new Fault("rows", "* 2 * c + c + i]", "+ c + i]", "layerNorm 300"),
        new Fault("reduction", "from = GROUP_ID_Y * run", "from = 0", "addRows 130"),
        new Fault("reduction", "GROUP_ID_Y * size", "GROUP_ID_Y * width", "gatedActivation 390"),
        new Fault("embedding", "GROUP_ID_Y * v + ", "", "embeddingBackward 2100"),
        new Fault("dialect", "(i64) NUM_GROUPS * (g", "1 + NUM_GROUPS * (g", "softCap 10001"),
        new Fault("transformer", "modulo(row, t)", "row", "rotary 2 5 3"),
        new Fault("transformer", "sigmoid(-z), 1.0f", "sigmoid(z), 1.0f", "gatedUnit 17 GELU_TANH"),
        new Fault("transformer", "put(dup, i, d * g", "put(dup, i, g * g", "gatedUnit 17 SILU"),
        new Fault("transformer", "u = y[i] / cap", "u = y[i]", "softCap 17"),
        new Fault(
            "cache",
            "(t0 + j <= time) {\n        float",
            "(1) {\n        float",
            "cachedAttention 3 5"),
        new Fault("cache", "? u : NEG_INF", "? u : 0.0f", "cachedAttention 0 5"),
        new Fault("cache", "acc[d];\n  BARRIER();", "acc[d];", "cachedAttention 33 5"),
        new Fault("cache", "time - window + 1 : 0", "time - window : 0", "cachedAttention 31 32"),
        new Fault("cache", "v[n * v_stride", "v[n * k_stride - HS", "cachedAttention 3 32"),
        new Fault("cache", "ids[n] - n", "ids[n]", "putRows 5 9 7"),
        new Fault("mixture", "if (!last) {", "if (1) {", "logisticMixture 3 256"),
        new Fault("pointwise", "(z >> 27)", "(z >> 26)", "dropout 257"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void isFound(Fault fault) {
    List<KernelCase> cases =
        KernelCase.all().stream().filter(c -> c.name().startsWith(fault.cases())).toList();
    assertThat(cases).isNotEmpty();
    try (CudaUnderTest cuda = CudaUnderTest.withFault(fault.file(), fault.was(), fault.is())) {
      assertThat(cases).anyMatch(c -> isFound(cuda, c));
    }
  }

  private static boolean isFound(CudaUnderTest cuda, KernelCase kernelCase) {
    for (int order = 0; order < 3; order++) {
      cuda.order(order);
      try {
        kernelCase.check(cuda.ownProducts(), DType.FLOAT32);
      } catch (AssertionError | CudaException e) {
        return true;
      }
    }
    return false;
  }

  @Test
  void theTextsAsTheyAreHaveNone() {
    try (CudaUnderTest cuda = CudaUnderTest.onStandIn()) {
      KernelCase some =
          KernelCase.all().stream()
              .filter(c -> c.name().startsWith("linear"))
              .findAny()
              .orElseThrow();
      assertThat(isFound(cuda, some)).isFalse();
    }
  }
}
