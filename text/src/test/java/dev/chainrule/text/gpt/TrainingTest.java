package dev.chainrule.text.gpt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.optim.LearningRateSchedule;
import dev.chainrule.core.optim.Nd4jOptimizer;
import dev.chainrule.core.optim.Optimizer;
import dev.chainrule.core.train.BatchSource;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.core.train.DivergenceException;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.Trainer;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.text.model.TokenBatch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** The training loop on a small GPT whose data follow a rule that it can learn. */
class TrainingTest {
  private static final long MOST_BYTES_PER_STEP = 48_000;
  private static final GptConfig CONFIG = new GptConfig(7, 8, 2, 2, 16, 0.1, true, true);
  private static final LearningRateSchedule RATE = LearningRateSchedule.constant(3e-3);

  /** Each token is the one before plus three: only the first has entropy. */
  private static final BatchSource<TokenBatch> COUNTING =
      i -> {
        CounterRandom rng = CounterRandom.of(5, i);
        Tensor ids = Tensor.zeros(DType.INT32, 6, 9);
        for (int b = 0; b < 6; b++) {
          int token = rng.nextInt(7);
          for (int t = 0; t < 9; t++) {
            ids.set(b * 9L + t, token);
            token = (token + 3) % 7;
          }
        }
        return new TokenBatch(ids);
      };

  private record Run(Gpt model, Trainer<TokenBatch> trainer) {}

  @Test
  void aRuleIsLearnt() throws IOException {
    Run run = run(TrainConfig.Limits.steps(300), 2, adamW(), 0, 1);
    Trainer.Result result = train(run, () -> false);
    assertThat(result.steps()).isEqualTo(300);
    assertThat(result.validationNll()).isLessThan(0.05);
    assertThat(result.stopped()).isFalse();
  }

  @Test
  void equalSeedsGiveEqualBits() throws IOException {
    Run first = run(TrainConfig.Limits.steps(20), 2, adamW(), 0, 1);
    train(first, () -> false);
    Run second = run(TrainConfig.Limits.steps(20), 2, adamW(), 0, 1);
    train(second, () -> false);
    assertSameBits(first.model(), second.model());
  }

  @Test
  void aResumedRunEndsWithTheSameBits(@TempDir Path folder) throws IOException {
    for (double averageDecay : new double[] {0, 0.9}) {
      Run whole = run(TrainConfig.Limits.steps(30), 2, adamW(), averageDecay, 1);
      train(whole, () -> false);

      Path path = folder.resolve("run" + averageDecay);
      Checkpoint checkpoint = new Checkpoint(path, "text.gpt", Set.of());
      Run first = run(TrainConfig.Limits.steps(30), 2, adamW(), averageDecay, 1);
      int[] steps = {0};
      first
          .trainer()
          .run(
              COUNTING,
              List.of(COUNTING.at(1000)),
              Trainer.Progress.start(),
              (at, best) -> checkpoint.write(content(first, at)),
              () -> steps[0]++ >= 17);

      Run second = run(TrainConfig.Limits.steps(30), 2, adamW(), averageDecay, 1);
      checkpoint.readTraining(
          second.model().parameters(), second.trainer().optimizer(), second.trainer().average());
      Trainer.Progress progress = checkpoint.config().training().progress();
      assertThat(progress.step()).isEqualTo(17);
      second
          .trainer()
          .run(COUNTING, List.of(COUNTING.at(1000)), progress, (at, best) -> {}, () -> false);
      assertSameBits(second.model(), whole.model());
    }
  }

  @Test
  void accumulatedBatchesMakeTheStepOfOneLargeBatch() throws IOException {
    GptConfig plain = new GptConfig(7, 8, 1, 2, 16, 0.0, true, true);
    float[] large = afterOneStep(plain, 1, 1e9, i -> join(COUNTING.at(0).elements(), 2));
    float[] accumulated = afterOneStep(plain, 2, 1e9, i -> COUNTING.at(0));
    assertThat(accumulated).usingComparatorWithPrecision(1e-6f).containsExactly(large);
  }

