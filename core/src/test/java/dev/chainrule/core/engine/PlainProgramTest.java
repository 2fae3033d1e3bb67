package dev.chainrule.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.array.DType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a program that opens an engine finds on standard error, in JVMs of its own. */
class PlainProgramTest {
  private static final List<String> FLAGS =
      List.of("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED");

  /** Opens engines and lets ND4J add. */
  public static final class Program {
    private Program() {}

    /**
     * Runs it.
     *
     * @param args the engines to open
     */
    public static void main(String[] args) {
      for (String name : args) {
        try (Engine engine = Engines.open(name, 1)) {
          INDArray ones = engine.zeros(DType.FLOAT32, 3).ndarray().addi(1);
          System.out.println(engine.name() + " " + ones.sumNumber());
        }
      }
    }
  }

  private record Ended(int exitCode, String out, String err) {}

  @Test
  void withoutTheFlagItIsToldOnceWhichToAdd() throws Exception {
    Ended ended = run(List.of("--enable-native-access=ALL-UNNAMED"), "auto", "auto");
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out()).isEqualTo("nd4j 3.0\nnd4j 3.0\n");
    assertThat(ended.err())
        .isEqualTo(
            "chainrule: computing by ND4J, many times slower: "
                + "start java with --add-modules jdk.incubator.vector\n");
  }

  @Test
  void theVectorEngineIsRefusedWithoutTheFlag() throws Exception {
    Ended ended = run(List.of("--enable-native-access=ALL-UNNAMED"), "vector");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err())
        .contains("IllegalStateException: the engine vector needs the flag --add-modules jdk.");
  }

  @Test
  void withTheFlagsNothingIsSaid() throws Exception {
    Ended ended = run(FLAGS, "auto", "nd4j");
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out()).isEqualTo("vector 3.0\nnd4j 3.0\n");
    assertThat(ended.err()).isEqualTo("WARNING: Using incubator modules: jdk.incubator.vector\n");
  }

  private static Ended run(List<String> flags, String... args)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(flags);
    command.addAll(
        List.of(
            "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path")));
    command.add(Program.class.getName());
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("CHAINRULE_CUDA", "none");
    Process process = builder.start();
    String out;
    String err;
    try (InputStream output = process.getInputStream();
        InputStream errors = process.getErrorStream()) {
      out = new String(output.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      err = new String(errors.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), out, err);
  }
}
