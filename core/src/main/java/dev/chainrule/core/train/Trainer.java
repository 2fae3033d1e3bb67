package dev.chainrule.core.train;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.DeviceException;
import dev.chainrule.core.engine.DeviceMemoryException;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;
import dev.chainrule.core.optim.LearningRateSchedule;
import dev.chainrule.core.optim.Optimizer;
import dev.chainrule.core.optim.WeightAverage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The training loop: maximum likelihood by stochastic gradients. What happens in step n follows
 * from the seed, n and the state that {@link Checkpoint} keeps, so that a run that was stopped and
 * resumed ends with the very parameters of one that was not, on the same engine and number of
 * threads.
 */
public final class Trainer<B extends Batch> {
  /** Where training stands; a checkpoint keeps it. */
  public record Progress(long step, double bestValidationNll, int evaluationsSinceBest) {
    public Progress {
      if (step < 0 || evaluationsSinceBest < 0) {
        throw new IllegalArgumentException(
            "step %d and evaluations_since_best %d, expected 0 or more"
                .formatted(step, evaluationsSinceBest));
      }
    }

    /** Before the first step. */
    public static Progress start() {
      return new Progress(0, Double.MAX_VALUE, 0);
    }
  }

  /**
   * How training ended.
   *
   * @param steps steps done in all
   * @param trainNll mean over the last steps, nats per element
   * @param validationNll of the last evaluation, nats per element; NaN without held-out data
   * @param bestValidationNll the lowest
   * @param stepsPerSecond of this run, evaluations and checkpoints not counted
   * @param stopped whether it was asked to stop before its end
   */
  public record Result(
      long steps,
      double trainNll,
      double validationNll,
      double bestValidationNll,
      double stepsPerSecond,
      boolean stopped) {
    @Override
    public String toString() {
      String heldOut =
          Double.isNaN(validationNll)
              ? ""
              : ", held out %.4f (best %.4f)".formatted(validationNll, bestValidationNll);
      return "%d steps%s at %.1f a second: nll %.4f%s, nats per element"
          .formatted(steps, stopped ? ", stopped," : "", stepsPerSecond, trainNll, heldOut);
    }
  }

  /** Writes a checkpoint. */
  @FunctionalInterface
  public interface Saver {
    /**
     * Called between steps.
     *
     * @param best whether the held-out likelihood is the best so far
     */
    void save(Progress progress, boolean best) throws IOException;
  }

  /** Keeps nothing. */
  public static final Saver UNSAVED = (progress, best) -> {};

  private static final double SMOOTHING = 0.05;

  private final AutoregressiveModel<B> model;
  private final TrainConfig config;
  private final Optimizer optimizer;
  private final LearningRateSchedule schedule;
  private final Engine engine;
  private final List<? extends TrainingListener> listeners;
  private final @Nullable WeightAverage average;
  private boolean evaluatesFirst;
  private Peers peers = Peers.NONE;

  /** Where the loop is, and where the last checkpoint: for what is said of a device that fails. */
  private long current;

  private long saved;

  /** For a model whose parameters are allocated; they move to the engine's memory. */
  public Trainer(
      AutoregressiveModel<B> model,
      TrainConfig config,
      Optimizer optimizer,
      LearningRateSchedule schedule,
      Engine engine,
      List<? extends TrainingListener> listeners) {
    this.model = model;
    this.config = config;
    this.optimizer = optimizer;
    this.schedule = schedule;
    this.engine = engine;
    this.listeners = List.copyOf(listeners);
    model.parameters().moveTo(engine);
    optimizer.begin(model.parameters());
    average =
        config.averageDecay() > 0
            ? new WeightAverage(config.averageDecay(), engine, model.parameters())
            : null;
  }

  /**
   * Evaluates the weights as they are before the first step too: of a model that has learnt
   * already.
   */
  public void evaluateFirst() {
    evaluatesFirst = true;
  }

  /** Trains together with other processes, each of which has the same model and batches. */
  public void among(Peers others) {
    peers = others;
  }

  /** The average of weights, if the configuration asks for one. */
  public @Nullable WeightAverage average() {
    return average;
  }

