package dev.chainrule.core.train;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;
import java.util.ArrayList;
import java.util.List;

/**
 * Gradients of the negative log-likelihoods of batches: each worker takes its share of the
 * sequences through forward and backward with a tape of its own, a few sequences at a time so that
 * their activations stay in the cache; then the workers' gradients are added in a fixed order.
 */
final class ParallelGradients<B extends Batch> {
  private final AutoregressiveModel<B> model;
  private final Engine engine;
  private final List<Tape> tapes = new ArrayList<>();
  private final int microBatch;
  private final double[] nll;
  private final double[] norms;
  private final long chunk;

  /**
   * For one model.
   *
   * @param microBatch most sequences in one forward and backward pass
   */
  ParallelGradients(AutoregressiveModel<B> model, Engine engine, int microBatch) {
    this.model = model;
    this.engine = engine;
    this.microBatch = microBatch;
    for (int worker = 0; worker < engine.workers(); worker++) {
      tapes.add(Tape.training(engine, worker, model.parameters()));
    }
    nll = new double[engine.workers()];
    norms = new double[engine.workers()];
    chunk = (model.parameters().size() / engine.workers() + 15) / 16 * 16;
  }

  /**
   * Adds the gradients of a batch to those there.
   *
   * @param key from which the random draws of this batch follow
   * @param elementWeight of each element's gradient: 1/n for a mean over n elements
   * @return the sum of the negative log-likelihoods, nats
   */
  double add(B batch, long key, double elementWeight) {
    engine.run(worker -> addShare(batch, worker, key, elementWeight));
    double sum = 0;
    for (double part : nll) {
      sum += part;
    }
    return sum;
  }

  @SuppressWarnings("unchecked") // a slice of a B is a B
  private void addShare(B batch, int worker, long key, double elementWeight) {
    Tape tape = tapes.get(worker);
    int from = (int) engine.from(batch.size(), worker);
    int to = (int) engine.from(batch.size(), worker + 1);
    int parts = Math.max(1, (to - from + microBatch - 1) / microBatch);
    double sum = 0;
    for (int part = 0; part < parts && from < to; part++) {
      int first = from + (int) ((long) (to - from) * part / parts);
      int end = from + (int) ((long) (to - from) * (part + 1) / parts);
      tape.begin(CounterRandom.bits(key, first));
      Variable loss = model.nll(tape, (B) batch.slice(first, end));
      sum += engine.kernels(worker).arrays().sum(loss.value());
      tape.backward(loss, elementWeight);
    }
    nll[worker] = sum;
  }

  /** Adds up the workers' gradients; {@link #gradients} then holds the sum. Returns its norm. */
  double reduce() {
    engine.run(
        worker -> {
          long size = model.parameters().size();
          long from = Math.min(size, worker * chunk);
          long length = Math.min(chunk, size - from);
          Kernels k = engine.kernels(worker);
          Tensor total = gradients().part(from, length);
          for (int other = 1; other < tapes.size(); other++) {
            k.arrays().addScaled(total, tapes.get(other).gradients().part(from, length), 1);
          }
          norms[worker] = k.arrays().squaredNorm(total);
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
    engine.run(worker -> tapes.get(worker).zeroGradients());
  }
}
