package dev.chainrule.experiments.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class VerbTest {
  private final PrintStream realOut = System.out;
  private final PrintStream realErr = System.err;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final StringWriter messages = new StringWriter();

  @BeforeEach
  void capture() {
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void release() {
    System.setOut(realOut);
    System.setErr(realErr);
  }

  record Answer(long halfOfIt, double validationNll) {}

  record Fraction(double value) {
    Fraction {
      if (!(value > 0 && value <= 1)) {
        throw new IllegalArgumentException("--top-p: found " + value + ", expected (0, 1]");
      }
    }
  }

  @Command(name = "chainrule")
  static class Root {}

  @Command(name = "try")
  static class Try extends Verb {
    @Option(names = "--fail", defaultValue = "no")
    String fail;

    @Override
    protected Object run() throws Exception {
      output().println("for people");
      return switch (fail) {
        case "input" -> throw new InputException("a.txt: is empty; expected text.");
        case "missing" -> throw new NoSuchFileException("b.txt");
        case "long" -> throw new IllegalStateException("oops\nand more".repeat(10_000));
        case "bug" -> throw new IllegalStateException("oops");
        case "memory" -> throw new OutOfMemoryError("Java heap space");
        case "worker" ->
            throw new IllegalStateException(new ExecutionException(new OutOfMemoryError()));
        case "option" -> fromOptions(() -> new Fraction(0));
        default -> new Answer(21, 1.5);
      };
    }
  }

  @Command(name = "need")
  static class Need extends Verb {
    @Option(names = "--model", required = true)
    String model;

    @Override
    protected Object run() {
      return new Answer(model.length(), 0);
    }
  }

  private int execute(String... args) {
    Failures failures = new Failures();
    return new CommandLine(new Root())
        .addSubcommand(new Try())
        .addSubcommand(new Need())
        .setErr(new PrintWriter(messages, true))
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .execute(args);
  }

  @Test
  void jsonIsOneObjectOfSnakeCaseKeysAndTheRestGoesToStandardError() {
    assertThat(execute("try", "--json", "--seed", "7", "--threads", "3")).isZero();
    JsonNode json = JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
    assertThat(json.propertyNames())
        .containsExactly(
            "command",
            "seconds",
            "seed",
            "engine",
            "threads",
            "out",
            "half_of_it",
            "validation_nll");
    assertThat(json.get("command").asString()).isEqualTo("try");
    assertThat(json.get("seed").asLong()).isEqualTo(7);
    assertThat(json.get("engine").asString()).isEqualTo("vector");
    assertThat(json.get("threads").asInt()).isEqualTo(3);
    assertThat(json.get("out").isNull()).isTrue();
    assertThat(json.get("half_of_it").asLong()).isEqualTo(21);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("for people");
  }

  @Test
  void withoutJsonThePeoplesTextIsOnStandardOutput() {
    assertThat(execute("try")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo("for people" + System.lineSeparator());
  }

  @Test
  void badInputIsOneSentenceAndExitCodeOne() {
    assertThat(execute("try", "--fail", "input", "--json")).isEqualTo(1);
    assertThat(messages.toString())
        .isEqualToIgnoringNewLines("error: a.txt: is empty; expected text.");
    assertThat(out.size()).isZero();
  }

  @Test
  void aMissingFileIsNamed() {
    assertThat(execute("try", "--fail", "missing")).isEqualTo(1);
    assertThat(messages.toString())
        .isEqualToIgnoringNewLines("error: b.txt: no such file or folder.");
  }

  @Test
  void aRefusedOptionIsAUsageError() {
    assertThat(execute("try", "--fail", "option")).isEqualTo(2);
    assertThat(messages.toString()).contains("error: --top-p: found 0.0").doesNotContain("\tat ");
  }

  @Test
  void aWorkerThatRunsOutOfMemorySaysWhatToDo() {
    assertThat(execute("try", "--fail", "worker")).isEqualTo(1);
    assertThat(messages.toString()).contains("error: out of memory: make the work smaller");
  }

  @Test
  void runningOutOfMemorySaysWhatToDo() {
    assertThat(execute("try", "--fail", "memory")).isEqualTo(1);
    assertThat(messages.toString()).contains("out of memory").contains("CHAINRULE_JAVA_OPTS");
  }

  @Test
  void theStackTraceIsPrintedOnlyWhenAskedFor() {
    assertThat(execute("try", "--fail", "bug")).isEqualTo(1);
    assertThat(messages.toString()).contains("oops").doesNotContain("\tat ");
    assertThat(execute("try", "--fail", "bug", "--stacktrace")).isEqualTo(1);
    assertThat(messages.toString()).contains("\tat ");
  }

  @Test
  void aCommandWithoutFilesOfItsOwnWritesItsReport(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("new/report.json");
    assertThat(execute("try", "--out", file.toString())).isZero();
    JsonNode json = JsonMapper.shared().readTree(Files.readString(file));
    assertThat(json.get("half_of_it").asLong()).isEqualTo(21);
    assertThat(json.get("out").asString()).isEqualTo(file.toString());
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo("for people" + System.lineSeparator());
  }

  @Test
  void whatCannotBeWrittenIsRefusedBeforeTheWork(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThat(execute("try", "--out", folder.resolve("a.jpg").toString())).isEqualTo(2);
    assertThat(messages.toString()).contains("a.jpg, expected a name that ends in .json.");
    assertThat(execute("try", "--out", file.resolve("a.json").toString())).isEqualTo(1);
    assertThat(messages.toString()).contains("is no folder");
    assertThat(out.size()).isZero();
  }

  @Test
  void aMessageIsOneLineOfBoundedLength() {
    assertThat(execute("try", "--fail", "long")).isEqualTo(1);
    assertThat(messages.toString().lines()).hasSize(1);
    assertThat(messages.toString()).contains("oops\\nand").hasSizeLessThan(1100);
    assertThat(execute("try", "--threads", "a\nb" + "9".repeat(5000))).isEqualTo(2);
    assertThat(messages.toString().lines()).hasSize(3).allMatch(line -> line.length() < 1100);
  }

  @Test
  void aMisspeltOptionIsNamedEvenWhereOneIsMissing() {
    assertThat(execute("need", "--modle", "x")).isEqualTo(2);
    assertThat(messages.toString()).contains("Unknown option --modle; the nearest is --model.");
    assertThat(execute("need")).isEqualTo(2);
    assertThat(messages.toString()).contains("Missing required option: '--model");
  }
}
