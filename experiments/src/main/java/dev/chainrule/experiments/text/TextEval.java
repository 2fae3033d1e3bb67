package dev.chainrule.experiments.text;

import dev.chainrule.core.data.DataFolders;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.data.Documents;
import dev.chainrule.text.run.TextData;
import dev.chainrule.text.run.TextLikelihood;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.run.TextScore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin TextModelOptions opened = new TextModelOptions();
  @Mixin CacheOptions cache = new CacheOptions();

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
              + " model was trained on, where that is a part of it, and all of anything else.")
  Part part = Part.AUTO;

  @Option(
      names = "--documents",
      paramLabel = "KIND",
      description =
          "What its documents are: ${COMPLETION-CANDIDATES} (default: as the model learnt).")
  @Nullable Documents documents;

  @Option(
      names = "--context",
      paramLabel = "N",
      description =
          "Tokens seen at once (default: as many as the model learnt from; of a model of another"
              + " program its context, 1024 at most).")
  @Nullable Integer context;

  @Option(
      names = "--stride",
      paramLabel = "N",
      description =
          "A window of the context that moves by N tokens: each token is predicted once, from at"
              + " least context - N tokens before it (default: windows one after the other).")
  @Nullable Integer stride;

  @Option(
      names = "--per-document",
      description = "Each document by itself, and the mean over all their tokens.")
  boolean perDocument;

  @Option(
      names = "--against",
      paramLabel = "DIR|FILE",
      description =
          "Another model of the same tokens: how far what --model predicts is from what it"
              + " predicts, by the divergence in nats a token.")
  @Nullable Path against;

  /** One document, as {@code --json} prints it. */
  record OfDocument(
      String document, long elements, double nll, double perplexity, double bitsPerByte) {}

  /**
   * The result, as {@code --json} prints it; the divergence and documents where they were asked
   * for.
   */
  record Result(
      long elements,
      double nll,
      double bitsPerDim,
      double perplexity,
      double bitsPerByte,
      String part,
      int context,
      int stride,
      @Nullable Double divergence,
      List<OfDocument> documents) {}

  @Override
  protected Object run() throws Exception {
    try (TextModel loaded = opened.open()) {
      return evaluated(cache.of(loaded.on(common().compute())));
    }
  }

  private Result evaluated(TextModel loaded) throws IOException {
    TextData learned = loaded.learnedFrom();
    if (part == Part.VALIDATION && learned == null) {
      throw badOption("--part", "validation", "a model that this program trained");
    }
    TextData known = learned != null && learned.isOf(data) ? learned : null;
    TextData split = part == Part.VALIDATION ? learned : part == Part.AUTO ? known : null;
    String elsewhere = split == null ? null : split.validationData();
    if (elsewhere != null && part == Part.VALIDATION) {
      throw badOption(
          "--part",
          part,
          "none of a model whose held-out text is not a part of what it learnt: it is "
              + elsewhere);
    }
    String files = glob != null ? glob : known != null ? known.glob() : Corpus.ALL_FILES;
    Corpus all =
        Corpus.read(
            data,
            files,
            documents != null ? documents : loaded.documents(),
            DataFolders.ofEnvironment(),
            (file, bytes) -> {});
    TextData heldOut = elsewhere != null ? null : split;
    Corpus corpus = heldOut == null ? all : heldOut.split(all).validation();
    TextLikelihood likelihood = likelihood(loaded);
    int seen = likelihood.window();
    if (stride != null && (stride < 1 || stride > seen)) {
      throw badOption("--stride", stride, "1 to the context of " + seen);
    }
    int moved = stride == null ? seen : stride;
    List<TextScore> each = perDocument ? likelihood.documents(corpus, moved) : List.of();
    TextScore score =
        perDocument
            ? sum(each)
            : stride == null ? likelihood.inWindows(corpus) : likelihood.sliding(corpus, stride);
    return report(score, each, heldOut != null, seen, moved, divergence(likelihood, corpus));
  }

  private TextLikelihood likelihood(TextModel loaded) throws IOException {
    if (context == null) {
      return loaded.likelihood();
    }
    int most = loaded.network().contextLength();
    if (context < 1 || context > most) {
      throw badOption("--context", context, "1 to the model's " + most);
    }
    return loaded.likelihood().withWindow(context);
  }

  private @Nullable Double divergence(TextLikelihood likelihood, Corpus corpus) throws IOException {
    if (against == null) {
      return null;
    }
    try (TextModel other = TextModel.open(against)) {
      return likelihood.divergence(other.network(), corpus);
    }
  }

  private TextScore sum(List<TextScore> each) {
    long tokens = each.stream().mapToLong(TextScore::tokens).sum();
    return new TextScore(
        data,
        tokens,
        each.stream().mapToDouble(TextScore::nats).sum() / tokens,
        each.stream().mapToLong(TextScore::bytes).sum());
  }

  private Result report(
      TextScore score,
      List<TextScore> each,
      boolean heldOut,
      int seen,
      int moved,
      @Nullable Double divergence) {
    for (TextScore one : each) {
      output()
          .printf(
              Locale.ROOT,
              "%s: %,d tokens, %.4f nats a token, %.4f bits a byte%n",
              one.origin(),
              one.tokens(),
              one.nll(),
              one.bitsPerByte());
    }
    output()
        .printf(
            Locale.ROOT,
            "%s, %s: %,d tokens, %.4f nats and %.4f bits a token, perplexity %.3f, %.4f bits a"
                + " byte%n",
            data,
            heldOut ? "held-out part" : "all of it",
            score.tokens(),
            score.nll(),
            score.bitsPerToken(),
            score.perplexity(),
            score.bitsPerByte());
    if (divergence != null) {
      output().printf(Locale.ROOT, "%.6f nats a token from %s%n", divergence, against);
    }
    return new Result(
        score.tokens(),
        score.nll(),
        score.bitsPerToken(),
        score.perplexity(),
        score.bitsPerByte(),
        heldOut ? "validation" : "all",
        seen,
        moved,
        divergence,
        each.stream()
            .map(
                one ->
                    new OfDocument(
                        one.origin(), one.tokens(), one.nll(), one.perplexity(), one.bitsPerByte()))
            .toList());
  }
}
