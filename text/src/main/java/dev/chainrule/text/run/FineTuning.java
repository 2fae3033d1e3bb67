package dev.chainrule.text.run;

import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.text.adapter.AdaptedModel;
import dev.chainrule.text.adapter.LowRank;
import dev.chainrule.text.architecture.MappedModel;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.TokenBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Runs that go on from a model that there is, on other text: with all of its weights, or by
 * low-rank adapters beside them.
 *
 * @param from the model
 * @param adapters their shape, where all else of the model is to stay as it is
 */
public record FineTuning(Path from, Optional<LowRank> adapters) {

  /**
   * A run from its first step.
   *
   * @param data file, folder or known name
   * @param training what of it is not the model's: documents, what is held out, the recipe
   * @param out the folder that gets the model, or the adapters
   */
  public TrainingRun<TokenBatch> begin(String data, TextTraining training, Path out)
      throws IOException {
    TextModel model = TextModel.open(from);
    return adapters.isPresent()
        ? adapted(model, adapters.orElseThrow(), data, training, out)
        : TextRun.begin(data, training, model.learner(), model.wording(), out);
  }

  private TrainingRun<TokenBatch> adapted(
      TextModel model, LowRank shape, String data, TextTraining training, Path out)
      throws IOException {
    LanguageModel base = MappedModel.changeable(model.network());
    LoraConfig config =
        new LoraConfig(
            from.toAbsolutePath().normalize().toString(), LoraKind.checksum(base), shape);
    return TextRun.begin(
        data,
        training,
        new TextRun.Learner<>(new LoraKind(), config, new AdaptedModel(base, shape)),
        model.wording(),
        out);
  }
}
