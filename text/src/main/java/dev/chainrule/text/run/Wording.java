package dev.chainrule.text.run;

import dev.chainrule.text.chat.ChatTemplate;
import dev.chainrule.text.data.ChatFormat;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.file.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How texts and conversations are written in a model's tokens.
 *
 * @param chat how the model was trained to read conversations, where its files say so
 */
record Wording(Tokenizer tokenizer, Optional<ChatTemplate> chat) {
  /** Name of the template's file, as Hugging Face's folders have it. */
  static final String TEMPLATE = "chat_template.jinja";

  /** Of a vocabulary with no form of conversations of its own. */
  static Wording of(Tokenizer tokenizer) {
    return new Wording(tokenizer, Optional.empty());
  }

  /** That of a checkpoint's folder. */
  static Wording read(Path folder) throws IOException {
    Tokenizer tokenizer = TokenizerFile.read(folder.resolve(TokenizerFile.NAME));
    return new Wording(tokenizer, ForeignText.chatTemplate(folder, tokenizer));
  }

  /** Writes the files of a checkpoint. */
  void write(Path folder) throws IOException {
    TokenizerFile.write(folder.resolve(TokenizerFile.NAME), tokenizer);
    if (chat.isPresent()) {
      Files.writeString(folder.resolve(TEMPLATE), chat.get().source());
    }
  }

  /** How conversations of a corpus are written. */
  ChatFormat format() {
    return chat.map(ChatFormat::of).orElse(ChatFormat.PLAIN);
  }
}
