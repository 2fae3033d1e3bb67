package dev.chainrule.core.kernel.blas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.GuardedTensors;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each library's product against three loops. */
class GemmTest {
  private static final float ALPHA = 1.5f;
  private static final int[] SIZES = {1, 3, 16, 33, 65};

  static Stream<Gemm> providers() {
    return Gemm.available().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("providers")
  void everyTransposeShapeAndLeadingDimension(Gemm gemm) {
    for (boolean transposeA : List.of(false, true)) {
      for (boolean transposeB : List.of(false, true)) {
        for (int m : SIZES) {
          for (int n : SIZES) {
            for (int k : SIZES) {
              for (float beta : new float[] {0, 1, 0.5f}) {
                check(gemm, transposeA, transposeB, m, n, k, beta);
              }
            }
          }
        }
      }
    }
    for (int size : new int[] {127, 256, 300}) {
      check(gemm, false, true, size, 192, size, 0);
      check(gemm, true, false, 192, size, size, 1);
    }
  }

  /** Leading dimensions are larger than the rows, as they are for one head of all heads. */
  private static void check(
      Gemm gemm, boolean transposeA, boolean transposeB, int m, int n, int k, float beta) {
    GuardedTensors t = new GuardedTensors(DType.FLOAT32, m * 10_000L + n * 100L + k);
    int lda = (transposeA ? m : k) + m % 4;
    int ldb = (transposeB ? k : n) + n % 3;
    int ldc = n + k % 4;
    Tensor a = t.normal(transposeA ? k : m, lda);
    Tensor b = t.normal(transposeB ? n : k, ldb);
    Tensor c = beta == 0 ? t.output(m, ldc) : t.normal(m, ldc);
    float[] before = c.toFloats();
    float[] av = a.toFloats();
    float[] bv = b.toFloats();
    gemm.sgemm(
        transposeA,
        transposeB,
        m,
        n,
        k,
        ALPHA,
        a.address(),
        lda,
        b.address(),
        ldb,
        beta,
        c.address(),
        ldc);
    float[] after = c.toFloats();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < ldc; j++) {
        float expected = before[i * ldc + j];
        double tolerance = 0;
        if (j < n) {
          double sum = beta == 0 ? 0 : beta * expected;
          double magnitude = Math.abs(sum);
          for (int l = 0; l < k; l++) {
            double product =
                (double) (transposeA ? av[l * lda + i] : av[i * lda + l])
                    * (transposeB ? bv[j * ldb + l] : bv[l * ldb + j]);
            sum += ALPHA * product;
            magnitude += ALPHA * Math.abs(product);
          }
          expected = (float) sum;
          tolerance = 0x1p-24 * (4 + Math.sqrt(k)) * magnitude;
        }
        float actual = after[i * ldc + j];
        boolean untouched = Float.compare(actual, expected) == 0;
        if (!untouched && !(Math.abs(actual - expected) <= tolerance)) {
          assertThat(actual)
              .as(
                  "%s %s %s %d %d %d beta %s: row %d column %d of leading dimension %d",
                  gemm.name(), transposeA, transposeB, m, n, k, beta, i, j, ldc)
              .isEqualTo(expected);
        }
      }
    }
    t.assertGuardsIntact();
  }
}