  public Optimizer optimizer() {
    return optimizer;
  }

  /**
   * Trains from where {@code progress} stands to the configured end.
   *
   * @param heldOut batches of the held-out set; empty for none
   * @param stop asked before each step; true ends training with a checkpoint
   * @throws DivergenceException if a loss or gradient is not finite
   * @throws InputException if the engine's device has too little memory, with what would fit, or is
   *     lost, with what is left of the run
   */
  public Result run(
      BatchSource<B> batches,
      Iterable<? extends B> heldOut,
      Progress progress,
      Saver saver,
      BooleanSupplier stop)
      throws IOException {
    current = progress.step();
    saved = progress.step();
    try {
      return train(batches, heldOut, progress, saver, stop);
    } catch (DeviceMemoryException e) {
      throw new InputException(e.getMessage() + MemoryAdvice.of(model, engine, config, batches), e);
    } catch (DeviceException e) {
      throw new InputException(e.getMessage() + left(), e);
    }
  }

  private String left() {
    return "; training was in step %d, and %s"
        .formatted(
            current + 1,
            saved == 0
                ? "no checkpoint of it was saved yet"
                : "the last checkpoint, of step %d, stands: --resume goes on from there"
                    .formatted(saved));
  }

  private Result train(
      BatchSource<B> batches,
      Iterable<? extends B> heldOut,
      Progress progress,
      Saver saver,
      BooleanSupplier stop)
      throws IOException {
    boolean evaluates = heldOut.iterator().hasNext();
    if (progress.step() == 0) {
      model.initialise(engine, batches.at(0));
      CausalityProbe.check(model, engine, batches.at(0));
    }
    if (peers.count() > 1) {
      beginEqual();
    }
    ParallelGradients<B> gradients =
        new ParallelGradients<>(model, engine, config.microBatch(), peers);
    Evaluator<B> evaluator = new Evaluator<>(model, engine, config.microBatch());
    TrainConfig.Limits limits = config.limits();
    long step = progress.step();
    long first = step;
    long begun = System.nanoTime();
    long training = 0;
    double trainNll = Double.NaN;
    double validationNll = Double.NaN;
    boolean stopped = false;
    boolean late = false;
    boolean impatient = false;
    for (TrainingListener listener : listeners) {
      listener.started(step, limits);
    }
    if (evaluates && evaluatesFirst && step == 0) {
      progress = new Progress(0, evaluate(evaluator, heldOut), 0);
      for (TrainingListener listener : listeners) {
        listener.evaluated(0, progress.bestValidationNll(), true);
      }
    }
    while (step < limits.steps() && !impatient && !stopped && !late) {
      stopped = stop.getAsBoolean();
      late = (System.nanoTime() - begun) / 1e9 >= limits.seconds();
      if (peers.count() == 1 && (stopped || late)) {
        break;
      }
      // Others must hear of it before they wait for this process in vain: after this step.
      double[] wishes = {stopped ? 1 : 0, late ? 1 : 0};
      long from = System.nanoTime();
      double nll = step(gradients, batches, step, wishes);
      stopped = wishes[0] > 0;
      late = wishes[1] > 0;
      training += System.nanoTime() - from;
      trainNll = Double.isNaN(trainNll) ? nll : trainNll + SMOOTHING * (nll - trainNll);
      step++;
      current = step;
      boolean last = step == limits.steps();
      boolean best = false;
      if (evaluates && (last || step % config.cadence().evaluate() == 0)) {
        validationNll = evaluate(evaluator, heldOut);
        best = validationNll < progress.bestValidationNll();
        progress =
            new Progress(
                step,
                Math.min(validationNll, progress.bestValidationNll()),
                best ? 0 : progress.evaluationsSinceBest() + 1);
        impatient = limits.patience() > 0 && progress.evaluationsSinceBest() >= limits.patience();
        for (TrainingListener listener : listeners) {
          listener.evaluated(step, validationNll, best);
        }
      }
      progress = new Progress(step, progress.bestValidationNll(), progress.evaluationsSinceBest());
      if (best || (step % config.cadence().checkpoint() == 0 && !last && !impatient)) {
        save(saver, progress, best);
      }
    }
    // Saved before anything else: who asked to stop may not wait for an evaluation.
    save(saver, progress, false);
    if (evaluates && Double.isNaN(validationNll)) {
      validationNll = evaluate(evaluator, heldOut);
    }
    return new Result(
        step,
        trainNll,
        validationNll,
        progress.bestValidationNll(),
        training == 0 ? 0 : (step - first) / (training / 1e9),
        stopped);
  }

