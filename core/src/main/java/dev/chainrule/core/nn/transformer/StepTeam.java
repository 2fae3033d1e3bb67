package dev.chainrule.core.nn.transformer;

import dev.chainrule.base.parallel.SpinBarrier;
import dev.chainrule.base.parallel.Workers;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.StepKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
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

  /** A range of the outputs of a stage, by one worker. */
  @FunctionalInterface
  interface Range {
    /**
     * Computes it.
     *
     * @param again whether the worker has computed another range of this stage before
     */
    void run(int worker, int from, int to, boolean again);
  }

  /** Rows from which outputs are split evenly: what is made of rows serves all of a range. */
  private static final int MANY_ROWS = 4;

  /** Of the outputs of a stage so many quarters are split evenly; the rest is taken piecemeal. */
  private static final int EVEN_QUARTERS = 3;

  /** More pieces for each worker would not even out more. */
  private static final int PIECES = 8;

  /** Weights that are worth taking by themselves. */
  private static final long PIECE_BYTES = 16 << 10;

  /** A further worker is worth its waiting from so many bytes of weights on. */
  private static final long BYTES_PER_WORKER = 2 << 20;

  private final Engine engine;
  private final int workers;
  private final SpinBarrier barrier;
  private final StepKernels[] steps;
  private final Workers.Task task = this::walk;

  /** Of each stage that is taken piecemeal how much was taken. */
  private final List<AtomicInteger> taken = new ArrayList<>();

  private Stage[] stages = {};
  private Stage[] last = {};
  private boolean toTheEnd;
  private boolean matrices;

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

  /**
   * Walks through a step; the caller keeps reachable what the stages follow by address.
   *
   * @param rows what the step is of
   */
  void run(StepRows rows) {
    matrices = rows.areMatrices();
    toTheEnd = rows.numWanted() > 0;
    for (int i = 0; i < taken.size(); i++) {
      taken.get(i).setPlain(0);
    }
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

  /** The first of the outputs of a map that a worker computes. */
  int output(int outputs, int worker) {
    int unit = matrices ? StepKernels.PANEL : StepKernels.LINE;
    return StepKernels.from(outputs, worker, workers, unit);
  }

  /**
   * A stage that computes outputs: an even share for each worker and then, of few rows, pieces of
   * the rest for whoever is there first. Processors and memory are never equally fast for all.
   *
   * @param bytes of weights that an output reads
   * @param rows of the step
   */
  Stage outputs(int outputs, long bytes, IntSupplier rows, Range range) {
    int lines = Math.ceilDiv(outputs, StepKernels.LINE);
    int even = lines * EVEN_QUARTERS / 4;
    long least = PIECE_BYTES / (Math.max(1, bytes) * StepKernels.LINE);
    int piece = Math.max(Math.clamp(least, 1, lines), (lines - even) / (PIECES * workers));
    AtomicInteger pieces = new AtomicInteger();
    taken.add(pieces);
    return worker -> {
      if (workers == 1 || rows.getAsInt() >= MANY_ROWS) {
        range.run(worker, output(outputs, worker), output(outputs, worker + 1), false);
        return;
      }
      int first = share(even, worker);
      int end = share(even, worker + 1);
      range.run(worker, first * StepKernels.LINE, end * StepKernels.LINE, false);
      int line = even + pieces.getAndAdd(piece);
      while (line < lines) {
        int to = Math.min(outputs, (line + piece) * StepKernels.LINE);
        range.run(worker, line * StepKernels.LINE, to, true);
        line = even + pieces.getAndAdd(piece);
      }
    };
  }

  /** Some outputs of a product of all rows of the step; see {@link StepKernels#productOfSame}. */
  void product(
      int worker, Rows y, PackedLinear w, Rows x, int rows, int from, int to, boolean same) {
    if (matrices) {
      steps[worker].matrixProduct(y, null, w, x, rows, from, to, same);
    } else {
      lastProduct(worker, y, w, x, rows, from, to, same);
    }
  }

  /** Some outputs of a product of the rows whose logits are wanted. */
  void lastProduct(
      int worker, Rows y, PackedLinear w, Rows x, int rows, int from, int to, boolean same) {
    if (same) {
      steps[worker].productOfSame(y, null, w, x, rows, from, to);
    } else {
      steps[worker].product(y, null, w, x, rows, from, to);
    }
  }

  /** The worker's outputs of a product of all rows of the step; see {@link StepKernels#product}. */
  void product(int worker, Rows y, @Nullable Rows base, PackedLinear w, Rows x, int rows) {
    int from = output(w.outputs(), worker);
    int to = output(w.outputs(), worker + 1);
    if (matrices) {
      steps[worker].matrixProduct(y, base, w, x, rows, from, to, false);
    } else {
      steps[worker].product(y, base, w, x, rows, from, to);
    }
  }

  /** The worker's outputs of a product of the rows whose logits are wanted. */
  void lastProduct(int worker, Rows y, PackedLinear w, Rows x, int rows) {
    int from = output(w.outputs(), worker);
    steps[worker].product(y, null, w, x, rows, from, output(w.outputs(), worker + 1));
  }
}
