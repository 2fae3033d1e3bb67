package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.experiments.experiment.Experiment;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files of {@code experiments/studies} are such as can be run, which takes minutes each and is
 * not done here, and {@code docs/studies.md} speaks of all of them.
 */
class StudiesTest {
  @TempDir Path temporary;

  private final Path root = ProjectFolder.root();

  @TestFactory
  Stream<DynamicTest> everyExperimentIsOne() throws IOException {
    List<Path> files = files(".yaml");
    assertThat(files).isNotEmpty();
    return files.stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    String.valueOf(file.getFileName()),
                    () ->
                        // Reads and checks all of the file, and writes down what is to be run.
                        assertThat(Experiment.begin(file, List.of(), temporary).runs())
                            .isNotEmpty()));
  }

  @Test
  void everyProgramCompiles() throws IOException {
    List<Path> programs = files(".java");
    assertThat(programs).isNotEmpty();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "-proc:none",
              "--add-modules",
              "jdk.incubator.vector",
              "-cp",
              Child.classPath(),
              "-d",
              temporary.toString());
      boolean compiled =
          compiler
              .getTask(
                  said, manager, null, options, null, manager.getJavaFileObjectsFromPaths(programs))
              .call();
      assertThat(compiled).as(said.toString()).isTrue();
    }
  }

  @Test
  void thePageNamesEachAndShowsItsFigures() throws IOException {
    String page = Files.readString(root.resolve("docs/studies.md"));
    for (Path file : files("")) {
      String name = String.valueOf(file.getFileName());
      assertThat(page).contains(name);
    }
    try (Stream<Path> figures = Files.list(root.resolve("docs/figures"))) {
      assertThat(figures)
          .isNotEmpty()
          .allSatisfy(figure -> assertThat(page).contains("figures/" + figure.getFileName()));
    }
  }

  private List<Path> files(String ending) throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("experiments/studies"))) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }
}
