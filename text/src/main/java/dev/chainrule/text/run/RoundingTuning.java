package dev.chainrule.text.run;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.gguf.Rounding;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.optim.LearningRateSchedule;
import dev.chainrule.core.train.BatchSource;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.Trainer;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.decoder.DecoderModel;
import dev.chainrule.text.model.TokenBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Learns weights that predict as a model's own do once they are rounded: in each step the rounded
 * weights read a text, the divergence from what the model predicts there is lessened, and the step
 * that they would take is taken by the weights that were rounded (Jacob et al. 2018; the model as
 * teacher: Hinton et al. 2015). What is not rounded, such as norms, learns along.
 *
 * @param steps of the optimiser, at least 1
 * @param learningRate the highest; it falls to a fiftieth
 * @param batchSize documents, or parts of them, of a step
 * @param window most tokens of one
 * @param seed of their choice
 */
public record RoundingTuning(
    long steps, double learningRate, int batchSize, int window, long seed) {
  private static final long WARMUP = 20;
  private static final int MICRO_BATCH = 4;

  public RoundingTuning {
    if (steps < 1 || batchSize < 1 || window < 1) {
      throw new IllegalArgumentException(
          "tuning of %d steps of %d windows of %d tokens, expected 1 or more"
              .formatted(steps, batchSize, window));
    }
    if (!(learningRate > 0)) {
      throw new IllegalArgumentException(
          "learning rate %s, expected above 0".formatted(learningRate));
    }
  }

  /** Usual settings: 16 windows of 256 tokens, a rate of at most 3e-4. */
  public static RoundingTuning of(long steps) {
    return new RoundingTuning(steps, 3e-4, 16, 256, 1);
  }

  /** The same with another rate. */
  public RoundingTuning withLearningRate(double rate) {
    return new RoundingTuning(steps, rate, batchSize, window, seed);
  }

  /** The same with other random numbers. */
  public RoundingTuning withSeed(long other) {
    return new RoundingTuning(steps, learningRate, batchSize, window, other);
  }

  /**
   * A model whose weights, {@link Rounding#tuned rounded}, predict as the given one does.
   *
   * @param rounding how its weights will be rounded; by its calibration they are at first
   * @param corpus what it reads meanwhile
   * @param listener is told of steps and, as their likelihood, of divergences in nats a token
   * @throws dev.chainrule.base.InputException if the model is no decoder
   */
  public DecoderModel tune(
      TextModel model, Rounding rounding, Corpus corpus, Compute compute, TrainingListener listener)
      throws IOException {
    DecoderModel teacher = TextExport.decoder(model);
    DecoderModel student = new DecoderModel(teacher.config());
    student.parameters().allocate(DType.FLOAT32);
    student.parameters().values().copyFrom(teacher.parameters().values());
    int length = Math.min(window, model.likelihood().window());
    List<TokenBatch> windows = model.likelihood().withWindow(length).windows(corpus, length);
    try (Engine engine = compute.open()) {
      Divergence divergence = new Divergence(student, teacher);
      student.parameters().moveTo(engine);
      RoundedWeights weights = new RoundedWeights(student, rounding, engine);
      TrainingListener rounded =
          new TrainingListener() {
            @Override
            public void stepDone(long step, double nll, double gradientNorm, double rate) {
              weights.stepped();
            }
          };
      new Trainer<>(
              divergence,
              config(length, teacher.vocabSize()),
              new AdamW(new AdamW.Config(0.9, 0.99, 1e-8, 0)),
              LearningRateSchedule.warmupCosine(
                  learningRate, learningRate / 50, Math.min(WARMUP, steps), steps),
              engine,
              List.of(rounded, listener))
          .run(
              batches(windows),
              List.<TokenBatch>of(),
              Trainer.Progress.start(),
              Trainer.UNSAVED,
              () -> false);
      weights.restore();
    }
    return student;
  }

  private TrainConfig config(int length, int vocabSize) {
    int sequences = TextRun.sequencesAtOnce(MICRO_BATCH, length, vocabSize);
    return new TrainConfig(
        seed,
        TrainConfig.Limits.steps(steps),
        new TrainConfig.Cadence(steps, steps, steps),
        1,
        sequences,
        1,
        0);
  }

  private BatchSource<TokenBatch> batches(List<TokenBatch> windows) {
    return step -> {
      CounterRandom random = CounterRandom.of(seed, step);
      List<TokenBatch> drawn = new ArrayList<>();
      for (int b = 0; b < batchSize; b++) {
        drawn.add(windows.get(random.nextInt(windows.size())));
      }
      return TextLikelihood.together(drawn);
    };
  }
}
