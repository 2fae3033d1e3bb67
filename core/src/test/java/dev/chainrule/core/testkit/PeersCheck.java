package dev.chainrule.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.optim.LearningRateSchedule;
import dev.chainrule.core.train.Peers;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.Trainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The part of the contract that {@link Peers} rely on: threads stand for processes. */
record PeersCheck<B extends Batch>(ModelContract.Subject<B> subject, ModelContract<B> contract) {
  private static final int STEPS = 3;
  private static final int SEQUENCES = 5;

  /** As large as gradients, so that a step follows the gradient and not its sign alone. */
  private static final double EPSILON = 1;

  /** Some threads that add up by a barrier. */
  private static final class Threads {
    private final CyclicBarrier barrier;
    private final List<Tensor> gradients = new ArrayList<>();
    private final List<double[]> numbers = new ArrayList<>();

    Threads(int count) {
      barrier = new CyclicBarrier(count);
      for (int i = 0; i < count; i++) {
        gradients.add(Tensor.zeros(DType.FLOAT32, 1));
        numbers.add(new double[0]);
      }
    }

    Peers peer(int rank) {
      return new Peers() {
        @Override
        public int rank() {
          return rank;
        }

        @Override
        public int count() {
          return gradients.size();
        }

        @Override
        public void sum(Tensor mine, double[] more) {
          gradients.set(rank, mine);
          numbers.set(rank, more);
          await();
          if (rank == 0) {
            addUp();
          }
          await();
        }
      };
    }

    private void await() {
      try {
        barrier.await();
      } catch (Exception e) {
        throw new IllegalStateException("another thread failed", e);
      }
    }

    private void addUp() {
      Tensor first = gradients.getFirst();
      for (long i = 0; i < first.size(); i++) {
        double sum = 0;
        for (Tensor each : gradients) {
          sum += each.get(i);
        }
        for (Tensor each : gradients) {
          each.set(i, sum);
        }
      }
      for (int i = 0; i < numbers.getFirst().length; i++) {
        double sum = 0;
        for (double[] each : numbers) {
          sum += each[i];
        }
        for (double[] each : numbers) {
          each[i] = sum;
        }
      }
    }
  }

  /** What was learnt: the weights, and the last step's likelihood. */
  private record Learnt(double[] weights, double nll) {}

  /** Two and three processes, whose shares of five sequences are not equal. */
  void run() throws Exception {
    Learnt alone = train(Peers.NONE);
    for (int count = 2; count <= 3; count++) {
      Threads threads = new Threads(count);
      List<Callable<Learnt>> tasks = new ArrayList<>();
      for (int rank = 0; rank < count; rank++) {
        Peers peers = threads.peer(rank);
        tasks.add(() -> train(peers));
      }
      try (ExecutorService pool = Executors.newFixedThreadPool(count)) {
        List<Future<Learnt>> results = pool.invokeAll(tasks);
        Learnt first = results.getFirst().get();
        assertThat(first.nll).isCloseTo(alone.nll, within(1e-5 * (1 + Math.abs(alone.nll))));
        assertThat(first.weights).containsExactly(alone.weights, within(1e-5));
        for (Future<Learnt> other : results) {
          assertThat(other.get().weights).as("the same bits in all").isEqualTo(first.weights);
        }
      }
    }
  }

  private Learnt train(Peers peers) throws IOException {
    AutoregressiveModel<B> model = contract.allocated(DType.FLOAT32);
    List<B> batches = new ArrayList<>();
    for (int i = 0; i < STEPS; i++) {
      batches.add(contract.batch(SEQUENCES + i, subject.length()));
    }
    TrainConfig config =
        new TrainConfig(
            1,
            TrainConfig.Limits.steps(STEPS),
            new TrainConfig.Cadence(1, STEPS, STEPS),
            1,
            SEQUENCES,
            1e9,
            0);
    try (Engine engine = Engines.open("vector", 1)) {
      Trainer<B> trainer =
          new Trainer<>(
              model,
              config,
              new AdamW(new AdamW.Config(0.9, 0.99, EPSILON, 0)),
              LearningRateSchedule.constant(1e-2),
              engine,
              List.of());
      trainer.among(peers);
      Trainer.Result result =
          trainer.run(
              step -> batches.get((int) step),
              List.of(),
              Trainer.Progress.start(),
              (progress, best) -> {},
              () -> false);
      return new Learnt(model.parameters().values().toDoubles(), result.trainNll());
    }
  }
}
