package dev.chainrule.core.train;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;
import dev.chainrule.base.parallel.Workers;
import dev.chainrule.base.random.CounterRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * Gradients of the mean negative log-likelihood of a batch: each worker takes its share of the
 * sequences through forward and backward with a tape of its own, a few sequences at a time so that
 * their activations stay in the cache; then the workers' gradients are added in a fixed order.
 */
final class ParallelGradients<B extends Batch> {
  private final AutoregressiveModel<B> model;
  private final Workers workers;
  private final List<Kernels> kernels;
  private final List<Tape> tapes = new ArrayList<>();
  private final int microBatch;
  private final double[] nll;
  private final double[] norms;
  private final int chunk;

  /**
   * For one model.
   *
   * @param kernels one a worker
   * @param microBatch most sequences in one forward and backward pass
   */
  ParallelGradients(
      AutoregressiveModel<B> model, Workers workers, List<Kernels> kernels, int microBatch) {
    this.model = model;
    this.workers = workers;
    this.kernels = kernels;
    this.microBatch = microBatch;
    for (Kernels k : kernels) {
      tapes.add(Tape.training(k, model.parameters()));
    }
    nll = new double[workers.count()];
    norms = new double[workers.count()];
    int size = model.parameters().size();
    chunk = (size / workers.count() + 15) / 16 * 16;
  }

  /**
   * Adds the gradients of a batch to those there.
   *
   * @param key from which the random draws of this batch follow
   * @param weight of the gradients of the batch's mean: 1, or 1/n where n batches are accumulated
   * @return the mean negative log-likelihood, nats per element
   */
  double add(B batch, long key, double weight) {
    long elements = Math.max(1, batch.predicted(model.givenElements()));
    double elementWeight = weight / elements;
    workers.run(worker -> addShare(batch, worker, key, elementWeight));
    double sum = 0;
    for (double part : nll) {
      sum += part;
    }
    return sum / elements;
  }

  @SuppressWarnings("unchecked") // a slice of a B is a B
  private void addShare(B batch, int worker, long key, double elementWeight) {
    Tape tape = tapes.get(worker);
    int from = (int) workers.from(batch.size(), worker);
    int to = (int) workers.from(batch.size(), worker + 1);
    int parts = Math.max(1, (to - from + microBatch - 1) / microBatch);
    double sum = 0;
    for (int part = 0; part < parts && from < to; part++) {
      int first = from + (int) ((long) (to - from) * part / parts);
      int end = from + (int) ((long) (to - from) * (part + 1) / parts);
      tape.begin(CounterRandom.bits(key, first));
      Variable loss = model.nll(tape, (B) batch.slice(first, end));
      sum += sum(loss.value());
      tape.backward(loss, elementWeight);
    }
    nll[worker] = sum;
  }

  private static double sum(Tensor values) {
    double sum = 0;
    for (long i = 0; i < values.size(); i++) {
      sum += values.get(i);
    }
    return sum;
  }

  /** Adds up the workers' gradients; {@link #gradients} then holds the sum. Returns its norm. */
  double reduce() {
    workers.run(
        worker -> {
          int size = model.parameters().size();
          int from = Math.min(size, worker * chunk);
          int length = Math.min(chunk, size - from);
          Kernels k = kernels.get(worker);
          Tensor total = gradients().range(from, length);
          for (int other = 1; other < tapes.size(); other++) {
            k.addScaled(total, tapes.get(other).gradients().range(from, length), 1);
          }
          norms[worker] = k.squaredNorm(total);
        });
    double squared = 0;
    for (double part : norms) {
      squared += part;
    }
    return Math.sqrt(squared);
  }

  /** The first worker's gradients: the sum, after {@link #reduce}. */
  Tensor gradients() {
    return tapes.getFirst().gradients();
  }

  /** Sets all gradients to zero, for the next step. */
  void zero() {
    workers.run(worker -> tapes.get(worker).zeroGradients());
  }
}
