package dev.chainrule.core.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.nd4j.Nd4jKernels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** An engine that lacks operations says once in a program that the reference's stand in. */
class StandInTest {
  @Test
  void whatAnEngineLacksIsSaidOnceAndWhenItIsUsed() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                StandInTest.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    String said = "engine nd4j has no weight normalisation: the reference's plain loops stand in";
    assertThat(output).containsOnlyOnce(said).contains("before").contains("after");
    assertThat(output.indexOf(said)).isBetween(output.indexOf("before"), output.indexOf("after"));
    assertThat(output).doesNotContain("products of steps");
  }

  /** What the other virtual machine runs. */
  public static void main(String[] args) {
    Tensor v = Tensor.of(new float[] {3, 4}, 1, 2);
    Tensor w = Tensor.zeros(DType.FLOAT32, 1, 2);
    Tensor norms = Tensor.zeros(DType.FLOAT32, 1);
    Tensor gain = Tensor.of(new float[] {10}, 1);
    new Nd4jKernels().arrays().fill(norms, 0);
    System.out.println("before");
    for (int i = 0; i < 2; i++) {
      Kernels kernels = new Nd4jKernels();
      kernels.linear().weightNorm(w, norms, v, gain, false);
      kernels.linear().weightNorm(w, norms, v, gain, false);
    }
    System.out.println("after");
    if (w.get(0) != 6 || w.get(1) != 8) {
      throw new IllegalStateException("wrong: " + w.get(0) + ", " + w.get(1));
    }
  }
}
