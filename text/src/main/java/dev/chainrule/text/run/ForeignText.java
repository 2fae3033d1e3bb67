package dev.chainrule.text.run;

import dev.chainrule.base.io.Json;
import dev.chainrule.base.io.Utf8File;
import dev.chainrule.core.gguf.GgufFile;
import dev.chainrule.text.architecture.ForeignModel;
import dev.chainrule.text.chat.ChatTemplate;
import dev.chainrule.text.tokenizer.IdTokenizer;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.file.TokenizerFile;
import dev.chainrule.text.tokenizer.gguf.GgufTokenizer;
import dev.chainrule.text.tokenizer.huggingface.HuggingFaceTokenizer;
import dev.chainrule.text.tokenizer.huggingface.TokenizerFolder;
import dev.chainrule.text.tokenizer.subword.SubwordTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What files that other programs wrote hold beside the weights. */
final class ForeignText {
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
  static Tokenizer tokenizer(Path path, ForeignModel model) throws IOException {
    GgufFile file = model.gguf().orElse(null);
    if (file != null && GgufTokenizer.isIn(file.metadata())) {
      return GgufTokenizer.read(file.metadata(), path.toString());
    }
    int vocabSize = model.config().vocabSize();
    if (!Files.isDirectory(path) || !TokenizerFile.isIn(path)) {
      return new IdTokenizer(vocabSize);
    }
    Tokenizer tokenizer = TokenizerFile.read(path);
    return tokenizer instanceof SubwordTokenizer subwords
        ? HuggingFaceTokenizer.within(subwords, vocabSize, path.toString())
        : tokenizer;
  }

  /** The template of conversations, where there is one. */
  static Optional<ChatTemplate> chatTemplate(Path path, Tokenizer tokenizer) throws IOException {
    return Optional.ofNullable(templateSource(path))
        .map(text -> ChatTemplate.of(text, path.toString(), tokenizer));
  }

  /** The text of that template. */
  static @Nullable String templateSource(Path path) throws IOException {
    return Files.isDirectory(path) ? new TokenizerFolder(path).chatTemplate() : ofGguf(path);
  }

  private static @Nullable String ofGguf(Path path) throws IOException {
    if (path.toString().endsWith(".bin")) {
      return null;
    }
    try (GgufFile file = GgufFile.open(path)) {
      return GgufTokenizer.chatTemplate(file.metadata());
    }
  }
}
