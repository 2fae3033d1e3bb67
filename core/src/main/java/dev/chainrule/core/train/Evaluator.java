package dev.chainrule.core.train;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;
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
  private final Engine engine;
  private final List<Tape> tapes = new ArrayList<>();
  private final int microBatch;
  private final double[] sums;

  /**
   * For one model.
   *
   * @param microBatch most sequences that a worker evaluates at once
   */
  public Evaluator(AutoregressiveModel<B> model, Engine engine, int microBatch) {
    this.model = model;
    this.engine = engine;
    this.microBatch = microBatch;
    model.parameters().moveTo(engine);
    for (int worker = 0; worker < engine.workers(); worker++) {
      tapes.add(Tape.evaluation(engine, worker, model.parameters()));
    }
    sums = new double[engine.workers()];
  }

  /** Over all batches, which may differ in size and length. */
  public Result evaluate(Iterable<? extends B> batches) {
    double sum = 0;
    long elements = 0;
    for (B batch : batches) {
      engine.run(worker -> sums[worker] = share(batch, worker));
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

  /** The negative log-likelihood of each sequence of a batch [B], nats. */
  @SuppressWarnings("unchecked") // a slice of a B is a B
  public double[] sums(B batch) {
    double[] sequences = new double[batch.size()];
    engine.run(
        worker -> {
          Tape tape = tapes.get(worker);
          int to = (int) engine.from(batch.size(), worker + 1);
          for (int first = (int) engine.from(batch.size(), worker); first < to; ) {
            int end = Math.min(to, first + microBatch);
            tape.begin();
            Tensor nll = model.nll(tape, (B) batch.slice(first, end)).value().host();
            long each = nll.size() / (end - first);
            for (long i = 0; i < nll.size(); i++) {
              sequences[first + (int) (i / each)] += nll.get(i);
            }
            first = end;
          }
        });
    return sequences;
  }

  @SuppressWarnings("unchecked") // a slice of a B is a B
  private double share(B batch, int worker) {
    Tape tape = tapes.get(worker);
    int to = (int) engine.from(batch.size(), worker + 1);
    double sum = 0;
    for (int first = (int) engine.from(batch.size(), worker); first < to; first += microBatch) {
      tape.begin();
      B part = (B) batch.slice(first, Math.min(to, first + microBatch));
      sum += engine.kernels(worker).arrays().sum(model.nll(tape, part).value());
    }
    return sum;
  }
}
