package dev.chainrule.core.nn.transformer;

import dev.chainrule.base.parallel.SpinBarrier;
import dev.chainrule.base.parallel.Workers;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.StepKernels;
import org.jspecify.annotations.Nullable;

/**
 * As many of an engine's workers as pay, walking together through the stages of a step: each does
 * its share of a stage, and goes on to the next without waiting, unless that is {@link #meet}.
 *
 * <p>Stages are objects in a list, so that the compiler compiles each by itself: one method with
 * all of them exceeds what it inlines, and a vector that is not inlined is allocated.
 */
final class StepTeam {
  /** What one worker does between two decisions. */
  @FunctionalInterface
  interface Stage {
    void run(int worker);
  }

  /** A further worker is worth its waiting from so many bytes of weights on. */
  private static final long BYTES_PER_WORKER = 2 << 20;

  private final Engine engine;
  private final int workers;
  private final SpinBarrier barrier;
  private final StepKernels[] steps;
  private final Workers.Task task = this::walk;
  private Stage[] stages = {};
  private Stage[] last = {};
  private boolean toTheEnd;

  /**
   * A team.
   *
   * @param bytes of weights that a step reads for all its streams
   */
  StepTeam(Engine engine, long bytes) {
    this.engine = engine;
    workers = Math.clamp(bytes / BYTES_PER_WORKER, 1, engine.workers());
    barrier = new SpinBarrier(workers);
    steps = new StepKernels[workers];
    for (int worker = 0; worker < workers; worker++) {
      steps[worker] = engine.kernels(worker).steps();
    }
  }

  int workers() {
    return workers;
  }

  /**
   * Sets what the team walks through.
   *
   * @param stages of every step
   * @param last stages of the steps whose logits are wanted
   */
  void learn(Stage[] stages, Stage[] last) {
    this.stages = stages;
    this.last = last;
  }

  /** Walks through a step; the caller keeps reachable what the stages follow by address. */
  void run(boolean logitsWanted) {
    toTheEnd = logitsWanted;
    if (workers == 1) {
      walk(0);
    } else {
      engine.run(task);
    }
  }

  private void walk(int worker) {
    if (worker >= workers) {
      return;
    }
    try {
      for (Stage stage : stages) {
        stage.run(worker);
      }
      if (toTheEnd) {
        for (Stage stage : last) {
          stage.run(worker);
        }
      }
    } catch (RuntimeException | Error e) {
      barrier.breakUp();
      throw e;
    }
  }

  /** The stage at which all wait for each other. */
  void meet(int worker) {
    barrier.await(worker);
  }

  /** The first of n things that a worker does. */
  int share(int n, int worker) {
    return (int) ((long) n * worker / workers);
  }

  /** The first of the outputs of a map that a worker computes: whole cache lines of them. */
  int output(int outputs, int worker) {
    return StepKernels.from(outputs, worker, workers);
  }

  /** The worker's outputs of a product of all rows; see {@link StepKernels#product}. */
  void product(int worker, Rows y, @Nullable Rows base, PackedLinear w, Rows x, int rows) {
    int from = output(w.outputs(), worker);
    steps[worker].product(y, base, w, x, rows, from, output(w.outputs(), worker + 1));
  }
}
