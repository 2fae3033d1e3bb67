package dev.chainrule.experiments.text;

import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.text.data.ChordText;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.data.Document;
import dev.chainrule.text.data.Documents;
import dev.chainrule.text.run.TextLikelihood;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.run.TextScore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule text eval-chorales}. */
@Command(
    name = "eval-chorales",
    description =
        "The likelihood of pieces of music: nats a time step, and of each piece its mean.")
final class TextEvalChorales extends Verb {
  @Option(names = "--model", required = true, paramLabel = "DIR", description = "A trained model.")
  Path model;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "Pieces as text read-chorales writes them.")
  Path data;

  @Option(
      names = "--stride",
      paramLabel = "N",
      description = "How far the window moves (default: half of the model's context).")
  @Nullable Integer stride;

  /**
   * The result, as {@code --json} prints it.
   *
   * @param nllPerTimeStep nats of all pieces over all time steps
   * @param nllPerTimeStepOfPieces the mean over pieces of each one's nats a time step
   */
  record Result(
      int pieces,
      long timeSteps,
      double nllPerTimeStep,
      double nllPerTimeStepOfPieces,
      long elements,
      double nll) {}

  @Override
  protected Object run() throws Exception {
    try (TextModel loaded = TextModel.open(model)) {
      return evaluated(loaded.on(common().compute()));
    }
  }

  private Result evaluated(TextModel loaded) throws IOException {
    TextLikelihood likelihood = loaded.likelihood();
    int context = likelihood.window();
    int moved = stride == null ? Math.max(1, context / 2) : stride;
    if (moved < 1 || moved > context) {
      throw badOption("--stride", moved, "1 to the context of " + context);
    }
    Corpus corpus = Corpus.ofFile(data, Documents.LINES);
    List<TextScore> scores = likelihood.documents(corpus, moved);
    if (scores.size() < corpus.documents().size()) {
      throw badOption("--data", data, "pieces of at least a time step");
    }
    double nats = 0;
    double ofPieces = 0;
    long steps = 0;
    long tokens = 0;
    for (int i = 0; i < scores.size(); i++) {
      int length = ChordText.countSteps(text(corpus.documents().get(i)));
      if (length == 0) {
        throw badOption("--data", data, "pieces as text read-chorales writes them");
      }
      nats += scores.get(i).nats();
      ofPieces += scores.get(i).nats() / length;
      steps += length;
      tokens += scores.get(i).tokens();
    }
    Result result =
        new Result(
            scores.size(), steps, nats / steps, ofPieces / scores.size(), tokens, nats / tokens);
    output()
        .printf(
            Locale.ROOT,
            "%s: %,d pieces of %,d time steps, %.4f nats a time step (mean of pieces %.4f)%n",
            data,
            result.pieces(),
            result.timeSteps(),
            result.nllPerTimeStep(),
            result.nllPerTimeStepOfPieces());
    return result;
  }

  private static String text(Document piece) {
    return piece instanceof Document.Text text ? text.text() : "";
  }
}
