package dev.chainrule.text.run;

import dev.chainrule.base.io.Utf8File;
import dev.chainrule.text.data.ChatFormat;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.file.TokenizerFile;
import dev.chainrule.text.tokenizer.huggingface.TokenizerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint of a text model holds beside weights: how texts become tokens.
 *
 * @param chatTemplate how conversations become texts, in Jinja; null where nothing says
 */
record TokenFiles(Tokenizer tokenizer, @Nullable String chatTemplate) {
  /** Names of the files. */
  static final Set<String> NAMES = Set.of(TokenizerFile.NAME, TokenizerFolder.TEMPLATE);

  /** Those in a checkpoint's folder. */
  static TokenFiles read(Path folder) throws IOException {
    Path template = folder.resolve(TokenizerFolder.TEMPLATE);
    return new TokenFiles(
        TokenizerFile.read(folder.resolve(TokenizerFile.NAME)),
        Files.exists(template) ? Utf8File.read(template, "a template") : null);
  }

  /** Writes them into the folder of a checkpoint. */
  void write(Path folder) throws IOException {
    TokenizerFile.write(folder.resolve(TokenizerFile.NAME), tokenizer);
    if (chatTemplate != null) {
      Files.writeString(folder.resolve(TokenizerFolder.TEMPLATE), chatTemplate);
    }
  }

  /** How conversations are written. */
  ChatFormat chats() {
    String source = chatTemplate;
    return source == null ? ChatFormat.PLAIN : new ModelChats(source, tokenizer);
  }
}
