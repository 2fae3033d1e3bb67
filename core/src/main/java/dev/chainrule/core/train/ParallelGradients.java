package dev.chainrule.core.train;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;
import java.io.IOException;
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
  private final Peers peers;
  private final double[] nll;
  private final double[] norms;
  private final long chunk;

  /**
   * For one model.
   *
   * @param microBatch most sequences in one forward and backward pass
   * @param peers who compute the rest of every batch
   */
  ParallelGradients(AutoregressiveModel<B> model, Engine engine, int microBatch, Peers peers) {
    this.model = model;
    this.engine = engine;
    this.microBatch = microBatch;
    this.peers = peers;
    for (int worker = 0; worker < engine.workers(); worker++) {
      tapes.add(Tape.training(engine, worker, model.parameters()));
    }
    nll = new double[engine.workers()];
    norms = new double[engine.workers()];
    chunk = (model.parameters().size() / engine.workers() + 15) / 16 * 16;
  }

  /**
   * Adds the gradients of this process' share of a batch to those there.
   *
   * @param key from which the random draws of this batch follow
   * @param elementWeight of each element's gradient: 1/n for a mean over n elements
   * @return the sum of the share's negative log-likelihoods, nats
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
    int from = first(batch.size(), worker);
    int to = first(batch.size(), worker + 1);
    int parts = Math.max(1, (to - from + microBatch - 1) / microBatch);
    double sum = 0;
    for (int part = 0; part < parts && from < to; part++) {
      int first = from + (int) ((long) (to - from) * part / parts);
      int end = from + (int) ((long) (to - from) * (part + 1) / parts);
      tape.begin(key, first, end - first);
      Variable loss = model.nll(tape, (B) batch.slice(first, end));
      sum += engine.kernels(worker).arrays().sum(loss.value());
      tape.backward(loss, elementWeight);
    }
    nll[worker] = sum;
  }

  /** The first sequence of a worker, where those of all processes are counted through. */
  private int first(int sequences, int worker) {
    long workers = (long) engine.workers() * peers.count();
    return (int) (sequences * ((long) engine.workers() * peers.rank() + worker) / workers);
  }

  /**
   * Adds up the gradients of all workers here and elsewhere; {@link #gradients} then holds the sum.
   *
   * @param numbers to be added up over all processes too
   * @return the gradient's norm
   */
  double reduce(double[] numbers) throws IOException {
    boolean alone = peers.count() == 1;
    engine.run(
        worker -> {
          Kernels k = engine.kernels(worker);
          Tensor total = part(gradients(), worker);
          for (int other = 1; other < tapes.size(); other++) {
            k.arrays().addScaled(total, part(tapes.get(other).gradients(), worker), 1);
          }
          if (alone) {
            // While it is in the cache.
            norms[worker] = k.arrays().squaredNorm(total);
          }
        });
    if (!alone) {
      Peers.total(peers, gradients(), numbers);
      engine.run(
          worker ->
              norms[worker] =
                  engine.kernels(worker).arrays().squaredNorm(part(gradients(), worker)));
    }
    double squared = 0;
    for (double part : norms) {
      squared += part;
    }
    return Math.sqrt(squared);
  }

  private Tensor part(Tensor all, int worker) {
    long from = Math.min(all.size(), worker * chunk);
    return all.part(from, Math.min(chunk, all.size() - from));
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
