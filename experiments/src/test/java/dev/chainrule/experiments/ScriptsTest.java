package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The programs of {@code experiments/scripts}: each is run by the launcher, by plain {@code java}
 * with the class path that the launcher prints, and by the JBang that CHAINRULE_JBANG names, which
 * needs the artifacts in Maven's local repository.
 */
@DisabledOnOs(OS.WINDOWS)
class ScriptsTest {
  private static final Pattern DEPENDENCY =
      Pattern.compile("(?m)^//DEPS dev\\.chainrule:chainrule-\\w+:(\\S+)$");

  /** What each is given, {@code OUT} for a folder; all train for 3 steps. */
  private static final Map<String, List<String>> ARGUMENTS =
      Map.of(
          "DrawDigits.java", List.of("OUT/drawn.png", "3"),
          "ForecastMonths.java", List.of("MONTHLY", "OUT/ahead.png", "3"),
          "ForecastSeries.java", List.of("MONTHLY"),
          "PlayNotes.java", List.of("OUT/played.wav", "3"),
          "TrainText.java", List.of("README", "3"),
          "TrainZeroShot.java", List.of("OUT/weights.safetensors", "3"));

  private final Path root = ProjectFolder.root();

  @TempDir Path temporary;

  @Test
  void theCatalogNamesEveryScript() throws IOException {
    JsonNode aliases =
        JsonMapper.shared()
            .readTree(Files.readString(root.resolve("jbang-catalog.json")))
            .get("aliases");
    TreeSet<String> named = new TreeSet<>();
    aliases.forEach(alias -> named.add(alias.get("script-ref").asString()));
    TreeSet<String> there = new TreeSet<>();
    for (Path script : scripts()) {
      there.add("experiments/scripts/" + script.getFileName());
    }
    assertThat(named).isEqualTo(there);
    assertThat(ARGUMENTS).hasSameSizeAs(there);
  }

  @Test
  void theDependenciesHaveTheVersionOfThePomAndTheFlagsThoseOfIt() throws IOException {
    String pom = Files.readString(root.resolve("pom.xml"));
    for (Path script : scripts()) {
      String text = Files.readString(script);
      assertThat(DEPENDENCY.matcher(text).results().map(match -> match.group(1)))
          .as(script.toString())
          .isNotEmpty()
          .containsOnly(pom.split("</?version>")[1]);
      if (!text.contains("chainrule-arima")) {
        for (String flag : pom.split("</?jvm.flags>")[1].split(" ")) {
          assertThat(text).as(script.toString()).contains(flag);
        }
      }
    }
  }

  @TestFactory
  @Tag("slow")
  Stream<DynamicTest> theLauncherRunsEach() throws IOException {
    return each(
        script -> {
          Path project = temporary.resolve("a project");
          Path launcher = project.resolve("chainrule");
          if (!Files.exists(launcher)) {
            BuiltLauncher.write(project);
          }
          return List.of(launcher.toString(), "java", script.toString());
        });
  }

  /** With the class path of the launcher; the one that trains, and the one that needs no flags. */
  @TestFactory
  Stream<DynamicTest> plainJavaRuns() throws IOException {
    return each(script -> {
          List<String> words = new ArrayList<>();
          words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
          if (!script.endsWith("ForecastSeries.java")) {
            words.addAll(List.of("--add-modules", "jdk.incubator.vector"));
            words.add("--enable-native-access=ALL-UNNAMED");
          }
          words.addAll(List.of("-cp", Child.classPath(), script.toString()));
          return words;
        })
        .filter(test -> test.getDisplayName().matches("(ForecastSeries|TrainText)\\.java"));
  }

  @TestFactory
  Stream<DynamicTest> jbangRunsEach() throws IOException {
    return each(
        script -> {
          String jbang = System.getenv("CHAINRULE_JBANG");
          assumeTrue(jbang != null, "CHAINRULE_JBANG names no JBang");
          return List.of(String.valueOf(jbang), script.toString());
        });
  }

  /** How a script is started. */
  private interface Start {
    List<String> words(Path script) throws IOException;
  }

  private Stream<DynamicTest> each(Start start) throws IOException {
    return scripts().stream()
        .map(
            script ->
                DynamicTest.dynamicTest(
                    String.valueOf(script.getFileName()), () -> run(start.words(script), script)));
  }

  private void run(List<String> words, Path script) throws Exception {
    Path out = Files.createTempDirectory(temporary, "out");
    List<String> command = new ArrayList<>(words);
    for (String argument : arguments(script)) {
      command.add(
          argument
              .replace("OUT", out.toString())
              .replace("MONTHLY", root.resolve("timeseries/examples/monthly.csv").toString())
              .replace("README", root.resolve("README.md").toString()));
    }
    Path printed = temporary.resolve("printed");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("CHAINRULE_JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("CHAINRULE_CUDA", "none");
    builder.environment().put("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + out);
    Process process = builder.redirectOutput(printed.toFile()).start();
    assertThat(process.waitFor(15, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(printed)).isZero();
    try (Stream<Path> files = Files.list(out)) {
      List<String> written = files.map(file -> String.valueOf(file.getFileName())).toList();
      for (String argument : arguments(script)) {
        if (argument.startsWith("OUT/")) {
          assertThat(written).contains(argument.substring("OUT/".length()));
        }
      }
    }
  }

  private static List<String> arguments(Path script) {
    return ARGUMENTS.getOrDefault(String.valueOf(script.getFileName()), List.of());
  }

  private List<Path> scripts() throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("experiments/scripts"))) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }
}
