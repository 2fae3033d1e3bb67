package dev.chainrule.text.tokenizer.file;

import dev.chainrule.base.io.Utf8File;
import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import org.junit.jupiter.api.Test;

class TokenizerFuzzTest {
  private static final String HEAD = "{\"format\":\"chainrule-tokenizer\",\"version\":1,\"type\":";
  private static final String[] BYTES = Mutations.tokens(HEAD + "\"bytes\"}");
  private static final String[] CHARACTERS =
      Mutations.tokens(HEAD + "\"characters\",\"characters\":\"\\n !abz\\u00e9\"}");

  /**
   * A table of the characters' numbers takes 4 bytes for each number, one of which takes a file.
   */
  @Test
  void tokenizers() {
    ReaderFuzz.run(
        "tokenizer-json",
        120,
        random -> Mutations.text(random.nextInt(4) == 0 ? BYTES : CHARACTERS, random),
        bytes ->
            TokenizerFile.parse(
                Utf8File.decode(bytes, ReaderFuzz.ORIGIN, "JSON"), ReaderFuzz.ORIGIN));
  }
}
