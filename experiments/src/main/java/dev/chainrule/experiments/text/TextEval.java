package dev.chainrule.experiments.text;

import dev.chainrule.core.data.DataFolders;
import dev.chainrule.core.data.TokenSequence;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.run.TextData;
import dev.chainrule.text.run.TextModel;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule text eval}. */
@Command(
    name = "eval",
    description =
        "Held-out likelihood of text: nats and bits per token, bits per byte, perplexity.")
final class TextEval extends Verb {
  /** What of the data is evaluated. */
  enum Part {
    AUTO,
    ALL,
    VALIDATION;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(names = "--model", required = true, paramLabel = "DIR", description = "A trained model.")
  Path model;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE|DIR|NAME",
      description = "Text: a file, a folder, or a known set such as tinyshakespeare.")
  String data;

  @Option(
      names = "--glob",
      paramLabel = "PATTERN",
      description =
          "Which files of a folder (default: of the folder the model was trained on the same, of"
              + " another all).")
  @Nullable String glob;

  @Option(
      names = "--part",
      description =
          "What is evaluated: ${COMPLETION-CANDIDATES}; auto is the held-out part of what the"
              + " model was trained on, and all of anything else.")
  Part part = Part.AUTO;

  /** The result, as {@code --json} prints it. */
  record Result(
      long elements,
      double nll,
      double bitsPerDim,
      double perplexity,
      double bitsPerByte,
      String part) {}

  @Override
  protected Object run() throws Exception {
    TextModel loaded = TextModel.open(model).on(common().compute());
    TextData learned = loaded.learnedFrom();
    if (part == Part.VALIDATION && learned == null) {
      throw badOption("--part", "validation", "a model that this program trained");
    }
    TextData known = learned != null && learned.isOf(data) ? learned : null;
    TextData split = part == Part.VALIDATION ? learned : part == Part.AUTO ? known : null;
    String files = glob != null ? glob : known != null ? known.glob() : Corpus.ALL_FILES;
    Corpus corpus = Corpus.read(data, files, DataFolders.ofEnvironment(), (file, bytes) -> {});
    TokenSequence tokens = loaded.tokens(corpus, split);
    Evaluator.Result result = loaded.evaluate(tokens, corpus.origin());
    return report(loaded, tokens, result, split != null);
  }

  private Result report(
      TextModel loaded, TokenSequence tokens, Evaluator.Result result, boolean heldOut) {
    long bytes = loaded.tokenizer().countBytes(tokens.range(1, tokens.length()));
    Result printed =
        new Result(
            result.elements(),
            result.nll(),
            result.bitsPerElement(),
            Math.exp(result.nll()),
            result.nll() * result.elements() / Math.log(2) / bytes,
            heldOut ? "validation" : "all");
    output()
        .printf(
            Locale.ROOT,
            "%s, %s: %,d tokens, %.4f nats and %.4f bits a token, perplexity %.3f, %.4f bits a byte%n",
            data,
            heldOut ? "held-out part" : "all of it",
            printed.elements(),
            printed.nll(),
            printed.bitsPerDim(),
            printed.perplexity(),
            printed.bitsPerByte());
    return printed;
  }
}
