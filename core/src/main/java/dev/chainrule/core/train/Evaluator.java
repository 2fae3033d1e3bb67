package dev.chainrule.core.train;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;
import dev.chainrule.base.parallel.Workers;
import java.util.ArrayList;
import java.util.List;

/** The mean negative log-likelihood of held-out data, its sequences split over the workers. */
public final class Evaluator<B extends Batch> {
  /**
   * A held-out likelihood.
   *
   * @param nll nats per element
   * @param elements predicted elements
   */
  public record Result(double nll, long elements) {
    /** Bits per element: per dimension, per sample, per token. */
    public double bitsPerElement() {
      return nll / Math.log(2);
    }
  }

  private final AutoregressiveModel<B> model;
  private final Workers workers;
  private final List<Tape> tapes = new ArrayList<>();
  private final int microBatch;
  private final double[] sums;

  /**
   * For one model.
   *
   * @param kernels one a worker
   * @param microBatch most sequences that a worker evaluates at once
   */
  public Evaluator(
      AutoregressiveModel<B> model,
      Workers workers,
      List<? extends Kernels> kernels,
      int microBatch) {
    this.model = model;
    this.workers = workers;
    this.microBatch = microBatch;
    for (Kernels k : kernels) {
      tapes.add(Tape.evaluation(k, model.parameters()));
    }
    sums = new double[workers.count()];
  }

  /** Over all batches, which may differ in size and length. */
  public Result evaluate(Iterable<? extends B> batches) {
    double sum = 0;
    long elements = 0;
    for (B batch : batches) {
      workers.run(worker -> sums[worker] = share(batch, worker));
      for (double part : sums) {
        sum += part;
      }
      elements += batch.predicted(model.givenElements());
    }
    if (elements == 0) {
      throw new IllegalArgumentException("held-out data without an element to predict");
    }
    return new Result(sum / elements, elements);
  }

  @SuppressWarnings("unchecked") // a slice of a B is a B
  private double share(B batch, int worker) {
    Tape tape = tapes.get(worker);
    int to = (int) workers.from(batch.size(), worker + 1);
    double sum = 0;
    for (int first = (int) workers.from(batch.size(), worker); first < to; first += microBatch) {
      tape.begin();
      B part = (B) batch.slice(first, Math.min(to, first + microBatch));
      Tensor nll = model.nll(tape, part).value();
      for (long i = 0; i < nll.size(); i++) {
        sum += nll.get(i);
      }
    }
    return sum;
  }
}
