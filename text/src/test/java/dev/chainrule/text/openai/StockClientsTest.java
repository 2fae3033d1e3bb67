package dev.chainrule.text.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.chainrule.core.engine.Compute;
import dev.chainrule.text.serving.ServedModel;
import dev.chainrule.text.serving.ServiceConfig;
import dev.chainrule.text.serving.TextService;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that others wrote ask a server. {@code CHAINRULE_OPENAI} names a Python that has the
 * package {@code openai}; {@code CHAINRULE_OPENAI_JARS} is a class path with {@code
 * com.openai:openai-java} and {@code dev.langchain4j:langchain4j-open-ai} and all that they need.
 */
@Tag("slow")
class StockClientsTest {
  @TempDir Path folder;

  @Test
  void thatOfOpenAiInPython() throws Exception {
    String python = System.getenv("CHAINRULE_OPENAI");
    assumeTrue(python != null, "CHAINRULE_OPENAI names no Python");
    assertThat(run(List.of(Objects.requireNonNull(python), program("clients.py", "clients.py"))))
        .isEmpty();
  }

  @Test
  void thoseOfOpenAiAndLangChainInJava() throws Exception {
    String jars = System.getenv("CHAINRULE_OPENAI_JARS");
    assumeTrue(jars != null, "CHAINRULE_OPENAI_JARS is no class path");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String source = program("Clients.java.txt", "Clients.java");
    assertThat(run(List.of(java, "-cp", Objects.requireNonNull(jars), source)))
        .doesNotContain("Exception", "AssertionError");
  }

  private String program(String resource, String name) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = StockClientsTest.class.getResourceAsStream(resource)) {
      Files.copy(Objects.requireNonNull(in), file);
    }
    return file.toString();
  }

  /** What a program printed to whom a server's address was told; it must end well. */
  private String run(List<String> program) throws Exception {
    TextService service =
        new TextService(
            ServedModel.withTools(folder.resolve("model")),
            Compute.automatic(),
            ServiceConfig.of(ServedModel.CONTEXT));
    try (OpenAiServer server =
        new OpenAiServer(service, ServerConfig.of("tiny").withKey("secret"))) {
      List<String> words = new ArrayList<>(program);
      words.add(server.url());
      Path printed = folder.resolve("printed");
      Process process =
          new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(printed.toFile())
              .start();
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      String text = Files.readString(printed);
      assertThat(process.exitValue()).as(text).isZero();
      return text;
    }
  }
}
