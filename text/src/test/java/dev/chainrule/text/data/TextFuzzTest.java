package dev.chainrule.text.data;

import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import dev.chainrule.text.tokenizer.CharTokenizer;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextFuzzTest {
  private static final String[] TEXT =
      Mutations.tokens("\uFEFFTo be, or not to be:\r\nthat is the \uD83E\uDD14 — 42.\n");

  @Test
  void texts() {
    ReaderFuzz.run(
        "text",
        60,
        random -> Mutations.text(TEXT, random),
        bytes -> {
          String text = TextFiles.decode(bytes, ReaderFuzz.ORIGIN);
          if (text.codePointCount(0, text.length()) > 1) {
            Corpus corpus = new Corpus(ReaderFuzz.ORIGIN, text, List.of(), List.of());
            TokenizedCorpus.of(corpus, CharTokenizer.of(text), 0.5);
          }
        });
  }
}
