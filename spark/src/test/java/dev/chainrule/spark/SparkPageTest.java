package dev.chainrule.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of this module; its commands need a cluster, its programs must compile. */
class SparkPageTest {
  private static final Path PAGE = Path.of("../docs/spark.md");

  @Test
  void itsProgramsCompile(@TempDir Path folder) throws Exception {
    Matcher found =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
    List<String> programs = found.results().map(result -> result.group(1)).toList();
    assertThat(programs).hasSize(2);
    for (String program : programs) {
      MatchResult name =
          Pattern.compile("(?m)^class (\\w+)").matcher(program).results().findFirst().orElseThrow();
      Path source = Files.writeString(folder.resolve(name.group(1) + ".java"), program);
      StringWriter said = new StringWriter();
      var compiler = ToolProvider.getSystemJavaCompiler();
      try (var files = compiler.getStandardFileManager(null, null, null)) {
        List<String> options =
            List.of(
                "-d",
                folder.toString(),
                "-proc:none",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")));
        boolean compiled =
            compiler
                .getTask(
                    said, files, null, options, null, files.getJavaFileObjects(source.toFile()))
                .call();
        assertThat(compiled).as(said.toString()).isTrue();
      }
    }
  }
}
