package dev.chainrule.experiments.bench;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.optim.LearningRateSchedule;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.Trainer;
import dev.chainrule.core.train.TrainingListener;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Training steps on one batch: forward, backward, clipping, AdamW, as the trainer does them. */
final class TrainingSteps<B extends Batch> implements Benchmark.Work {
  private static final double LEARNING_RATE = 1e-3;

  /**
   * What is trained.
   *
   * @param model makes one, its parameters declared
   * @param batch what every step learns from
   * @param microBatch sequences that a worker takes at a time
   * @param clipNorm largest norm of the gradient
   * @param cost of a step
   */
  record Subject<B extends Batch>(
      Supplier<? extends AutoregressiveModel<B>> model,
      B batch,
      int microBatch,
      double clipNorm,
      Benchmark.Cost cost) {}

  /**
   * The script that does the same in another library.
   *
   * @param name its file
   * @param arguments for it, beside those that {@link Peer} gives
   */
  record Script(String name, List<String> arguments) {}

  private final Subject<B> subject;
  private final long seed;
  private final AutoregressiveModel<B> model;
  private final Engine engine;
  private final @Nullable Peer peer;

  TrainingSteps(Benchmark.Setup setup, Subject<B> subject, @Nullable Script script) {
    this.subject = subject;
    this.seed = setup.seed();
    model = subject.model.get();
    model.parameters().allocate(DType.FLOAT32, seed);
    engine = setup.open();
    peer = script == null ? null : peer(script);
  }

  private Peer peer(Script script) {
    Evaluator<B> evaluator = new Evaluator<>(model, engine, subject.microBatch);
    double loss = evaluator.evaluate(List.of(subject.batch)).nll();
    Peer.Weights initial = Peer.Weights.initial(subject.model, seed);
    return new Peer(script.name, initial, script.arguments, loss);
  }

  @Override
  public void repeat(Laps laps) throws IOException {
    long never = Long.MAX_VALUE;
    TrainConfig endless =
        new TrainConfig(
            seed,
            TrainConfig.Limits.steps(never),
            new TrainConfig.Cadence(never, never, never),
            1,
            subject.microBatch,
            subject.clipNorm,
            0);
    TrainingListener counter =
        new TrainingListener() {
          @Override
          public void stepDone(long step, double nll, double gradientNorm, double rate) {
            laps.lap();
          }
        };
    new Trainer<>(
            model,
            endless,
            new AdamW(AdamW.Config.defaults()),
            LearningRateSchedule.constant(LEARNING_RATE),
            engine,
            List.of(counter))
        .run(i -> subject.batch, List.of(), Trainer.Progress.start(), (at, best) -> {}, laps::done);
  }

  @Override
  public Benchmark.Cost cost() {
    return subject.cost;
  }

  @Override
  public @Nullable Peer peer() {
    return peer;
  }

  @Override
  public void close() {
    engine.close();
  }
}
