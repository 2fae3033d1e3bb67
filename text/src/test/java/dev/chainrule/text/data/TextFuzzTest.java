package dev.chainrule.text.data;

import dev.chainrule.base.InputException;
import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.CharTokenizer;
import java.nio.file.Path;
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
            Corpus corpus = Corpus.of(ReaderFuzz.ORIGIN, text);
            TokenizedCorpus.of(
                corpus.split(0.5, 1),
                CharTokenizer.of(text),
                ChatFormat.PLAIN,
                FillInTheMiddle.NONE);
          }
        });
  }

  private static final String[] LINES =
      Mutations.tokens(
          "{\"text\": \"To be\"}\n{\"prompt\": \"or not?\", \"answer\": \"yes\"}\n"
              + "{\"messages\": [{\"role\": \"user\", \"content\": \"\\u00e9\"},"
              + " {\"role\": \"assistant\", \"content\": \"that is\"}]}\n>name\nMKV LA\n");

  @Test
  void documents() {
    ReaderFuzz.run(
        "documents",
        60,
        random -> Mutations.text(LINES, random),
        bytes -> {
          String text = TextFiles.decode(bytes, ReaderFuzz.ORIGIN);
          for (Documents kind : List.of(Documents.JSONL, Documents.FASTA, Documents.SMILES)) {
            List<Document> documents;
            try {
              documents = kind.of(Path.of("corpus"), text);
            } catch (InputException refused) {
              continue;
            }
            Packing packing =
                new Packing(
                    new ByteTokenizer(),
                    Markers.of(new ByteTokenizer()),
                    ChatFormat.PLAIN,
                    new FillInTheMiddle(0.5, 1));
            packing.pack(documents);
          }
        });
  }
}
