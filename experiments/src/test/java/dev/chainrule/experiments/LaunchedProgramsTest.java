package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Programs and shells that the launcher starts compute by the fast engine. */
@DisabledOnOs(OS.WINDOWS)
class LaunchedProgramsTest {
  private static final String SNIPPET =
      """
      import dev.chainrule.core.array.DType;
      import dev.chainrule.core.engine.Engines;
      """;

  private static final String STATEMENTS =
      """
      var engine = Engines.open("auto", 1);
      System.out.println(engine.name() + " " + engine.zeros(DType.FLOAT32, 2, 3).ndarray().addi(1).sumNumber());
      """;

  @TempDir Path temporary;

  @Test
  void aSourceFileIsRun() throws Exception {
    Path folder = Files.createDirectory(temporary.resolve("my programs"));
    Path program =
        Files.writeString(
            folder.resolve("Program.java"), SNIPPET + "void main() {\n" + STATEMENTS + "}\n");
    assertThat(run("", "java", program.toString())).isEqualTo("vector 6.0\n");
  }

  @Test
  void theShellHasThePackages() throws Exception {
    assertThat(run(SNIPPET + STATEMENTS, "jshell", "-s", "-")).isEqualTo("vector 6.0\n");
  }

  private String run(String input, String... words) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(BuiltLauncher.write(temporary.resolve("a project")).toString()));
    command.addAll(List.of(words));
    Path in = Files.writeString(temporary.resolve("in"), input);
    Path out = temporary.resolve("out");
    Path errors = temporary.resolve("errors");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(errors.toFile());
    builder.environment().put("CHAINRULE_JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("CHAINRULE_CUDA", "none");
    builder.environment().remove("CHAINRULE_CLASSPATH");
    Process process = builder.start();
    assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
    return Files.readString(out);
  }
}
