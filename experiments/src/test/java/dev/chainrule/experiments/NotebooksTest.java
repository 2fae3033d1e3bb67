package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The notebooks are the tutorials, cell by cell, and run. They are run by the Python that
 * CHAINRULE_JUPYTER names, which has nbclient, by the kernel that {@code notebook install} writes;
 * those of the modalities train for 20 steps, and as a slow test nothing is changed in any.
 */
@DisabledOnOs(OS.WINDOWS)
class NotebooksTest {
  private static final Pattern SHOWN =
      Pattern.compile("data:(image/png|audio/wav);base64,([A-Za-z0-9+/=]+)");

  private final Path root = ProjectFolder.root();

  @TempDir Path temporary;

  @Test
  void theNotebooksAreTheTutorials() throws IOException {
    List<String> differ = new ArrayList<>();
    Path should = Path.of("target").resolve("notebooks").toAbsolutePath();
    for (Path page : pages()) {
      Path notebook = notebook(page);
      String made = NotebookPage.of(Files.readString(page), page, notebook);
      if (!Files.exists(notebook) || !Files.readString(notebook).equals(made)) {
        Files.createDirectories(should);
        Files.writeString(should.resolve(String.valueOf(notebook.getFileName())), made);
        differ.add(root.relativize(notebook).toString());
      }
    }
    assertThat(differ)
        .as("notebooks other than their pages; what they should be is in " + should)
        .isEmpty();
    try (Stream<Path> files = Files.list(root.resolve("experiments/notebooks"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".ipynb"))).hasSameSizeAs(pages());
    }
  }

  /** But for the tour, which trains a model of each modality and takes two minutes. */
  @TestFactory
  Stream<DynamicTest> everyNotebookOfAModalityRuns() throws IOException {
    return pages().stream()
        .filter(page -> !page.endsWith("tutorial.md"))
        .map(page -> run(page, true));
  }

  @TestFactory
  @Tag("slow")
  Stream<DynamicTest> everyNotebookRunsInFull() throws IOException {
    return pages().stream().map(page -> run(page, false));
  }

  private DynamicTest run(Path page, boolean shortened) {
    return DynamicTest.dynamicTest(
        String.valueOf(notebook(page).getFileName()),
        () -> {
          String python = System.getenv("CHAINRULE_JUPYTER");
          assumeTrue(python != null, "CHAINRULE_JUPYTER names no Python with nbclient");
          String text = Files.readString(notebook(page));
          Path copy = temporary.resolve(String.valueOf(notebook(page).getFileName()));
          Files.writeString(
              copy, shortened ? text.replaceAll("withSteps\\(\\d+\\)", "withSteps(20)") : text);
          check(executed(String.valueOf(python), copy), text);
        });
  }

  /** What Jupyter makes of a notebook, with a kernel in a folder of this test. */
  private String executed(String python, Path notebook) throws Exception {
    Path project = temporary.resolve("project");
    if (!Files.exists(project)) {
      Path launcher = BuiltLauncher.write(project);
      for (String name : List.of("docs", "timeseries", "experiments")) {
        Files.createSymbolicLink(project.resolve(name), root.resolve(name));
      }
      String kernel = System.getenv("CHAINRULE_KERNEL");
      List<String> install =
          new ArrayList<>(List.of(launcher.toString(), "notebook", "install", "--out"));
      install.add(temporary.resolve("jupyter/kernels/chainrule").toString());
      if (kernel != null) {
        install.addAll(List.of("--kernel", kernel));
      }
      ended(new ProcessBuilder(install));
    }
    Path out = temporary.resolve("executed");
    ProcessBuilder execute =
        new ProcessBuilder(
            python,
            root.resolve("experiments/notebooks/execute.py").toString(),
            "--out",
            out.toString(),
            notebook.toString());
    execute.environment().put("JUPYTER_PATH", temporary.resolve("jupyter").toString());
    ended(execute);
    return Files.readString(out.resolve(String.valueOf(notebook.getFileName())));
  }

  private void ended(ProcessBuilder builder) throws IOException, InterruptedException {
    Path printed = temporary.resolve("printed");
    builder.environment().put("CHAINRULE_JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("CHAINRULE_CUDA", "none");
    Process process = builder.redirectErrorStream(true).redirectOutput(printed.toFile()).start();
    assertThat(process.waitFor(15, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(printed)).isZero();
  }

  /** Every call of show has left a picture, and every sound of it a file with samples. */
  private static void check(String executed, String source) {
    int pictures = 0;
    int sounds = 0;
    Matcher shown = SHOWN.matcher(executed);
    while (shown.find()) {
      assertThat(Base64.getDecoder().decode(shown.group(2))).hasSizeGreaterThan(500);
      if (shown.group(1).startsWith("audio")) {
        sounds++;
      } else {
        pictures++;
      }
    }
    assertThat(sounds).isEqualTo(count("Show\\.sound", source));
    assertThat(pictures).isGreaterThanOrEqualTo(count("Show\\.(sound|image|fan|loss)\\(", source));
    assertThat(count("text/html", executed)).isGreaterThanOrEqualTo(count("show\\(Show", source));
    assertThat(executed).doesNotContain("\"output_type\": \"error\"");
  }

  private static int count(String pattern, String text) {
    return (int) Pattern.compile(pattern).matcher(text).results().count();
  }

  private List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("docs"))) {
      List<Path> pages =
          files
              .filter(file -> String.valueOf(file.getFileName()).matches("tutorial(-\\w+)?\\.md"))
              .sorted()
              .toList();
      assertThat(pages).hasSizeGreaterThan(5);
      return pages;
    }
  }

  private Path notebook(Path page) {
    String name = String.valueOf(page.getFileName()).replace(".md", ".ipynb");
    return root.resolve("experiments/notebooks").resolve(name);
  }
}
