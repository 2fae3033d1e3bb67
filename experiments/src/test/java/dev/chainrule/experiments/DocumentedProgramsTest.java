package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the programs of {@code docs/library.md} as they stand there, each in a JVM of its own and
 * one after the other in one folder, since the last opens what one before it saved. By default all
 * train for 20 steps; the slow test changes nothing.
 */
class DocumentedProgramsTest {
  private static final int LONGEST_PROGRAM = 11;

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> everyProgramRuns() throws IOException {
    return programs(true);
  }

  @TestFactory
  @Tag("slow")
  Stream<DynamicTest> everyProgramRunsInFull() throws IOException {
    return programs(false);
  }

  private Stream<DynamicTest> programs(boolean shortened) throws IOException {
    Files.createSymbolicLink(
        folder.resolve("timeseries"), ProjectFolder.root().resolve("timeseries"));
    Files.copy(ProjectFolder.root().resolve("README.md"), folder.resolve("README.md"));
    Files.createDirectory(folder.resolve("runs"));
    List<CodeBlock> programs =
        CodeBlock.of(ProjectFolder.root().resolve("docs/library.md")).stream()
            .filter(block -> block.code().contains("void main()"))
            .toList();
    assertThat(programs).hasSizeGreaterThan(5);
    return programs.stream()
        .map(
            program ->
                DynamicTest.dynamicTest(program.heading(), () -> run(program.code(), shortened)));
  }

  private void run(String program, boolean shortened) throws IOException, InterruptedException {
    assertThat(program.lines().filter(line -> !line.isBlank())).hasSizeLessThan(LONGEST_PROGRAM);
    String code = shortened ? program.replaceAll("withSteps\\(\\d+\\)", "withSteps(20)") : program;
    Path source = Files.writeString(folder.resolve("Program.java"), code);
    Path printed = folder.resolve("printed");
    Process process =
        Child.ofSource(source)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(printed)).isZero();
  }
}
