package dev.chainrule.text.run;

import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.quant.InputMoments;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.text.architecture.GgufExport;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.decoder.DecoderConfig;
import dev.chainrule.text.decoder.DecoderModel;
import dev.chainrule.text.model.TokenBatch;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the inputs of a model's matrices are while it reads a text: by that they are rounded so that
 * their products change least.
 */
public final class TextCalibration {
  private static final int MICRO_BATCH = 4;

  private TextCalibration() {}

  /**
   * Of each matrix that is multiplied with, the moments of its inputs, by the name of its tensor in
   * a GGUF file. Each document is read from its beginning, with nothing before it, as the model
   * will read.
   *
   * @param corpus some thousand tokens or more, like those that the model is to read
   * @throws dev.chainrule.base.InputException if the model is no decoder, or the machine has too
   *     little memory for the moments
   */
  public static Map<String, InputMoments> of(TextModel model, Corpus corpus, Compute compute)
      throws IOException {
    DecoderModel network = TextExport.decoder(model);
    TextLikelihood likelihood = model.likelihood();
    List<TokenBatch> windows = likelihood.sequences(corpus);
    try (Engine engine = compute.open()) {
      network.parameters().moveTo(engine);
      ObservedProducts observed = new ObservedProducts(engine);
      int sequences =
          TextRun.sequencesAtOnce(MICRO_BATCH, likelihood.window(), network.vocabSize());
      new Evaluator<TokenBatch>(network, observed, sequences).evaluate(windows);
      return named(network, observed);
    }
  }

  private static Map<String, InputMoments> named(DecoderModel network, ObservedProducts observed) {
    DecoderConfig config = network.config();
    Map<String, InputMoments> moments = new LinkedHashMap<>();
    for (Parameter parameter : network.parameters().all()) {
      float[] sums = observed.sums(network.parameters().value(parameter));
      if (sums != null) {
        boolean table = config.tiedEmbeddings() && parameter.name().startsWith("embed.");
        moments.put(
            GgufExport.tensor(config, parameter.name()),
            new InputMoments(parameter.dim(1), sums, table));
      }
    }
    return moments;
  }
}
