package dev.chainrule.experiments.text;

import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.core.data.DataFolders;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.tokenizer.huggingface.ByteLevelBpe;
import dev.chainrule.text.tokenizer.subword.TextPattern;
import dev.chainrule.text.tokenizer.training.BpeTrainer;
import dev.chainrule.text.tokenizer.training.BpeTraining;
import dev.chainrule.text.tokenizer.training.WordCounts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule text train-tokenizer}. */
@Command(
    name = "train-tokenizer",
    description =
        "Learn a byte-level byte-pair encoding from text; --out gets a tokenizer.json that Hugging"
            + " Face's library reads too.")
final class TextTrainTokenizer extends Verb {
  /** Patterns known under a name. */
  enum Words {
    GPT2(TextPattern.GPT2),
    LLAMA3(TextPattern.LLAMA3),
    QWEN2(TextPattern.QWEN2);

    private final String pattern;

    Words(String pattern) {
      this.pattern = pattern;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Choices among equals. */
  enum Ties {
    BYTES(BpeTraining.Ties.BYTES),
    IDS(BpeTraining.Ties.IDS);

    private final BpeTraining.Ties ties;

    Ties(BpeTraining.Ties ties) {
      this.ties = ties;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE|DIR|NAME",
      description = "Text to learn from: a file, a folder, or a known set.")
  String data;

  @Option(
      names = "--glob",
      paramLabel = "PATTERN",
      description = "Which files of a folder, for example **.java (default: all).")
  String glob = Corpus.ALL_FILES;

  @Option(
      names = "--vocab-size",
      paramLabel = "N",
      description = "Tokens at most: special ones, 256 bytes, and one for each merge.")
  int vocabSize = 4096;

  @Option(
      names = "--min-frequency",
      paramLabel = "N",
      description = "Pairs that are met less often are not merged.")
  long minFrequency = 2;

  @Option(
      names = "--special",
      paramLabel = "TEXT",
      description =
          "A control token, which may be given several times; the first ends a text (default:"
              + " <|endoftext|>).")
  List<String> specials = new ArrayList<>();

  @Option(
      names = "--words",
      paramLabel = "MODEL",
      description = "How words are told apart: as ${COMPLETION-CANDIDATES} have it.")
  Words words = Words.GPT2;

  @Option(
      names = "--ties",
      paramLabel = "ORDER",
      description =
          "Which of equally frequent pairs is merged first, of ${COMPLETION-CANDIDATES}: that of"
              + " the greatest bytes, or that of the lowest ids, as Hugging Face's trainer has it.")
  Ties ties = Ties.BYTES;

  /** The result, as {@code --json} prints it. */
  record Result(int vocabSize, int merges) {}

  @Override
  protected Target target() {
    return Target.file(Path.of("tokenizer.json"), ".json");
  }

  @Override
  protected Object run() throws Exception {
    List<String> named = specials.isEmpty() ? List.of(BpeTraining.END_OF_TEXT) : specials;
    BpeTraining training =
        fromOptions(
            () -> new BpeTraining(vocabSize, minFrequency, named, words.pattern, ties.ties));
    Corpus corpus = Corpus.read(data, glob, DataFolders.ofEnvironment(), (file, bytes) -> {});
    WordCounts counts = new WordCounts(training);
    counts.add(corpus.text());
    ByteLevelBpe trained = BpeTrainer.train(training, counts, tokens -> {});
    Path out = Objects.requireNonNull(out());
    AtomicFile.writeString(out, trained.json() + "\n");
    output()
        .printf(
            Locale.ROOT,
            "%s: %,d tokens, %,d of them by merges%n",
            out,
            trained.tokens().size(),
            trained.merges().size());
    return new Result(trained.tokens().size(), trained.merges().size());
  }
}
