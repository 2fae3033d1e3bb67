package dev.chainrule.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.kernel.vector.Lanes;
import dev.chainrule.core.kernel.vector.VectorKernels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The vector engine as it runs on a processor with vectors of 128 bits. */
class NarrowVectorsTest {
  @Test
  void vectorKernelsOnFourLanes() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:MaxVectorSize=16",
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                NarrowVectorsTest.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("agreed on 4 lanes");
  }

  /** What the other virtual machine runs. */
  public static void main(String[] args) {
    Kernels vector = new VectorKernels();
    for (KernelCase kernelCase : KernelCase.all()) {
      kernelCase.check(vector, DType.FLOAT32);
    }
    System.out.println("agreed on " + Lanes.WIDTH + " lanes");
  }
}
