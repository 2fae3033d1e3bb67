package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs every command of the README and of {@code docs} as it is written there, by bash, in the
 * order of the page, in a {@link Workshop} that is cleared before each page; {@link Shortening}
 * says what of it is less. Those that need a public data set get a small part of it, from the
 * folder that CHAINRULE_DATA names, are among the slow tests, and are skipped where there is none.
 */
@DisabledOnOs(OS.WINDOWS)
class DocumentedCommandsTest {
  /** What a reader of a page has done before he comes to it. */
  private static final Map<String, String> BEFORE =
      Map.of(
          "timeseries.md",
          "./chainrule timeseries train --data sales.csv --freq D --horizon 14 --out M\n");

  @TempDir static Path temporary;
  private static Workshop workshop;
  private static boolean dataGiven;

  @BeforeAll
  static void open() throws Exception {
    String given = System.getenv("CHAINRULE_DATA");
    dataGiven = given != null;
    Path data = Files.createDirectories(temporary.resolve("data"));
    if (dataGiven) {
      PageFiles.cut(Path.of(given), data);
    }
    workshop = new Workshop(Files.createDirectory(temporary.resolve("work")), data);
  }

  @AfterAll
  static void close() throws InterruptedException {
    workshop.close();
  }

  @TestFactory
  Stream<DynamicContainer> everyCommandOfThePagesRuns() throws IOException {
    return pages(false);
  }

  @TestFactory
  @Tag("slow")
  Stream<DynamicContainer> everyCommandOnPublicDataRuns() throws IOException {
    return pages(true);
  }

  private static Stream<DynamicContainer> pages(boolean onPublicData) throws IOException {
    List<Path> pages = new ArrayList<>(List.of(ProjectFolder.root().resolve("README.md")));
    try (Stream<Path> files = Files.list(ProjectFolder.root().resolve("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    List<DynamicContainer> containers = new ArrayList<>();
    for (Path page : pages) {
      List<CommandBlock> blocks =
          CommandBlock.of(page).stream().filter(b -> b.needsData() == onPublicData).toList();
      if (!blocks.isEmpty()) {
        containers.add(commands(page, blocks));
      }
    }
    assertThat(containers).hasSizeGreaterThan(3);
    return containers.stream();
  }

  private static DynamicContainer commands(Path page, List<CommandBlock> blocks) {
    String name = String.valueOf(page.getFileName());
    List<DynamicTest> tests = new ArrayList<>();
    tests.add(
        DynamicTest.dynamicTest(
            name + " begins",
            () -> {
              workshop.clear();
              String before = BEFORE.getOrDefault(name, "");
              assertThat(workshop.run(before)).as(before).isEmpty();
            }));
    for (CommandBlock block : blocks) {
      String first = block.script().strip().lines().findFirst().orElse("");
      tests.add(
          DynamicTest.dynamicTest(
              "%s:%d %s".formatted(name, block.line(), first),
              page.toUri(),
              () -> {
                assumeTrue(dataGiven || !block.needsData(), "CHAINRULE_DATA is not set");
                assertThat(workshop.run(block.script())).as(block.script()).isEmpty();
              }));
    }
    return DynamicContainer.dynamicContainer(name, tests);
  }
}
