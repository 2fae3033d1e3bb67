package dev.chainrule.langchain4j;

import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.run.GptKind;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.run.TextTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** A tiny model of characters with a template of conversations, which says nearly anything. */
final class TinyChats {
  static final int CONTEXT = 512;
  private static final String TEMPLATE =
      "{% for m in messages %}{{ m.role }}:{{ m.content }}\n{% endfor %}assistant:";

  private TinyChats() {}

  /** Trains it for three steps. */
  static TextModel train(Path run) throws IOException {
    String all =
        IntStream.range(32, 127).mapToObj(Character::toString).reduce("\n", String::concat);
    Path parent = Files.createDirectories(run.toAbsolutePath().getParent());
    Path text = Files.writeString(parent.resolve("text.txt"), (all + "user\n").repeat(40));
    TextTraining.Network<?> network =
        new TextTraining.Network<>(
            new GptKind(), v -> new GptConfig(v, CONTEXT, 1, 2, 16, 0.0, false, true));
    TextModel.train(text.toString(), TextTraining.nanoCpu().withNetwork(network).withSteps(3), run);
    Files.writeString(run.resolve("chat_template.jinja"), TEMPLATE);
    return TextModel.open(run);
  }
}
