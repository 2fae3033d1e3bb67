package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.ScheduleConfig;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.text.adapter.AdaptedModel;
import dev.chainrule.text.adapter.LowRank;
import dev.chainrule.text.architecture.MappedModel;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.TokenBatch;
import dev.chainrule.text.tokenizer.IdTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Runs that go on from a model that there is, on other text: with all of its weights, or by
 * low-rank adapters beside them.
 *
 * @param from the model
 * @param tokenizer where it lies, if not among the model's own files
 * @param adapters their shape, where all else of the model is to stay as it is
 */
public record FineTuning(Path from, Optional<Path> tokenizer, Optional<LowRank> adapters) {
  /** Tokens of a sequence, of a model that sees more and where nothing else is asked for. */
  private static final int USUAL_WINDOW = 256;

  /** Of a model that has its tokenizer. */
  public FineTuning(Path from, Optional<LowRank> adapters) {
    this(from, Optional.empty(), adapters);
  }

  /**
   * How a model that has learnt already is usually trained: for fewer steps than a new one, at
   * lower rates, and adapters at ten times the rate of all weights.
   */
  public static Recipe recipe(boolean adapters) {
    double rate = adapters ? 1e-3 : 1e-4;
    return new Recipe(
        4,
        new ScheduleConfig(ScheduleConfig.Kind.COSINE, rate, rate / 10, 10),
        new AdamW.Config(0.9, 0.99, 1e-8, adapters ? 0 : 0.01),
        TrainConfig.of(1, TrainConfig.Limits.steps(200), new TrainConfig.Cadence(10, 50, 100)));
  }

  /**
   * A run from its first step.
   *
   * @param data file, folder or known name
   * @param training what of it is not the model's: documents, what is held out, the recipe; without
   *     a window of its own sequences are of the model's context, 256 tokens at most
   * @param out the folder that gets the model, or the adapters
   */
  public TrainingRun<TokenBatch> begin(String data, TextTraining training, Path out)
      throws IOException {
    TextModel model =
        tokenizer.isPresent()
            ? TextModel.open(from, tokenizer.orElseThrow())
            : TextModel.open(from);
    if (model.tokenizer() instanceof IdTokenizer) {
      throw new InputException(
          "%s: its files hold no tokenizer, expected one by which it can learn a text (--tokenizer)"
              .formatted(from));
    }
    TextTraining cut =
        training.window() == null && model.network().contextLength() > USUAL_WINDOW
            ? training.withWindow(USUAL_WINDOW)
            : training;
    return adapters.isPresent()
        ? adapted(model, adapters.orElseThrow(), data, cut, out)
        : TextRun.begin(data, cut, model.learner(), model.tokenFiles(), null, out);
  }

  private TrainingRun<TokenBatch> adapted(
      TextModel model, LowRank shape, String data, TextTraining training, Path out)
      throws IOException {
    LanguageModel base = MappedModel.changeable(model.network());
    LoraConfig config =
        new LoraConfig(
            from.toAbsolutePath().normalize().toString(), base.parameters().checksum(), shape);
    return TextRun.begin(
        data,
        training,
        new TextRun.Learner<>(new LoraKind(), config, new AdaptedModel(base, shape)),
        model.tokenFiles(),
        null,
        out);
  }
}
