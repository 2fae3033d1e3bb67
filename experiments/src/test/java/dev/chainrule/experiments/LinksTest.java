package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The links of all Markdown of the project lead to files that are there, and to headings of them.
 */
class LinksTest {
  private static final Pattern LINK = Pattern.compile("!?\\[[^\\]\\[]*]\\(([^()\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.*?)\\s*$");
  private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern CODE = Pattern.compile("`[^`\\n]*`");

  private final Path root = ProjectFolder.root();

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Path page : pages()) {
      Matcher link = LINK.matcher(CODE.matcher(prose(page)).replaceAll("code"));
      while (link.find()) {
        String target = link.group(1);
        if (target.matches("[a-z]+:.*")) {
          continue;
        }
        links++;
        String problem = problem(page, target);
        if (!problem.isEmpty()) {
          broken.add("%s: %s: %s".formatted(root.relativize(page), target, problem));
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(links).isGreaterThan(80);
  }

  /** From the index one can come to every page of the documentation. */
  @Test
  void theIndexNamesEveryPage() throws IOException {
    TreeSet<String> named = new TreeSet<>();
    Matcher link = LINK.matcher(prose(root.resolve("docs/index.md")));
    while (link.find()) {
      named.add(link.group(1).replaceFirst("#.*", ""));
    }
    try (Stream<Path> pages = Files.list(root.resolve("docs"))) {
      assertThat(pages.map(page -> String.valueOf(page.getFileName())))
          .filteredOn(name -> name.endsWith(".md") && !name.equals("index.md"))
          .allSatisfy(name -> assertThat(named).contains(name));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "To train, to-train",
    "`bench --peers`: what it says, bench---peers-what-it-says",
    "Images & sound (both), images--sound-both",
    "Müller's 2 ways, müllers-2-ways"
  })
  void anAnchorIsTheHeadingInSmallLetters(String heading, String anchor) {
    assertThat(anchor(heading)).isEqualTo(anchor);
  }

  private String problem(Path page, String target) throws IOException {
    String[] parts = target.split("#", 2);
    Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
    if (!file.startsWith(root)) {
      return "outside the project";
    }
    if (!Files.exists(file)) {
      return "no such file";
    }
    if (parts.length < 2) {
      return "";
    }
    return anchors(file).contains(parts[1])
        ? ""
        : "no such heading, expected one of " + anchors(file);
  }

  private static List<String> anchors(Path page) throws IOException {
    List<String> anchors = new ArrayList<>();
    Map<String, Integer> times = new HashMap<>();
    Matcher heading = HEADING.matcher(prose(page));
    while (heading.find()) {
      String anchor = anchor(heading.group(1));
      int before = times.merge(anchor, 1, Integer::sum) - 1;
      anchors.add(before == 0 ? anchor : anchor + "-" + before);
    }
    return anchors;
  }

  /** As web sites that show Markdown make it: letters, digits, dashes, and dashes for spaces. */
  private static String anchor(String heading) {
    return heading
        .replaceAll("\\[([^\\]]*)]\\([^)]*\\)", "$1")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .replace(' ', '-');
  }

  private static String prose(Path page) throws IOException {
    return FENCE.matcher(Files.readString(page)).replaceAll("");
  }

  private List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.walk(root, 3)) {
      List<Path> pages =
          files
              .filter(file -> file.toString().endsWith(".md"))
              .filter(
                  file -> !root.relativize(file).toString().matches(".*\\b(target|runs|env)/.*"))
              .sorted()
              .toList();
      assertThat(pages).hasSizeGreaterThan(15);
      return pages;
    }
  }
}
