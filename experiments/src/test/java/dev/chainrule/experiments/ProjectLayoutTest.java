package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps the directions of dependencies and the size of files, by reading the sources. */
class ProjectLayoutTest {
  private static final int MAX_LINES = 500;

  /** Names of the project's own packages, wherever they stand: in an import or spelled out. */
  private static final Pattern OWN_PACKAGE =
      Pattern.compile("\\bdev\\.chainrule((?:\\.[a-z][a-z0-9]*)+)");

  private static final Set<String> MODALITIES =
      Set.of("text", "pixelcnn", "wavenet", "timeseries", "arima");

  /** The layers of core from the lowest; each may use those before it. */
  private static final List<String> LAYERS = List.of("array", "kernel", "autograd", "nn", "train");

  /** Packages of core that know arrays but neither kernels nor anything above. */
  private static final Set<String> ON_ARRAY_ALONE = Set.of("sampling");

  @Test
  void modulesDependOneWayOnly() throws IOException {
    List<String> wrong = new ArrayList<>();
    mainImports()
        .forEach(
            (importer, imported) -> {
              for (String used : imported) {
                if (!moduleMayUse(part(importer, 0), part(used, 0))) {
                  wrong.add(importer + " uses " + used);
                }
              }
            });
    assertThat(wrong).isEmpty();
  }

  @Test
  void layersOfCoreDependOneWayOnly() throws IOException {
    List<String> wrong = new ArrayList<>();
    mainImports()
        .forEach(
            (importer, imported) -> {
              for (String used : imported) {
                boolean withinCore =
                    part(importer, 0).equals("core") && part(used, 0).equals("core");
                if (withinCore && !layerMayUse(part(importer, 1), part(used, 1))) {
                  wrong.add(importer + " uses " + used);
                }
              }
            });
    assertThat(wrong).isEmpty();
  }

  @Test
  void noFileIsLongerThanAReaderCanHold() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path file : ProjectFolder.javaFiles()) {
      int lines = Files.readAllLines(file).size();
      if (lines > MAX_LINES) {
        tooLong.add(file + ": " + lines + " lines, at most " + MAX_LINES);
      }
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void everyPackageSaysWhatItIsFor() throws IOException {
    Set<Path> folders =
        ProjectFolder.javaFiles().stream()
            .filter(ProjectLayoutTest::isMain)
            .map(Path::getParent)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(folders)
        .allSatisfy(folder -> assertThat(folder.resolve("package-info.java")).isRegularFile());
  }

  @Test
  void nothingIsLeftUnfinished() throws IOException {
    Pattern mark = Pattern.compile("//.*\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b");
    List<String> marks = new ArrayList<>();
    for (Path file : ProjectFolder.javaFiles()) {
      if (mark.matcher(Files.readString(file)).find()) {
        marks.add(file.toString());
      }
    }
    assertThat(marks).isEmpty();
  }

  private static boolean moduleMayUse(String importer, String used) {
    if (importer.equals(used) || used.equals("base")) {
      return true;
    }
    return switch (used) {
      case "core" -> !importer.equals("base");
      default -> importer.equals("experiments") && MODALITIES.contains(used);
    };
  }

  private static boolean layerMayUse(String importer, String used) {
    int importerLayer = LAYERS.indexOf(importer);
    int usedLayer = LAYERS.indexOf(used);
    if (importerLayer >= 0 && usedLayer >= 0) {
      return usedLayer <= importerLayer;
    }
    if (ON_ARRAY_ALONE.contains(importer)) {
      return usedLayer <= 0;
    }
    return true;
  }

  /** For each package of the main sources, below {@code dev.chainrule}: the packages it names. */
  private static Map<String, Set<String>> mainImports() throws IOException {
    Map<String, Set<String>> imports = new TreeMap<>();
    for (Path file : ProjectFolder.javaFiles()) {
      if (!isMain(file)) {
        continue;
      }
      String source = withoutComments(Files.readString(file));
      List<String> names = new ArrayList<>();
      Matcher matcher = OWN_PACKAGE.matcher(source);
      while (matcher.find()) {
        names.add(matcher.group(1).substring(1));
      }
      if (!names.isEmpty()) {
        imports.computeIfAbsent(names.get(0), name -> new TreeSet<>()).addAll(names);
      }
    }
    assertThat(imports).as("packages found").isNotEmpty();
    return imports;
  }

  private static boolean isMain(Path file) {
    return file.toString().contains(Path.of("src", "main", "java").toString());
  }

  private static String withoutComments(String source) {
    return source.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("//[^\n]*", "");
  }

  /** A part of a package name, or an empty string where it has none. */
  private static String part(String packageName, int index) {
    String[] parts = packageName.split("\\.");
    return index < parts.length ? parts[index] : "";
  }
}
