package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code docs/using.md} says of artifacts is what the POMs and the example have. */
class UsingPageTest {
  private final Path root = ProjectFolder.root();

  @Test
  void theProgramIsTheExample() throws IOException {
    String program =
        Files.readString(root.resolve("examples/forecast/src/main/java/forecast/Forecast.java"));
    assertThat(page()).contains("```java\n" + program + "```\n");
  }

  @Test
  void theFlagsAreThoseOfThePom() throws IOException {
    String flags = Files.readString(root.resolve("pom.xml")).split("</?jvm.flags>")[1];
    assertThat(page()).contains("\n    " + flags + "\n");
  }

  @Test
  void versionsAreThoseOfThePoms() throws IOException {
    String pom = Files.readString(root.resolve("pom.xml"));
    String version = pom.split("</?version>")[1];
    assertThat(all(page(), "dev\\.chainrule:chainrule-\\w+:([\\w.-]+)")).containsOnly(version);
    assertThat(page()).contains("<version>" + version + "</version>");
    for (String library : List.of("nd4j", "javacpp", "openblas", "dnnl")) {
      String own = pom.split("</?" + library + ".version>")[1];
      assertThat(page()).as(library).contains(":" + own);
    }
  }

  @Test
  void theBomNamesEveryArtifactWithItsVersion() throws IOException {
    String bom = Files.readString(root.resolve("bom/pom.xml"));
    TreeSet<String> modules =
        all(Files.readString(root.resolve("pom.xml")), "<module>(\\w+)</module>");
    modules.remove("bom");
    assertThat(all(bom, "<artifactId>chainrule-(\\w+)</artifactId>\n        <version>"))
        .isEqualTo(modules);
    assertThat(bom.split("</?version>")[1])
        .isEqualTo(Files.readString(root.resolve("pom.xml")).split("</?version>")[1]);
  }

  private String page() throws IOException {
    return Files.readString(root.resolve("docs/using.md"));
  }

  private static TreeSet<String> all(String text, String pattern) {
    TreeSet<String> found = new TreeSet<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
