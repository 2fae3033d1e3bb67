package dev.chainrule.text.run;

import dev.chainrule.base.io.Json;
import dev.chainrule.base.io.Utf8File;
import dev.chainrule.core.gguf.GgufFile;
import dev.chainrule.core.gguf.GgufMetadata;
import dev.chainrule.text.chat.ChatTemplate;
import dev.chainrule.text.tokenizer.IdTokenizer;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.file.TokenizerFile;
import dev.chainrule.text.tokenizer.gguf.GgufTokenizer;
import dev.chainrule.text.tokenizer.huggingface.TokenizerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What files that other programs wrote hold beside the weights. */
final class ForeignText {
  private static final String TEMPLATE = "tokenizer.chat_template";

  private ForeignText() {}

  /** Whether there is a model that another program wrote: a file, or a folder of Hugging Face's. */
  static boolean isAt(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return Files.exists(path);
    }
    Path file = path.resolve("config.json");
    if (!Files.isRegularFile(file)) {
      return false;
    }
    JsonNode config = Json.parse(Utf8File.read(file, "JSON"), file.toString(), JsonNode.class);
    return config.has("model_type") || config.has("architectures");
  }

  /** The tokenizer in a model's own files; where there is none, the numbers of tokens. */
  static Tokenizer tokenizer(Path path, int vocabSize) throws IOException {
    return hasTokenizer(path) ? TokenizerFile.read(path) : new IdTokenizer(vocabSize);
  }

  private static boolean hasTokenizer(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return new TokenizerFolder(path).hasTokenizer()
          || Files.exists(path.resolve("tokenizer.model"));
    }
    if (isLlama2c(path)) {
      return false;
    }
    try (GgufFile file = GgufFile.open(path)) {
      return GgufTokenizer.isIn(file.metadata());
    }
  }

  private static boolean isLlama2c(Path path) {
    return path.toString().endsWith(".bin");
  }

  /** The template of conversations, where there is one. */
  static Optional<ChatTemplate> chatTemplate(Path path, Tokenizer tokenizer) throws IOException {
    String source =
        Files.isDirectory(path) ? new TokenizerFolder(path).chatTemplate() : ofGguf(path);
    return Optional.ofNullable(source)
        .map(text -> ChatTemplate.of(text, path.toString(), tokenizer));
  }

  private static @Nullable String ofGguf(Path path) throws IOException {
    if (isLlama2c(path)) {
      return null;
    }
    try (GgufFile file = GgufFile.open(path)) {
      GgufMetadata metadata = file.metadata();
      return metadata.has(TEMPLATE) ? metadata.string(TEMPLATE) : null;
    }
  }
}
