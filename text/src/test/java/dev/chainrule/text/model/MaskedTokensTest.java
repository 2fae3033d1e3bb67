package dev.chainrule.text.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.optim.LearningRateSchedule;
import dev.chainrule.core.optim.Nd4jOptimizer;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.Trainer;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;

/** Tokens that are given and not learnt count nowhere. */
class MaskedTokensTest {
  private static final GptConfig CONFIG = new GptConfig(11, 10, 2, 2, 16, 0.0, true, true);

  private static Gpt model() {
    Gpt model = new Gpt(CONFIG);
    model.parameters().allocate(DType.FLOAT32, 4);
    return model;
  }

  /** Sequences whose tokens from the given places on are learnt, those after an end are filling. */
  private static TokenBatch batch(int seed, int length, int[] from, int[] to) {
    CounterRandom random = CounterRandom.of(seed);
    Tensor ids = Tensor.zeros(DType.INT32, from.length, length);
    Tensor learnt = Tensor.zeros(DType.INT32, from.length, length);
    for (int b = 0; b < from.length; b++) {
      for (int t = 0; t < length; t++) {
        ids.set((long) b * length + t, random.nextInt(11));
        learnt.set((long) b * length + t, t >= from[b] && t < to[b] ? 1 : 0);
      }
    }
    return new TokenBatch(ids, learnt);
  }

  private static double[] nll(Gpt model, TokenBatch batch) {
    try (Engine engine = Engines.open("vector", 1)) {
      Tape tape = Tape.evaluation(engine, model.parameters());
      tape.begin();
      return model.nll(tape, batch).value().toDoubles();
    }
  }

  private static float[] gradients(Gpt model, TokenBatch batch) {
    try (Engine engine = Engines.open("vector", 1)) {
      Tape tape = Tape.training(engine, model.parameters());
      tape.zeroGradients();
      tape.begin();
      Variable nll = model.nll(tape, batch);
      tape.backward(nll, 1.0 / batch.predicted(1));
      return tape.gradients().toFloats();
    }
  }

  @Test
  void theLikelihoodIsThatOfWhatIsLearnt() {
    Gpt model = model();
    TokenBatch batch = batch(1, 9, new int[] {3, 0, 9}, new int[] {9, 5, 9});
    double[] all = nll(model, new TokenBatch(batch.elements()));
    double[] masked = nll(model, batch);
    double sum = 0;
    for (int b = 0; b < 3; b++) {
      for (int t = 1; t < 9; t++) {
        boolean counts = batch.learnt().getInt(b * 9L + t) == 1;
        assertThat(masked[b * 8 + t - 1]).isEqualTo(counts ? all[b * 8 + t - 1] : 0);
        sum += masked[b * 8 + t - 1];
      }
    }
    assertThat(batch.predicted(1)).isEqualTo(6 + 4);
    assertThat(batch.predictedOf(1)).containsExactly(6, 4, 0);
    try (Engine engine = Engines.open("vector", 2)) {
      Evaluator<TokenBatch> evaluator = new Evaluator<>(model, engine, 2);
      assertThat(evaluator.evaluate(List.of(batch)).nll()).isCloseTo(sum / 10, within(1e-6));
      assertThat(evaluator.evaluate(List.of(batch)).elements()).isEqualTo(10);
      double[] each = evaluator.sums(batch);
      assertThat(each[0] + each[1]).isCloseTo(sum, within(1e-5));
      assertThat(each[2]).isZero();
    }
  }

  @Test
  void aTargetThatIsNotLearntHasNoGradient() {
    Gpt model = model();
    TokenBatch batch = batch(2, 9, new int[] {2, 4}, new int[] {8, 8});
    float[] before = gradients(model, batch);
    Tensor ids = Tensor.zeros(DType.INT32, 2, 9);
    ids.copyFrom(batch.elements());
    // The last token is nobody's input, only a target that is not learnt.
    ids.set(8, (ids.get(8) + 1) % 11);
    ids.set(17, (ids.get(17) + 1) % 11);
    assertThat(gradients(model, batch.withElements(ids))).containsExactly(before);
    ids.set(7, (ids.get(7) + 1) % 11);
    assertThat(gradients(model, batch.withElements(ids))).isNotEqualTo(before);
  }

  @Test
  void batchesThatPredictMoreAndLessMakeTheStepOfAllTogether() throws IOException {
    // A full batch, one with few learnt tokens, a last one that is shorter, and one with none.
    List<TokenBatch> parts =
        List.of(
            batch(3, 9, new int[] {0, 0}, new int[] {9, 9}),
            batch(4, 9, new int[] {7, 3}, new int[] {9, 4}),
            batch(5, 4, new int[] {1, 2}, new int[] {4, 4}),
            batch(6, 9, new int[] {9, 9}, new int[] {9, 9}));
    TokenBatch whole = together(parts);
    assertThat(whole.predicted(1)).isEqualTo(16 + 3 + 5);
    for (double clip : new double[] {1e9, 0.05}) {
      List<Double> losses = new ArrayList<>();
      float[] one = afterOneStep(List.of(whole), clip, losses);
      float[] many = afterOneStep(parts, clip, losses);
      float[] reversed = afterOneStep(parts.reversed(), clip, losses);
      assertThat(many).usingComparatorWithPrecision(2e-7f).containsExactly(one);
      assertThat(reversed).usingComparatorWithPrecision(2e-7f).containsExactly(one);
      assertThat(one).isNotEqualTo(model().parameters().values().toFloats());
      assertThat(losses.get(1)).isCloseTo(losses.get(0), within(1e-6));
      assertThat(losses.get(2)).isCloseTo(losses.get(0), within(1e-6));
    }
  }

  private static TokenBatch together(List<TokenBatch> parts) {
    int rows = parts.stream().mapToInt(TokenBatch::size).sum();
    Tensor ids = Tensor.zeros(DType.INT32, rows, 9);
    Tensor learnt = Tensor.zeros(DType.INT32, rows, 9);
    int row = 0;
    for (TokenBatch part : parts) {
      int length = part.length();
      for (int b = 0; b < part.size(); b++, row++) {
        ids.copyFrom(row * 9L, part.elements(), (long) b * length, length);
        learnt.copyFrom(row * 9L, part.learnt(), (long) b * length, length);
      }
    }
    return new TokenBatch(ids, learnt);
  }

  private static float[] afterOneStep(List<TokenBatch> batches, double clip, List<Double> losses)
      throws IOException {
    Gpt model = model();
    TrainConfig config =
        new TrainConfig(
            1,
            TrainConfig.Limits.steps(1),
            new TrainConfig.Cadence(1, 1, 1),
            batches.size(),
            4,
            clip,
            0);
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepDone(long step, double nll, double gradientNorm, double rate) {
            losses.add(nll);
          }
        };
    try (Engine engine = Engines.open("vector", 2)) {
      new Trainer<>(
              model,
              config,
              new Nd4jOptimizer(new Sgd(0.5)),
              LearningRateSchedule.constant(0.5),
              engine,
              List.of(listener))
          .run(
              i -> batches.get((int) i),
              List.of(),
              Trainer.Progress.start(),
              (at, best) -> {},
              () -> false);
    }
    return model.parameters().values().toFloats();
  }

  @Test
  void aMaskOfAnotherShapeIsRefused() {
    Tensor ids = Tensor.zeros(DType.INT32, 2, 9);
    assertThatThrownBy(() -> new TokenBatch(ids, Tensor.zeros(DType.INT32, 2, 8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of the same shape");
  }
}
