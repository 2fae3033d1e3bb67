package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Pins the public types of each module, by {@code docs/public-api.md}: one more is a decision.
 * Where the page differs from the sources, what it should be is written to {@code target}.
 */
class PublicApiTest {
  private static final List<String> MODULES =
      List.of(
          "base",
          "core",
          "text",
          "pixelcnn",
          "wavenet",
          "timeseries",
          "arima",
          "plot",
          "langchain4j",
          "spark");

  /** Public because other packages need them, and nothing that a program should name. */
  private static final Pattern INTERNAL = Pattern.compile("core\\.kernel(\\..*)?|.*\\.internal");

  private static final String HEAD =
      """
      # Public types

      What a program can name, module by module; what is nested in a type is not counted. Types of the
      internal packages are public because Java knows no other way between packages: they may change at
      any time. A test compares this page with the sources.

      """;

  @Test
  void thePageListsThePublicTypes() throws IOException {
    String now = page();
    Path page = ProjectFolder.root().resolve("docs/public-api.md");
    String written = Files.exists(page) ? Files.readString(page) : "";
    if (!written.equals(now)) {
      Path should = Files.createDirectories(Path.of("target")).resolve("public-api.md");
      Files.writeString(should, now);
      assertThat(written.lines().toList())
          .as("docs/public-api.md; if the change is meant, copy %s there", should.toAbsolutePath())
          .isEqualTo(now.lines().toList());
    }
  }

  private static String page() throws IOException {
    StringBuilder counts =
        new StringBuilder("| module | public types | of internal packages |\n|---|---|---|\n");
    StringBuilder lists = new StringBuilder();
    for (String module : MODULES) {
      Map<String, TreeSet<String>> types = typesOf(module);
      lists.append("\n## ").append(module).append("\n\n");
      int meant = 0;
      int internal = 0;
      for (Map.Entry<String, TreeSet<String>> entry : types.entrySet()) {
        boolean hidden = INTERNAL.matcher(entry.getKey()).matches();
        meant += hidden ? 0 : entry.getValue().size();
        internal += hidden ? entry.getValue().size() : 0;
        lists
            .append("- `")
            .append(entry.getKey())
            .append(hidden ? "`, internal: " : "`: ")
            .append(String.join(", ", entry.getValue()))
            .append('\n');
      }
      counts.append("| `%s` | %d | %d |%n".formatted(module, meant, internal));
    }
    return HEAD + counts + lists;
  }

  /** Names of public top-level types by package, below {@code dev.chainrule}. */
  private static Map<String, TreeSet<String>> typesOf(String module) throws IOException {
    Path sources = ProjectFolder.root().resolve(module).resolve("src/main/java/dev/chainrule");
    Map<String, TreeSet<String>> types = new TreeMap<>();
    for (Path file : ProjectFolder.javaFiles()) {
      if (!file.startsWith(sources)) {
        continue;
      }
      String name = String.valueOf(file.getFileName()).replace(".java", "");
      Pattern declared =
          Pattern.compile(
              "(?m)^public (?:\\w+ |non-sealed )*(?:class|@?interface|enum|record) "
                  + name
                  + "\\b");
      if (declared.matcher(Files.readString(file)).find()) {
        String below = sources.relativize(file).toString().replace('\\', '/');
        String folder = below.replaceFirst("/?[^/]*$", "").replace('/', '.');
        String packageName = folder.isEmpty() ? "dev.chainrule" : folder;
        types.computeIfAbsent(packageName, key -> new TreeSet<>()).add(name);
      }
    }
    assertThat(types).as(module).isNotEmpty();
    return types;
  }
}
