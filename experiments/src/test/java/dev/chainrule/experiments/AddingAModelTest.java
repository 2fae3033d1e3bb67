package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The model of {@code docs/adding-a-model.md}, compiled from the page and used from outside of the
 * project: its contract, and the commands of the page on a class path that has it. They learn from
 * the README, for 4 steps and then 6.
 */
class AddingAModelTest {
  private static final Path PAGE = ProjectFolder.root().resolve("docs/adding-a-model.md");
  private static final int MODEL_LINES = 60;
  private static final int MODEL_AND_DECODER_LINES = 120;

  @TempDir static Path folder;
  private static final List<CodeBlock> BLOCKS = new ArrayList<>();

  @BeforeAll
  static void compileThePage() throws IOException {
    BLOCKS.addAll(CodeBlock.of(PAGE));
    List<Path> sources = new ArrayList<>();
    for (CodeBlock block : BLOCKS) {
      sources.add(block.write(folder.resolve("src")));
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter errors = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  errors,
                  files,
                  null,
                  List.of("-d", folder.resolve("jar").toString()),
                  null,
                  files.getJavaFileObjectsFromPaths(sources))
              .call();
      assertThat(compiled).as(errors.toString()).isTrue();
    }
    Path services = Files.createDirectories(folder.resolve("jar/META-INF/services"));
    Files.writeString(services.resolve("dev.chainrule.core.run.ModelKind"), "lm.GruKind\n");
    Files.copy(ProjectFolder.root().resolve("README.md"), folder.resolve("README.md"));
  }

  @Test
  void modelAndConfigurationAreShort() {
    long lines =
        BLOCKS.stream()
            .filter(
                block ->
                    block.code().contains("GruConfig.java") || block.heading().startsWith("2."))
            .flatMap(block -> block.code().lines())
            .filter(line -> !line.isBlank())
            .count();
    assertThat(lines).isBetween(20L, (long) MODEL_LINES);
  }

  @Test
  void withAFastDecoderItIsShortToo() {
    assertThat(
            BLOCKS.stream()
                .filter(block -> block.heading().matches("[1-3]\\..*|5\\..*"))
                .flatMap(block -> block.code().lines())
                .filter(line -> !line.isBlank()))
        .hasSizeLessThan(MODEL_AND_DECODER_LINES);
  }

  @TestFactory
  Stream<DynamicTest> itKeepsTheContract() throws Exception {
    return contract("keepsTheContract");
  }

  @TestFactory
  Stream<DynamicTest> itKeepsTheContractWithItsDecoder() throws Exception {
    return contract("keepsItWithItsDecoder");
  }

  @SuppressWarnings("unchecked") // what the page's test returns
  private Stream<DynamicTest> contract(String method) throws Exception {
    URL[] jar = {folder.resolve("jar").toUri().toURL()};
    URLClassLoader loader = new URLClassLoader(jar, getClass().getClassLoader());
    Object test = loader.loadClass("lm.GruLanguageModelTest").getConstructor().newInstance();
    return (Stream<DynamicTest>) test.getClass().getMethod(method).invoke(test);
  }

  @Test
  void theStockCommandsTakeIt() throws Exception {
    List<String> commands =
        Files.readString(PAGE)
            .replace("\\\n", " ")
            .lines()
            .filter(line -> line.startsWith("CHAINRULE_CLASSPATH=gru.jar ./chainrule "))
            .map(line -> line.replaceFirst("\\S+ \\S+ ", ""))
            .toList();
    assertThat(commands).hasSize(3);
    for (String command : commands) {
      String shortened =
          command
              .replace("tinyshakespeare", "README.md")
              .replace("--steps 300", "--steps 4")
              .replace("--steps 600", "--steps 6")
              .replace("--tokens 200", "--tokens 20");
      run(shortened.strip().split("\\s+"));
    }
    assertThat(Files.readString(folder.resolve("runs/gru/config.json")))
        .contains("\"kind\" : \"text.gru\"", "\"embedding_dim\" : 96", "\"step\" : 6");
  }

  private static void run(String... words) throws IOException, InterruptedException {
    Path printed = folder.resolve("printed");
    Process process =
        Child.of(folder.resolve("jar").toString(), Main.class, words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(printed)).isZero();
  }
}
