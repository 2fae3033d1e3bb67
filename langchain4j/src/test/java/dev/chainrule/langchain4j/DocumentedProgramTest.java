package dev.chainrule.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the program of {@code docs/serving.md} as it stands there, with this artifact's libraries.
 */
class DocumentedProgramTest {
  private static final Pattern PROGRAM =
      Pattern.compile("(?ms)^```java\\n(import dev\\.chainrule\\.langchain4j\\..*?)^```$");

  @TempDir Path folder;

  @Test
  void theProgramRuns() throws Exception {
    Matcher program = PROGRAM.matcher(Files.readString(Path.of("..", "docs", "serving.md")));
    assertThat(program.find()).isTrue();
    TinyChats.train(folder.resolve("runs/chats"));
    Path source = Files.writeString(folder.resolve("Program.java"), program.group(1));
    Path printed = folder.resolve("printed");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                source.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(printed)).isZero();
  }

  /** That of this JVM, which means the same in another folder. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(":"))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(":"));
  }
}