  /** With the first one's weights: those that data initialise may differ in their last bits. */
  private void beginEqual() throws IOException {
    Tensor values = model.parameters().values();
    if (peers.rank() > 0) {
      engine.kernels(0).arrays().fill(values, 0);
    }
    Peers.total(peers, values, new double[0]);
  }

  /**
   * One optimiser step on the mean over all elements that its batches predict, however these are
   * spread over the batches.
   *
   * @param wishes replaced by the sums of all processes'
   * @return that mean negative log-likelihood before the step
   */
  private double step(
      ParallelGradients<B> gradients, BatchSource<B> batches, long step, double[] wishes)
      throws IOException {
    double nll = 0;
    long unit = 0;
    long elements = 0;
    gradients.zero();
    for (int i = 0; i < config.accumulate(); i++) {
      long number = step * config.accumulate() + i;
      long key = CounterRandom.key(config.seed(), number);
      B batch = batches.at(number);
      long predicted = batch.predicted(model.givenElements());
      unit = i == 0 ? Math.max(1, predicted) : unit;
      elements += predicted;
      nll += gradients.add(batch, key, 1.0 / config.accumulate() / unit) / unit;
    }
    // Above 1 or below where the batches after the first predict fewer elements or more.
    double share = (double) config.accumulate() * unit / Math.max(1, elements);
    double[] sums = {nll / config.accumulate() * share, wishes[0], wishes[1]};
    double norm = gradients.reduce(sums) * share;
    nll = sums[0];
    System.arraycopy(sums, 1, wishes, 0, wishes.length);
    requireFinite(gradients, step, nll, norm);
    double scale = (norm > config.clipNorm() ? config.clipNorm() / norm : 1) * share;
    double rate = schedule.at(step);
    optimizer.step(engine, model.parameters(), gradients.gradients(), scale, rate);
    if (average != null) {
      average.update(engine, model.parameters(), step + 1);
    }
    for (TrainingListener listener : listeners) {
      listener.stepDone(step + 1, nll, norm, rate);
    }
    return nll;
  }

  private double evaluate(Evaluator<B> evaluator, Iterable<? extends B> heldOut) {
    swapAverage();
    try {
      return evaluator.evaluate(heldOut).nll();
    } finally {
      swapAverage();
    }
  }

  private void save(Saver saver, Progress progress, boolean best) throws IOException {
    saver.save(progress, best);
    saved = saver.equals(UNSAVED) ? saved : progress.step();
    for (TrainingListener listener : listeners) {
      listener.saved(progress.step());
    }
  }

  private void swapAverage() {
    if (average != null) {
      average.swap(engine, model.parameters());
    }
  }

  private void requireFinite(ParallelGradients<B> gradients, long step, double nll, double norm) {
    if (Double.isFinite(nll) && Double.isFinite(norm)) {
      return;
    }
    Parameters parameters = model.parameters();
    String where = firstNotFinite("parameter ", parameters.views(parameters.values()));
    if (where.isEmpty()) {
      where = firstNotFinite("the gradient of ", parameters.views(gradients.gradients()));
    }
    throw new DivergenceException(
        "training diverged at step %d: loss %s, gradient norm %s, first not finite: %s; lower the learning rate or the clipping norm"
            .formatted(step + 1, nll, norm, where.isEmpty() ? "the loss" : where));
  }

  private static String firstNotFinite(String prefix, Map<String, Tensor> views) {
    for (var view : views.entrySet()) {
      Tensor values = view.getValue().host();
      for (long i = 0; i < values.size(); i++) {
        if (!Double.isFinite(values.get(i))) {
          return prefix + view.getKey();
        }
      }
    }
    return "";
  }
}