  @Test
  void gradientsAreClippedAtTheirGlobalNorm() throws IOException {
    Run before = run(TrainConfig.Limits.steps(1), 1, adamW(), 0, 1);
    float[] first = before.model().parameters().values().toFloats();
    float[] clipped = afterOneStep(CONFIG, 1, 0.01, COUNTING);
    double squared = 0;
    for (int i = 0; i < first.length; i++) {
      squared += Math.pow((double) clipped[i] - first[i], 2);
    }
    assertThat(Math.sqrt(squared)).isBetween(0.99 * 0.01 * RATE.at(0), 1.01 * 0.01 * RATE.at(0));
  }

  @Test
  void theAverageForgetsTheRandomStart() throws IOException {
    Run run = run(TrainConfig.Limits.steps(1), 2, adamW(), 0.9, 1);
    float[] first = run.model().parameters().values().toFloats();
    train(run, () -> false);
    float[] second = run.model().parameters().values().toFloats();
    float[] average = run.trainer().average().values().toFloats();
    for (int i = 0; i < first.length; i++) {
      double expected = 2.0 / 11 * first[i] + 9.0 / 11 * second[i];
      assertThat((double) average[i]).isCloseTo(expected, within(1e-6));
    }
  }

  @Test
  void dropoutIsDrawnAnewAtEachStep() throws IOException {
    List<Double> losses = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepDone(long step, double nll, double gradientNorm, double rate) {
            losses.add(nll);
          }
        };
    Gpt model = new Gpt(CONFIG);
    model.parameters().allocate(DType.FLOAT32, 1);
    try (Engine engine = Engines.open("vector", 1)) {
      new Trainer<>(
              model,
              config(TrainConfig.Limits.steps(4), 0, 1, 1.0),
              adamW(),
              LearningRateSchedule.constant(1e-30),
              engine,
              List.of(listener))
          .run(
              i -> COUNTING.at(0),
              List.of(),
              Trainer.Progress.start(),
              (at, best) -> {},
              () -> false);
    }
    assertThat(losses).hasSize(4).doesNotHaveDuplicates();
  }

  /** Is fed other elements than those before the one that it is to predict. */
  private record Leaking(Gpt model, UnaryOperator<Tensor> seen)
      implements AutoregressiveModel<TokenBatch> {
    @Override
    public Parameters parameters() {
      return model.parameters();
    }

    @Override
    public int givenElements() {
      return model.givenElements();
    }

    @Override
    public Variable conditionals(Tape tape, TokenBatch batch) {
      return model.conditionals(tape, new TokenBatch(seen.apply(batch.elements())));
    }

    @Override
    public Variable nll(Tape tape, TokenBatch batch) {
      return model.nll(tape, batch);
    }
  }

  @Test
  void aModelThatSeesTheNextElementIsNotTrained() {
    assertNotTrained(
        ids -> {
          Tensor shifted = Tensor.zeros(DType.INT32, ids.shape());
          shifted.range(0, (int) ids.size() - 1).copyFrom(ids.range(1, (int) ids.size() - 1));
          return shifted;
        });
  }

  @Test
  void aModelThatSeesTheLastElementIsNotTrained() {
    assertNotTrained(
        ids -> {
          Tensor changed = Tensor.zeros(DType.INT32, ids.shape());
          changed.copyFrom(ids);
          changed.set(0, ids.get(ids.size() - 1));
          return changed;
        });
  }

  private static void assertNotTrained(UnaryOperator<Tensor> seen) {
    Gpt model = new Gpt(CONFIG);
    model.parameters().allocate(DType.FLOAT32, 1);
    try (Engine engine = Engines.open("vector", 1)) {
      Trainer<TokenBatch> trainer =
          new Trainer<>(
              new Leaking(model, seen),
              config(TrainConfig.Limits.steps(2), 0, 1, 1.0),
              adamW(),
              RATE,
              engine,
              List.of());
      assertThatThrownBy(
              () ->
                  trainer.run(
                      COUNTING, List.of(), Trainer.Progress.start(), (at, best) -> {}, () -> false))
          .hasMessageContaining("not causal");
    }
  }

  @Test
  void trainingStopsEarlyWithoutProgress() throws IOException {
    TrainConfig.Limits limits = new TrainConfig.Limits(1000, TrainConfig.Limits.UNLIMITED, 2);
    Run run = run(limits, 1, new AdamW(AdamW.Config.defaults()), 0, 1);
    int[] evaluations = {0};
    // Held-out data that contradict the training data get less likely.
    TokenBatch contrary = new TokenBatch(Tensor.of(new int[] {0, 0, 0, 0, 0, 0, 0, 0, 0}, 1, 9));
    Trainer.Result result =
        run.trainer()
            .run(
                COUNTING,
                List.of(contrary),
                Trainer.Progress.start(),
                (at, best) -> evaluations[0]++,
                () -> false);
    assertThat(result.steps()).isLessThan(200);
  }

  @Test
  void whoAsksToStopDoesNotWaitForAnEvaluation() throws IOException {
    Run run = run(TrainConfig.Limits.steps(10), 1, adamW(), 0, 1);
    List<String> order = new ArrayList<>();
    Iterable<TokenBatch> heldOut =
        () -> {
          order.add("evaluated");
          return List.of(COUNTING.at(1000)).iterator();
        };
    run.trainer()
        .run(
            COUNTING,
            heldOut,
            Trainer.Progress.start(),
            (at, best) -> order.add("saved"),
            () -> true);
    // The first look is whether there is anything to evaluate.
    assertThat(order.subList(0, 3)).containsExactly("evaluated", "saved", "evaluated");
  }

  @Test
  void notANumberStopsTrainingAndNamesTheTensor() {
    Run run = run(TrainConfig.Limits.steps(10), 1, adamW(), 0, 1);
    run.model().parameters().value(run.model().positions.table()).set(3, Double.NaN);
    assertThatThrownBy(
            () ->
                run.trainer()
                    .run(
                        COUNTING,
                        List.of(),
                        new Trainer.Progress(4, 9, 0),
                        (at, best) -> {
                          throw new AssertionError("a bad state was saved");
                        },
                        () -> false))
        .isInstanceOf(DivergenceException.class)
        .hasMessageContaining("step 5")
        .hasMessageContaining("wpe.weight");
  }

  @Test
  void nd4jUpdatersTrainToo() throws IOException {
    Run run = run(TrainConfig.Limits.steps(200), 2, new Nd4jOptimizer(new Nesterovs(0.9)), 0, 1);
    Run untrained = run(TrainConfig.Limits.steps(1), 2, adamW(), 0, 1);
    double before = train(untrained, () -> true).validationNll();
    assertThat(train(run, () -> false).validationNll()).isLessThan(before - 0.1);
  }

  /**
   * With one worker, whose code is compiled soon even where the machine is busy. It is 9 KB in a
   * program with one engine. Here other tests have shown the compiler three, so that the
   * short-lived objects of calls to them are not all removed.
   */
  @Test
  void aSteadyStepAllocatesAFewKilobytes() throws IOException {
    AllocationMeter meter = new AllocationMeter();
    Gpt model = new Gpt(CONFIG);
    model.parameters().allocate(DType.FLOAT32, 1);
    TokenBatch batch = COUNTING.at(0);
    try (Engine engine = Engines.open("vector", 1)) {
      new Trainer<>(
              model,
              config(new TrainConfig.Limits(Long.MAX_VALUE, 40, 0), 0, 1, 1.0),
              adamW(),
              RATE,
              engine,
              List.of(meter))
          .run(
              i -> batch,
              List.of(),
              Trainer.Progress.start(),
              (at, best) -> {},
              () -> meter.bytesPerStep <= MOST_BYTES_PER_STEP);
    }
    assertThat(meter.bytesPerStep).isLessThanOrEqualTo(MOST_BYTES_PER_STEP);
  }

  /** What all threads allocated over the last steps: little, once everything is compiled. */
  private static final class AllocationMeter implements TrainingListener {
    private static final int STEPS = 50;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long before;
    private long bytesPerStep = Long.MAX_VALUE;

    @Override
    public void stepDone(long step, double nll, double gradientNorm, double learningRate) {
      if (step % STEPS == 0) {
        long now = threads.getTotalThreadAllocatedBytes();
        bytesPerStep = step == STEPS ? Long.MAX_VALUE : (now - before) / STEPS;
        before = now;
      }
    }
  }

  private static void assertSameBits(Gpt a, Gpt b) {
    Tensor x = a.parameters().values();
    Tensor y = b.parameters().values();
    for (long i = 0; i < x.size(); i++) {
      assertThat(x.get(i)).as("element %d", i).isEqualTo(y.get(i));
    }
  }

  private static Trainer.Result train(Run run, java.util.function.BooleanSupplier stop)
      throws IOException {
    return run.trainer()
        .run(
            COUNTING, List.of(COUNTING.at(1000)), Trainer.Progress.start(), (at, best) -> {}, stop);
  }

  /** By plain gradient descent, which unlike AdamW does not forget how large gradients are. */
  private static float[] afterOneStep(
      GptConfig config, int accumulate, double clipNorm, BatchSource<TokenBatch> batches)
      throws IOException {
    Gpt model = new Gpt(config);
    model.parameters().allocate(DType.FLOAT32, 1);
    try (Engine engine = Engines.open("vector", 2)) {
      new Trainer<>(
              model,
              config(TrainConfig.Limits.steps(1), 0, accumulate, clipNorm),
              new Nd4jOptimizer(new Sgd()),
              RATE,
              engine,
              List.of())
          .run(batches, List.of(), Trainer.Progress.start(), (at, best) -> {}, () -> false);
    }
    return model.parameters().values().toFloats();
  }

  private static TokenBatch join(Tensor ids, int times) {
    Tensor joined = Tensor.zeros(DType.INT32, ids.dim(0) * times, ids.dim(1));
    for (int i = 0; i < times; i++) {
      joined.slice(i * ids.dim(0), (i + 1) * ids.dim(0)).copyFrom(ids);
    }
    return new TokenBatch(joined);
  }

  private static Run run(
      TrainConfig.Limits limits, int threads, Optimizer optimizer, double decay, int accumulate) {
    Gpt model = new Gpt(CONFIG);
    model.parameters().allocate(DType.FLOAT32, 1);
    return new Run(
        model,
        new Trainer<>(
            model,
            config(limits, decay, accumulate, 1.0),
            optimizer,
            RATE,
            Engines.open("vector", threads),
            List.of()));
  }

  private static TrainConfig config(
      TrainConfig.Limits limits, double decay, int accumulate, double clipNorm) {
    TrainConfig.Cadence cadence = new TrainConfig.Cadence(10, 10, 1000);
    return new TrainConfig(1, limits, cadence, accumulate, 2, clipNorm, decay);
  }

  private static Checkpoint.Content content(Run run, Trainer.Progress at) {
    Optimizer optimizer = run.trainer().optimizer();
    return new Checkpoint.Content(
        CONFIG,
        run.model().parameters(),
        optimizer,
        run.trainer().average(),
        new Checkpoint.Training(
            at,
            optimizer.name(),
            optimizer.steps(),
            "vector",
            2,
            dev.chainrule.base.io.Json.mapper().createObjectNode(),
            Map.of(),
            ""),
        List.of(),
        empty -> {});
  }

  private static Optimizer adamW() {
    return new AdamW(AdamW.Config.defaults());
  }
}
